"""Owns the listening thread: audio chunks in, the beginnings and ends of what a person says out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from runtime.errors import Fault
from runtime.events import FromListener, LevelMeasured, Trouble
from runtime.hearing import endpointer
from runtime.hearing.ear import Ear
from runtime.hearing.turn import TurnModel
from runtime.hearing.vad import WINDOW, VoiceActivity
from runtime.ports import Progress, no_progress
from runtime.types import HEARING_RATE, AudioChunk, Level
from runtime.worker import Worker

_CAPACITY = 500  # chunks; five seconds at 10 ms each, far more than the turn model ever takes to think


@dataclass(frozen=True, slots=True)
class _Attend:
    """A mark in the queue: look at what is wanted now."""


class Listener:
    """Hears the microphone in a thread of its own; every method may be called from any thread and none blocks.

    `emit` is called from the listening thread with `SpeechBegan`, then `SpeechDiscarded` or `SpeechEnded`, and with
    `LevelMeasured` about 31 times a second; also with `Trouble` when hearing itself fails.
    """

    def __init__(
        self,
        vad: VoiceActivity,
        turn: TurnModel,
        patience: str,
        emit: Callable[[FromListener | LevelMeasured | Trouble], None],
    ) -> None:
        self._vad = vad
        self._turn = turn
        self._emit = emit
        self._ignoring = False
        self._forgets = 0
        self._patience = patience
        self._forgotten = 0
        self._heeded = patience
        self._ear: Ear | None = None
        self._troubled = ""
        self._rested = -1
        self._worker: Worker[AudioChunk | _Attend] = Worker("listener", self._handle, self._failed, _CAPACITY)

    def load(self, progress: Progress = no_progress) -> None:
        """Open both models and warm them. Raises `Missing`, `BadInput` (an unknown patience) or `Fault`."""
        self._ear = Ear(self._vad, self._turn, self._patience, self._emit, lambda: self._forgotten != self._forgets)
        self._vad.load(lambda what, done: progress(what, done / 2))
        self._turn.load(lambda what, done: progress(what, 0.5 + done / 2))

    def start(self) -> None:
        self._worker.start()

    def hear(self, chunk: AudioChunk) -> bool:
        """Queue what the microphone gave; False when the queue is full (the ear notices the gap by `chunk.start`)."""
        return self._worker.post(chunk)

    def ignore(self, on: bool) -> None:
        """Stop (or resume) listening: speech in progress is forgotten, with `SpeechDiscarded` if it had begun.

        Stopping and resuming at once forgets too, and goes on listening.
        """
        self._ignoring = on
        self._forgets += on
        self._worker.post(_Attend())

    def change(self, patience: str) -> None:
        """Take another patience at once. Raises `BadInput` on an unknown one."""
        endpointer.rules(patience)
        self._patience = patience
        self._worker.post(_Attend())

    def stop(self, timeout: float = 5.0) -> bool:
        """End the thread; True when it ended within `timeout` seconds."""
        return self._worker.stop(timeout)

    def _handle(self, item: AudioChunk | _Attend) -> None:
        if self._ear is None:
            raise Fault("The listener is not loaded yet.", "Call load() first.")
        forgets, ignoring, patience = self._forgets, self._ignoring, self._patience
        if patience != self._heeded:
            self._heeded = patience
            self._ear.change(patience)
        if forgets != self._forgotten:
            self._forgotten = forgets
            self._ear.forget()
        if ignoring:
            if isinstance(item, AudioChunk):
                self._rest(item)
            return
        if isinstance(item, AudioChunk):
            self._ear.hear(item)
            self._troubled = ""

    def _rest(self, chunk: AudioChunk) -> None:
        """The meter rests while nobody listens."""
        at = round(chunk.start * HEARING_RATE / chunk.rate) // WINDOW * WINDOW
        if at != self._rested:
            self._rested = at
            self._emit(LevelMeasured(Level(0.0, 0.0, 0.5, at)))

    def _failed(self, error: Exception) -> None:
        # The same fault on every chunk is one trouble, not a hundred a second.
        if str(error) == self._troubled:
            return
        self._troubled = str(error)
        if isinstance(error, Fault):
            self._emit(Trouble(error.what, error.do, error.available))
        else:
            self._emit(Trouble(f"Hearing failed: {error}.", "Switch the microphone off and on again."))
