"""The same assistant in a child process: start it, pass events both ways, watch it, start it again when it dies.

The window's process then never waits for Python code of the model, and a crash in a native library costs one reply, not
the conversation. Events travel over unnamed pipes that no other program can open.
"""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
import queue
import signal
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING

from runtime.errors import Fault
from runtime.events import (
    FlushSpeaker,
    ForgetConversation,
    Incoming,
    Mute,
    NothingHeard,
    Outgoing,
    Phase,
    PhaseChanged,
    Played,
    ReplyFailed,
    SettingsChanged,
    StartListening,
    StopListening,
    Trouble,
    TurnBegan,
    TurnEnded,
    Typed,
)
from runtime.settings import Settings
from runtime.transcript import KEPT_TURNS
from runtime.types import AudioChunk, Turn, VideoFrame

if TYPE_CHECKING:
    from runtime.assistant import Assistant

_OUTBOX = 2048
_RESTARTS = 3  # within _RESTART_WINDOW seconds; after that the fault is the machine's and a person must look
_RESTART_WINDOW = 60.0
_GIVEN_UP = Trouble("The model stops again and again.", "Run visavis doctor, then start Vis-à-vis again.")
_NO_FRAME = "no frame"
_log = logging.getLogger(__name__)
_FRAME = object()  # in the outbox: the place where the newest frame goes out


@dataclass(frozen=True, slots=True)
class _Line:
    """Something the child logged."""

    text: str


class _ToParent(logging.Handler):
    """Hands what the child logs to the parent's log: the terminal is for sentences."""

    def __init__(self, outbox: queue.Queue[Outgoing | _Line | None]) -> None:
        super().__init__(logging.WARNING)
        self._outbox = outbox

    def emit(self, record: logging.LogRecord) -> None:
        with contextlib.suppress(queue.Full):
            self._outbox.put_nowait(_Line(self.format(record)))


class Host:
    """Looks like an `Assistant` (start, post, hear, see, stop) and runs one in a process of its own."""

    def __init__(self, settings: Settings, emit: Callable[[Outgoing], None]) -> None:
        self._settings = settings
        self._emit = emit
        self._history: deque[Turn] = deque(maxlen=KEPT_TURNS)
        self._open = False
        self._muted = False
        self._turn = 0  # in progress, 0 for none
        self._last_turn = 0  # numbers are never used twice: the loudspeaker drops late sound by them
        self._outbox: queue.Queue[object] = queue.Queue(_OUTBOX)
        self._frame: VideoFrame | None = None
        self._frame_waits = False
        self._stopping = threading.Event()
        self._given_up = False
        self._starts: deque[float] = deque(maxlen=_RESTARTS + 1)
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None
        self._threads: list[threading.Thread] = []

    @property
    def process_id(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start the child and the two threads that talk with it."""
        self._spawn()
        for name, work in (("to-host", self._send), ("from-host", self._receive)):
            thread = threading.Thread(target=work, name=name, daemon=True)
            thread.start()
            self._threads.append(thread)

    def post(self, event: Incoming) -> None:
        """Take one event; never blocks."""
        match event:
            case StartListening():
                self._open = True
            case StopListening():
                self._open = False
            case Mute(on):
                self._muted = on
            case ForgetConversation():
                self._history.clear()
        if self._given_up:
            if isinstance(event, (Typed, StartListening)):
                self._emit(_GIVEN_UP)
        elif not self._queue(event) and not isinstance(event, Played):
            self._emit(Trouble("The assistant is too busy to take more.", "Wait a moment and try again."))

    def hear(self, chunk: AudioChunk) -> None:
        """Take a stretch of the microphone; dropped when the child has fallen far behind."""
        self._queue(chunk)

    def see(self, frame: VideoFrame | None) -> None:
        """Take the camera's newest picture, or None when it was switched off. One waits at most: the newest."""
        self._frame = frame
        if not self._frame_waits:
            self._frame_waits = True
            self._frame_waits = self._queue(_FRAME)

    def stop(self) -> None:
        """End the child, gently at first, and join the threads."""
        self._stopping.set()
        self._queue(None)
        process = self._process
        if process:
            process.join(6)
            if process.is_alive():
                process.terminate()
                process.join(2)
        if self._pipe:
            self._pipe.close()
        for thread in self._threads:
            thread.join(2)

    # ── the child's end is in _child ────────────────────────────────────────────────────────────────────────────────

    def _spawn(self) -> None:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        self._process = context.Process(
            target=_child,
            args=(theirs, self._settings, tuple(self._history), self._last_turn),
            name="visavis-runtime",
            daemon=True,
        )
        self._process.start()
        theirs.close()
        self._pipe = ours
        self._starts.append(time.monotonic())

    def _queue(self, item: object) -> bool:
        try:
            self._outbox.put_nowait(item)
        except queue.Full:
            return False
        return True

    def _send(self) -> None:
        while True:
            item = self._outbox.get()
            if item is _FRAME:
                self._frame_waits = False  # before the frame is taken: a newer one then waits anew
                item = self._frame or _NO_FRAME
            pipe = self._pipe
            if pipe:
                with contextlib.suppress(OSError):  # the receiving thread notices a dead child and starts another
                    pipe.send(item)
            if item is None:
                return

    def _receive(self) -> None:
        while True:
            pipe = self._pipe
            try:
                event: Outgoing | _Line = pipe.recv()  # type: ignore[union-attr]
            except (EOFError, OSError):
                if self._stopping.is_set() or not self._restart():
                    return
                continue
            if isinstance(event, _Line):
                _log.warning("The model's process says: %s", event.text)
                continue
            self._remember(event)
            self._emit(event)

    def _remember(self, event: Outgoing) -> None:
        match event:
            case TurnBegan(turn):
                self._turn = self._last_turn = turn
            case TurnEnded(turn):
                self._history.append(turn)
                self._turn = 0
            case NothingHeard():
                self._turn = 0
            case SettingsChanged(settings):
                self._settings = settings

    def _restart(self) -> bool:
        """Start another child with the conversation so far; False when children die too often."""
        if self._turn:
            self._emit(FlushSpeaker(self._turn))  # what is queued of the answer has no captions any more
            self._emit(ReplyFailed(self._turn, "The model stopped in the middle of the answer.", "Ask again."))
            self._turn = 0
        self._emit(PhaseChanged(Phase.IDLE, 0))
        if len(self._starts) > _RESTARTS and time.monotonic() - self._starts[0] < _RESTART_WINDOW:
            self._given_up = True
            self._emit(_GIVEN_UP)
            return False
        self._emit(Trouble("The model stopped unexpectedly.", "It is starting again; the conversation goes on."))
        self._spawn()
        if self._muted:
            self.post(Mute(True))
        if self._open:
            self.post(StartListening())
        return True


def _child(pipe: Connection, settings: Settings, history: tuple[Turn, ...], last_turn: int) -> None:
    """Runs in the child: an assistant whose events come and go through `pipe`, until None or the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    from runtime.assistant import assemble  # here, so that the parent carries none of the model's libraries

    outbox: queue.Queue[Outgoing | _Line | None] = queue.Queue(_OUTBOX)
    logging.getLogger().addHandler(_ToParent(outbox))
    threading.excepthook = lambda hook: _log.error("Uncaught in %s", hook.thread, exc_info=hook.exc_value)

    def send() -> None:
        while (event := outbox.get()) is not None:
            try:
                pipe.send(event)
            except OSError:
                os._exit(0)  # the parent is gone: nobody is left to talk to

    sender = threading.Thread(target=send, name="to-window", daemon=True)
    sender.start()
    _serve(pipe, lambda: assemble(settings, outbox.put, history, last_turn), outbox.put)
    outbox.put(None)
    sender.join(2)


def _serve(pipe: Connection, make: Callable[[], Assistant], emit: Callable[[Outgoing], None]) -> None:
    try:
        assistant = make()
    except Fault as fault:
        emit(Trouble(fault.what, fault.do, fault.available))
        with contextlib.suppress(EOFError, OSError):
            while pipe.recv() is not None:
                pass
        return
    assistant.start()
    with contextlib.suppress(EOFError, OSError):
        while (item := pipe.recv()) is not None:
            if isinstance(item, AudioChunk):
                assistant.hear(item)
            elif isinstance(item, VideoFrame):
                assistant.see(item)
            elif item == _NO_FRAME:
                assistant.see(None)
            else:
                assistant.post(item)
    assistant.stop()
