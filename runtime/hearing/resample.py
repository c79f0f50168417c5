"""Brings sound to another sampling rate, whole or as it streams in."""

from __future__ import annotations

import numpy as np
import soxr

from runtime.types import Samples

_QUALITY = "HQ"


def resample(samples: Samples, rate: int, target: int) -> Samples:
    """All of `samples` (mono, `rate` Hz) at `target` Hz: n · target / rate of them, rounded."""
    if rate == target or len(samples) == 0:
        return np.asarray(samples, np.float32)
    return soxr.resample(np.asarray(samples, np.float32), rate, target, _QUALITY)


class Resampler:
    """The same for a stream: everything `feed` and `finish` return, put together, equals `resample` of the whole.

    Output lags a few milliseconds behind the input, more for larger ratios.
    """

    def __init__(self, rate: int, target: int) -> None:
        self._same = rate == target
        self._stream = soxr.ResampleStream(rate, target, 1, "float32", _QUALITY)

    def feed(self, samples: Samples) -> Samples:
        """What can be said about the new rate after hearing `samples` too."""
        return samples if self._same else self._stream.resample_chunk(np.ascontiguousarray(samples, np.float32))

    def finish(self) -> Samples:
        """The rest; the stream is over."""
        nothing = np.zeros(0, np.float32)
        return nothing if self._same else self._stream.resample_chunk(nothing, last=True)
