"""Decides which stretches of the microphone stream are utterances; the detector, endpointer and turn model in step."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from runtime.events import FromListener, LevelMeasured, SpeechBegan, SpeechDiscarded, SpeechEnded
from runtime.hearing import endpointer
from runtime.hearing.endpointer import Decision
from runtime.hearing.resample import Resampler
from runtime.hearing.turn import TurnModel
from runtime.hearing.vad import WINDOW, VadState, VoiceActivity
from runtime.types import HEARING_RATE, AudioChunk, Level, Samples, Utterance

PRE_ROLL = round(0.8 * HEARING_RATE / WINDOW)
"""Windows kept from before the first one that was speech: 800 ms, so the first word is never clipped."""

_POST_ROLL = round(0.35 * HEARING_RATE / WINDOW)  # windows of the closing silence worth transcribing
_BEGINNING = 40  # windows a beginning may take to be confirmed; the endpointer's decay keeps it under this


@dataclass(frozen=True, slots=True, eq=False)
class _Window:
    samples: Samples
    start: int


class Ear:
    """Turns chunks of any size and rate into events, on the caller's thread.

    The same sound cut into other chunks gives the same events. `emit` gets `SpeechBegan`, then either `SpeechDiscarded`
    or `SpeechEnded`, and one `LevelMeasured` per window. Sample indices are at 16 kHz. `dropped` is asked after the
    turn model has thought: True when the speech it thought about is no longer wanted.
    """

    def __init__(
        self,
        vad: VoiceActivity,
        turn: TurnModel,
        patience: str,
        emit: Callable[[FromListener | LevelMeasured], None],
        dropped: Callable[[], bool] = lambda: False,
    ) -> None:
        self._vad = vad
        self._turn = turn
        self._rules = endpointer.rules(patience, WINDOW / HEARING_RATE)
        self._emit = emit
        self._dropped = dropped
        self._noise: float | None = None
        self._rate = 0
        # Kept for good: a fresh state takes loud noise for speech until it has got used to the room.
        self._vad_state = VadState()
        self._restart(0)

    def change(self, patience: str) -> None:
        """Take another patience from the next window on. Raises `BadInput` on an unknown one."""
        self._rules = endpointer.rules(patience, WINDOW / HEARING_RATE)

    def hear(self, chunk: AudioChunk) -> None:
        """Take the next chunk; one that does not continue the last closes the speech in progress first."""
        if chunk.rate != self._rate or chunk.start != self._expected:
            self._break_off()
            self._rate = chunk.rate
            self._restart(round(chunk.start * HEARING_RATE / chunk.rate))
            self._resampler = Resampler(chunk.rate, HEARING_RATE)
        self._expected = chunk.start + len(chunk.samples)
        # One damaged sample would stay in the detector's recurrent state for good.
        sound = np.nan_to_num(np.asarray(chunk.samples, np.float32), nan=0.0, posinf=0.0, neginf=0.0)
        samples = np.concatenate((self._rest, np.clip(self._resampler.feed(sound), -1.0, 1.0)))
        whole = len(samples) // WINDOW * WINDOW
        self._rest = samples[whole:].copy()
        for window in samples[:whole].reshape(-1, WINDOW):
            self._take(window)

    def forget(self) -> None:
        """Drop speech in progress (saying so) and everything remembered of the sound; the next chunk starts afresh."""
        if self._state.speaking:
            self._emit(SpeechDiscarded(self._at))
        self._rate = 0
        self._restart(self._at)

    def _restart(self, at: int) -> None:
        self._at = at
        self._expected = 0
        self._rest = np.zeros(0, np.float32)
        self._resampler = Resampler(HEARING_RATE, HEARING_RATE)
        self._state = endpointer.State(noise=self._noise)
        self._recent: deque[_Window] = deque(maxlen=PRE_ROLL + _BEGINNING)
        self._speech: list[_Window] = []

    def _take(self, samples: Samples) -> None:
        self._vad_state, probability = self._vad.step(self._vad_state, samples)
        rms = float(np.sqrt(np.mean(np.square(samples, dtype=np.float64))))
        window = _Window(samples, self._at)
        self._at += WINDOW
        was_speaking = self._state.speaking
        (self._speech if was_speaking else self._recent).append(window)
        self._state, decision = endpointer.step(self._rules, self._state, probability, rms)
        self._noise = self._state.noise
        threshold = self._rules.end_probability if was_speaking else self._rules.begin_probability
        self._emit(LevelMeasured(Level(min(1.0, rms), probability, threshold, window.start)))
        if decision is Decision.BEGAN:
            self._begin()
        elif decision is Decision.ASK:
            finished = self._turn.finished(np.concatenate([each.samples for each in self._speech[-250:]]))
            if not self._dropped():
                self._state, decision = endpointer.answered(self._rules, self._state, finished)
                self._close(decision)
        else:
            self._close(decision)

    def _begin(self) -> None:
        onset = len(self._recent) - min(self._state.length, len(self._recent))
        self._speech = list(self._recent)[max(0, onset - PRE_ROLL) :]
        self._emit(SpeechBegan(self._recent[onset].start))
        self._recent.clear()

    def _close(self, decision: Decision) -> None:
        # What did not go out with this speech may be the pre-roll of the next; words handed over must not come twice.
        if decision is Decision.DISCARDED:
            self._recent.extend(self._speech)
            self._speech = []
            self._emit(SpeechDiscarded(self._at))
        elif decision is Decision.ENDED:
            words = len(self._speech) - self._state.quiet
            self._recent.extend(self._speech[words:])
            kept = self._speech[: words + _POST_ROLL]
            self._speech = []
            self._emit(
                SpeechEnded(Utterance(np.concatenate([each.samples for each in kept]), HEARING_RATE, kept[0].start))
            )

    def _break_off(self) -> None:
        self._state, decision = endpointer.interrupted(self._rules, self._state)
        self._close(decision)
