"""Owns the log: the newest lines in memory, never a file, so nothing said or seen is left behind on disk."""

from __future__ import annotations

import logging
import time
from collections import deque

_KEPT_LINES = 2_000


class MemoryLog(logging.Handler):
    """Keeps the newest lines; the About page copies them when a person asks."""

    def __init__(self, kept: int = _KEPT_LINES) -> None:
        super().__init__(logging.INFO)
        self._lines: deque[str] = deque(maxlen=kept)
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        self.formatter.converter = time.gmtime  # type: ignore[union-attr]

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.append(self.format(record))

    def text(self) -> str:
        return "\n".join(self._lines)


def take_qt_messages() -> None:
    """Let Qt's own warnings go where the program's go."""
    from PySide6.QtCore import QtMsgType, qInstallMessageHandler

    levels = {QtMsgType.QtDebugMsg: logging.DEBUG, QtMsgType.QtInfoMsg: logging.INFO}
    log = logging.getLogger("qt")
    qInstallMessageHandler(lambda kind, _where, words: log.log(levels.get(kind, logging.WARNING), "%s", words))


def install() -> MemoryLog:
    """Send everything the program logs to memory, and to memory only: the terminal is for sentences."""
    memory = MemoryLog()
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    root.handlers[:] = [memory]
    return memory
