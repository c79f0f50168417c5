"""Remembers what Whisper's encoder makes of the silence after speech, so that short sound need not be padded to 30 s.

Whisper was trained on windows of exactly 30 s, nearly always with silence behind the words, and it leans on that
silence: without it the states of the words drift (by 31 % where this memory leaves 11 %) and the decoder often starts
the sentence over. The states of the silence hardly depend on the words before it, so they are computed once, here,
behind a second of made-up vowels, and every tenth of them is kept. At run time they are attended to like real ones,
each counted ten times (log 10 added to its score).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from runtime.hearing.mel import log_mel
from runtime.types import HEARING_RATE, Samples

STRIDE = 10
"""One position in so many is remembered."""

FIRST = 60
"""The first remembered position, 1.2 s into the window."""

_FORMANTS = ((730, 1090, 2440), (270, 2290, 3010), (570, 840, 2410), (530, 1840, 2480), (300, 870, 2240))
"""Hz; average formants of five English vowels (Peterson and Barney, 1952)."""

_BANDWIDTHS = (90, 120, 180)
_STRENGTHS = (1.0, 0.5, 0.25)


@dataclass(frozen=True, slots=True)
class Silence:
    """Per encoder layer the keys and values f32 [1, heads, R, head], and the final states f32 [1, R, width].

    `peaks` are the largest magnitudes f32 [width] that left each layer norm meanwhile, by its prefix.
    """

    keys: tuple[NDArray[np.float32], ...]
    values: tuple[NDArray[np.float32], ...]
    states: NDArray[np.float32]
    peaks: dict[str, NDArray[np.float32]]


def remember(encoder: Path, layers: int, positions: int) -> Silence:
    """Run `encoder` (written with its inner keys and values as outputs) on a window of vowels and silence."""
    window = np.zeros(positions * 2 * 160, np.float32)
    speech = vowels()
    window[: len(speech)] = speech
    session = ort.InferenceSession(str(encoder), providers=["CPUExecutionProvider"])
    names = [each.name for each in session.get_outputs()]
    results = session.run(names, {"mel": log_mel(window)})
    found = {name: np.asarray(values) for name, values in zip(names, results, strict=True)}
    kept = slice(FIRST, None, STRIDE)
    return Silence(
        keys=tuple(found[f"inner_key_{layer}"][:, :, kept] for layer in range(layers)),
        values=tuple(found[f"inner_value_{layer}"][:, :, kept] for layer in range(layers)),
        states=found["states"][:, kept],
        peaks={name.removeprefix("peak/"): values for name, values in found.items() if name.startswith("peak/")},
    )


def vowels() -> Samples:
    """One second of five vowels, each a 120 Hz pulse train through three resonators, at 16 kHz, peak 0.5."""
    length = HEARING_RATE // len(_FORMANTS)
    pitch = 120.0 + 20.0 * np.sin(2 * np.pi * 1.3 * np.arange(HEARING_RATE) / HEARING_RATE)
    pulses = np.diff(np.floor(np.cumsum(pitch) / HEARING_RATE), prepend=0.0)
    parts = []
    for index, formants in enumerate(_FORMANTS):
        source = np.fft.rfft(pulses[index * length : (index + 1) * length], 2 * length)
        hertz = np.fft.rfftfreq(2 * length, 1 / HEARING_RATE)
        voiced = sum(
            strength * source * _resonance(hertz, formant, bandwidth)
            for formant, bandwidth, strength in zip(formants, _BANDWIDTHS, _STRENGTHS, strict=True)
        )
        parts.append(np.fft.irfft(voiced)[:length] * np.hanning(length) ** 0.3)
    sound = np.concatenate(parts)
    return (sound * (0.5 / np.abs(sound).max())).astype(np.float32)


def _resonance(hertz: NDArray[Any], formant: float, bandwidth: float) -> NDArray[Any]:
    """Frequency response of a two-pole resonator (Klatt, 1980)."""
    radius = np.exp(-np.pi * bandwidth / HEARING_RATE)
    turn = np.exp(-2j * np.pi * hertz / HEARING_RATE)
    return 1.0 / (1.0 - 2 * radius * np.cos(2 * np.pi * formant / HEARING_RATE) * turn + radius**2 * turn**2)
