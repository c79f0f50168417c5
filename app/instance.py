"""Sees to it that one person has one window: a second start brings the first window forward and ends."""

from __future__ import annotations

import getpass
import hashlib

from PySide6.QtCore import QDir, QLockFile, QObject, Signal, Slot
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from runtime.errors import Fault
from runtime.settings import home

_COME = b"come forward\n"
_PATIENCE_MS = 5_000


class Instance(QObject):
    """The claim on being the only window for one user and one home folder."""

    called = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        who = hashlib.sha256(f"{getpass.getuser()} {home()}".encode()).hexdigest()[:16]
        self._name = f"visavis-{who}"
        self._lock = QLockFile(QDir.temp().filePath(f"{self._name}.lock"))
        self._lock.setStaleLockTime(0)  # only a dead owner makes the lock stale, never its age
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._answer)

    def claim(self) -> bool:
        """True when this is the first; otherwise the first has been called forward.

        Raises `Fault` when there is a first one that does not answer.
        """
        if self._lock.tryLock(0):
            QLocalServer.removeServer(self._name)
            self._server.listen(self._name)
            return True
        if self._lock.error() != QLockFile.LockError.LockFailedError:
            # No lock can be written: two windows are better than none.
            return True
        if not self._call():
            process = self._lock.getLockInfo()[0]
            raise Fault(
                f"Vis-à-vis is already running (process {process}) but does not answer.",
                "End that process, then start again.",
            )
        return False

    def release(self) -> None:
        self._server.close()
        if self._lock.isLocked():
            self._lock.unlock()

    def _call(self) -> bool:
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if not socket.waitForConnected(_PATIENCE_MS):
            return False
        socket.write(_COME)
        socket.waitForBytesWritten(_PATIENCE_MS)
        # The answer shows that the first one's event loop turns. It may have come with the wait for the writing, and
        # then there is nothing new to wait for.
        answered = socket.bytesAvailable() > 0 or socket.waitForReadyRead(_PATIENCE_MS)
        socket.disconnectFromServer()
        return answered

    @Slot()
    def _answer(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.write(b"here\n")
            socket.flush()
            socket.disconnected.connect(socket.deleteLater)
            self.called.emit()
