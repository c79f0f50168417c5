"""Decides whether a camera still lives or repeats one picture, and from when a picture really is.

A sensor's noise makes every picture a little different. A source whose pictures differed and then stay the same bit for
bit has frozen; one that never differed shows a still picture, as virtual cameras and screens do, and is believed. So is
a picture without any contrast: behind a covered lens there may be no noise left.
"""

from __future__ import annotations

from collections import deque

import numpy as np

from runtime.types import Picture

FROZEN = 3.0
"""Seconds of the same picture after which a living camera counts as frozen."""

_WINDOW, _LIVING = 30, 15
"""Of so many pictures, so many must differ from the one before: a stream may double pictures to keep its pace."""

_REPEATS = 10
"""Least repetitions: a slow source is not a frozen one."""

_FLAT = 4.0
"""Standard deviation of all values below which a picture shows nothing."""


class Pulse:
    """`stuck` is the picture a source had frozen to when it was closed; it proves nothing."""

    def __init__(self, stuck: Picture | None = None) -> None:
        self._last = stuck
        self._living = stuck is not None
        self._differed: deque[bool] = deque(maxlen=_WINDOW)
        self._since: float | None = None
        self._repeats = 0

    def take(self, picture: Picture, now: float) -> float | None:
        """When `picture`, u8[height, width, 3], was really captured; None if before this source was opened."""
        differs = self._last is None or not _same(self._last, picture)
        self._differed.append(differs)
        self._living = self._living or sum(self._differed) >= _LIVING
        if differs:
            self._last, self._since, self._repeats = picture, now, 0
        else:
            self._repeats += 1
        return self._since if self._living and not _flat(picture) else now

    def frozen(self, now: float) -> bool:
        """Whether a living source has repeated itself for too long."""
        return (
            self._living
            and self._since is not None
            and self._repeats >= _REPEATS
            and now - self._since > FROZEN
            and self._last is not None
            and not _flat(self._last)
        )

    @property
    def last(self) -> Picture | None:
        """The newest picture."""
        return self._last


def _same(one: Picture, other: Picture) -> bool:
    # Living pictures differ in the first rows compared.
    return one.shape == other.shape and np.array_equal(one[::32], other[::32]) and np.array_equal(one, other)


def _flat(picture: Picture) -> bool:
    return float(picture[::8, ::8].std()) < _FLAT
