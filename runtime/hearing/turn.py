"""Decides how likely the person has finished the thought (Smart Turn v3), from the sound of the last eight seconds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime as ort

from runtime.errors import Fault, Missing
from runtime.hearing.mel import log_mel
from runtime.ports import Progress, Sessions, no_progress
from runtime.types import HEARING_RATE, Samples

_LENGTH = 8 * HEARING_RATE
_FRAMES = 800
_LEAST_VARIANCE = 1e-7


def features(samples: Samples) -> np.ndarray:
    """f32[n] at 16 kHz → f32[80, 800]: what Smart Turn v3 was trained on.

    The newest eight seconds, silence in front of anything shorter, the whole stretch (silence included) brought to
    mean 0 and variance 1, then Whisper's log-mel.
    """
    newest = np.asarray(samples, np.float32)[-_LENGTH:]
    padded = np.zeros(_LENGTH, np.float32)
    if len(newest):
        padded[-len(newest) :] = newest
    return log_mel((padded - padded.mean()) / np.sqrt(padded.var() + _LEAST_VARIANCE))


class TurnModel:
    """Smart Turn v3.2 (BSD-2). Stateless: the same sound always gives the same answer."""

    def __init__(self, folder: Path, sessions: Sessions) -> None:
        self._path = Path(folder) / "turn.onnx"
        self._sessions = sessions
        self._session: ort.InferenceSession | None = None

    def load(self, progress: Progress = no_progress) -> None:
        """Raises `Missing` without the file and `Fault` when it is another graph."""
        progress("Loading the turn model", 0.0)
        if not self._path.is_file():
            raise Missing(f"The pack has no turn model ({self._path}).", "Build the pack again.")
        session = self._sessions.open(self._path, "turn")
        shapes = {each.name: tuple(each.shape[1:]) for each in session.get_inputs()}
        if shapes != {"input_features": (80, _FRAMES)}:
            raise Fault(f"{self._path} is not the turn model this version knows.", "Build the pack again.")
        self._session = session
        self.finished(np.zeros(HEARING_RATE, np.float32))
        progress("Loading the turn model", 1.0)

    def finished(self, samples: Samples) -> float:
        """`samples` f32[n] at 16 kHz, up to now → the probability, 0…1, that the speaker has finished."""
        if self._session is None:
            raise Fault("The turn model is not loaded yet.", "Call load() first.")
        (answer,) = self._session.run(None, {"input_features": features(samples)[None]})
        return float(np.asarray(answer).reshape(-1)[0])
