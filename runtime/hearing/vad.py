"""Decides how likely each 32 ms of sound is speech (Silero VAD), holding weights only: running state is passed in."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from runtime.errors import Fault, Missing
from runtime.ports import Progress, Sessions, no_progress
from runtime.types import HEARING_RATE, Samples

WINDOW = 512
"""Samples at 16 kHz per probability (32 ms), the only length the model was trained for."""

_CONTEXT = 64  # the tail of the window before, which the published model expects in front of each window


@dataclass(frozen=True, slots=True, eq=False)
class VadState:
    """What the model remembers between windows of one stream: f32[2, 1, 128] and the last 64 samples."""

    recurrent: NDArray[np.float32] = field(default_factory=lambda: np.zeros((2, 1, 128), np.float32))
    context: Samples = field(default_factory=lambda: np.zeros(_CONTEXT, np.float32))


class VoiceActivity:
    """Silero VAD v5 (MIT); the same window and state always give the same answer."""

    def __init__(self, folder: Path, sessions: Sessions) -> None:
        self._path = Path(folder) / "vad.onnx"
        self._sessions = sessions
        self._session: ort.InferenceSession | None = None

    def load(self, progress: Progress = no_progress) -> None:
        """Raises `Missing` without the file and `Fault` when it is another graph."""
        progress("Loading the voice detector", 0.0)
        if not self._path.is_file():
            raise Missing(f"The pack has no voice detector ({self._path}).", "Build the pack again.")
        session = self._sessions.open(self._path, "vad")
        names = {each.name for each in session.get_inputs()}
        if names != {"input", "state", "sr"}:
            raise Fault(f"{self._path} is not the voice detector this version knows.", "Build the pack again.")
        self._session = session
        self.step(VadState(), np.zeros(WINDOW, np.float32))
        progress("Loading the voice detector", 1.0)

    def step(self, state: VadState, window: Samples) -> tuple[VadState, float]:
        """`window` f32[512] at 16 kHz → the state for the next window, and the probability of speech, 0…1."""
        if self._session is None:
            raise Fault("The voice detector is not loaded yet.", "Call load() first.")
        if window.shape != (WINDOW,):
            raise ValueError(f"a window has {WINDOW} samples, not {window.shape}")
        heard = np.concatenate((state.context, window)).astype(np.float32, copy=False)
        probability, recurrent = self._session.run(
            None,
            {"input": heard[None], "state": state.recurrent, "sr": np.array(HEARING_RATE, np.int64)},
        )
        after = VadState(np.asarray(recurrent, np.float32), heard[-_CONTEXT:].copy())
        return after, float(np.asarray(probability).reshape(-1)[0])
