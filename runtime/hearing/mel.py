"""The log-mel picture of sound that Whisper (and the turn model) was trained on."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from runtime.types import HEARING_RATE, Samples

BINS = 80
"""Mel bands."""

WINDOW = 400
"""Samples under one Hann window (25 ms)."""

HOP = 160
"""Samples from one frame to the next (10 ms)."""

_LINEAR_HZ_PER_MEL = 200.0 / 3.0
_KNEE_HZ = 1000.0
_KNEE_MEL = _KNEE_HZ / _LINEAR_HZ_PER_MEL
_LOG_STEP = np.log(6.4) / 27.0


def log_mel(samples: Samples) -> NDArray[np.float32]:
    """Log-mel spectrogram, float32 [80, len(samples) // 160], of 16 kHz mono sound; about -1…1.5.

    As in OpenAI's Whisper (`audio.py`, MIT): periodic Hann window, frames centred on multiples of the hop with the ends
    mirrored, power spectrum, Slaney mel bands, log10, at most 8 (80 dB) below the loudest value, then (x + 4) / 4.
    The last, half-empty frame is dropped. Sound shorter than one window is lengthened with silence for the mirroring.
    """
    frames = len(samples) // HOP
    if frames == 0:
        return np.zeros((BINS, 0), np.float32)
    sound = np.ascontiguousarray(samples, dtype=np.float32)
    if len(sound) <= WINDOW // 2:
        sound = np.pad(sound, (0, WINDOW // 2 + 1 - len(sound)))
    mirrored = np.pad(sound, WINDOW // 2, mode="reflect")
    windows = np.lib.stride_tricks.sliding_window_view(mirrored, WINDOW)[::HOP][:frames]
    spectrum = np.fft.rfft(windows * _hann(), axis=1)
    power = spectrum.real**2 + spectrum.imag**2
    logarithm = np.log10(np.maximum(filters() @ power.T, 1e-10))
    return ((np.maximum(logarithm, logarithm.max() - 8.0) + 4.0) / 4.0).astype(np.float32)


@cache
def filters() -> NDArray[np.float32]:
    """Slaney mel filters, float32 [80, 201]: triangles of equal area over the bins of the power spectrum.

    The scale of Slaney's Auditory Toolbox (1998): linear below 1 kHz (3 mel per 200 Hz), then 27 mel per factor 6.4.
    """
    top = _KNEE_MEL + np.log(HEARING_RATE / 2 / _KNEE_HZ) / _LOG_STEP
    mel = np.linspace(0.0, top, BINS + 2)
    edges = np.where(mel < _KNEE_MEL, mel * _LINEAR_HZ_PER_MEL, _KNEE_HZ * np.exp(_LOG_STEP * (mel - _KNEE_MEL)))
    low, centre, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    hertz = np.linspace(0.0, HEARING_RATE / 2, WINDOW // 2 + 1)[None, :]
    triangles = np.maximum(0.0, np.minimum((hertz - low) / (centre - low), (high - hertz) / (high - centre)))
    return (triangles * (2.0 / (high - low))).astype(np.float32)


@cache
def _hann() -> NDArray[np.float32]:
    """Periodic: one sample longer than it is wide, as `torch.hann_window` gives it."""
    return (0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(WINDOW) / WINDOW)).astype(np.float32)
