"""Decides whether and where a picture differs from an earlier one, so that the eyes look again only when it pays.

Pure: a picture becomes a small grid of brightness and colour, and two grids are compared. Averaging over a cell takes
out the noise of a camera, the common part of the change takes out its automatic exposure; what is left is something
that moved. Over time the changes are kept as spacetime patches, as a video model cuts its input (Sora, 2024): few
coarse cells, few slices of time, each with how much it changed. They say where something stirs, and what never rests.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from runtime.types import Box, Picture, VideoFrame

Glance = NDArray[np.float32]
"""Mean luma, blue and red difference (YCbCr, 0…255) of each cell, f32[120, 160, 3]."""

ROWS, COLUMNS = 120, 160

MOVED = 14.0
"""Luma by which one cell must change. One letter on a sign does that; the noise of a webcam, 8 per pixel and so 2 per
cell of 4 by 4, reaches 9 in the worst of all these cells. Colour, which cameras smooth more, must change as much."""

EXPOSURE = 24.0
"""Change of the whole picture's luma beyond which it counts as another scene: a light was switched."""

_NOISE_FACTOR, _NOISIEST = 5.0, 6.0
"""A noisier camera's cells must change by so many standard deviations; no more than this noise is believed."""

PATCH_ROWS, PATCH_COLUMNS = 6, 8
"""Spacetime patches in space: 20 by 20 cells each."""

SLICE, SLICES = 0.5, 20
"""Spacetime patches in time: seconds of one slice, and how many are kept."""

_STIRRED = 0.02
"""Share of a patch's cells that must have changed for the patch to count as stirred."""

_RESTLESS = 0.8
"""Share of the slices in which a patch that never rests has stirred: a screen, a fan, a tree in the wind."""


def glance(rgb: Picture) -> Glance:
    """The picture `rgb` (u8[height, width, 3]) made small, in about a millisecond for a camera frame."""
    image = Image.fromarray(rgb)
    # Whole-number reduction first: several times faster than resizing, and the same mean over a cell.
    image = image.reduce((max(1, image.width // COLUMNS), max(1, image.height // ROWS)))
    small = image.resize((COLUMNS, ROWS), Image.Resampling.BOX)
    return np.asarray(small.convert("YCbCr"), np.float32)


def changed(before: Glance | None, now: Glance, noise: float = 0.0) -> bool:
    """Whether something moved, appeared or left between two glances, or the light changed; True without a `before`.

    `noise` is the standard deviation between glances of a scene at rest, where it is known.
    """
    if before is None or abs(_exposure(before, now)) > EXPOSURE:
        return True
    return bool(differing(before, now, noise).any())


def differing(before: Glance, now: Glance, noise: float = 0.0) -> NDArray[np.bool_]:
    """Which cells changed between two glances, bool[120, 160]; a change common to all cells is not one."""
    change = now - before
    change -= np.median(change[::3, ::3], axis=(0, 1))
    return np.abs(change).max(axis=2) > max(MOVED, _NOISE_FACTOR * min(noise, _NOISIEST))


def lit_otherwise(before: Glance, now: Glance) -> bool:
    """Whether a light was switched between two glances."""
    return abs(_exposure(before, now)) > EXPOSURE


def share(cells: NDArray[np.bool_], box: Box) -> float:
    """Which share of the cells within `box` is set, 0…1."""
    left, top, width, height = box
    first_row, first_column = min(ROWS - 1, int(top * ROWS)), min(COLUMNS - 1, int(left * COLUMNS))
    last_row = max(first_row + 1, round((top + height) * ROWS))
    last_column = max(first_column + 1, round((left + width) * COLUMNS))
    return float(cells[first_row:last_row, first_column:last_column].mean())


def patches_of(cells: NDArray[np.bool_]) -> NDArray[np.float32]:
    """The share of set cells in each patch, f32[6, 8]."""
    rows, columns = ROWS // PATCH_ROWS, COLUMNS // PATCH_COLUMNS
    return cells.reshape(PATCH_ROWS, rows, PATCH_COLUMNS, columns).mean(axis=(1, 3), dtype=np.float32)


def _exposure(before: Glance, now: Glance) -> float:
    return float(np.median(now[::3, ::3, 0] - before[::3, ::3, 0]))


@dataclass(frozen=True, slots=True, eq=False)
class Patches:
    """The last ten seconds of a scene: `slices` f32[n, 6, 8], oldest first, the most that each patch changed by between
    two glances of that slice; `begins` the seconds at which each slice began; `noise` as `changed` takes it."""

    slices: NDArray[np.float32] = field(default_factory=lambda: np.zeros((0, PATCH_ROWS, PATCH_COLUMNS), np.float32))
    begins: tuple[float, ...] = ()
    noise: float = 0.0
    last: Glance | None = None

    def then(self, now: Glance, at: float) -> Patches:
        """The patches after the glance `now`, `at` seconds; time that runs backwards begins anew."""
        if self.last is None or (self.begins and at < self.begins[-1]):
            return Patches(begins=(at,), slices=np.zeros((1, PATCH_ROWS, PATCH_COLUMNS), np.float32), last=now)
        # The lower quartile stays noise even while most of the picture moves; 0.32 is that of a normal distribution.
        spread = float(np.quantile(np.abs(now[::3, ::3, 0] - self.last[::3, ::3, 0]), 0.25)) / 0.32
        learned = self.noise or min(spread, _NOISIEST)
        noise = learned + 0.1 * (min(spread, _NOISIEST) - learned)
        stir = patches_of(differing(self.last, now, noise))
        slices, begins = self.slices, self.begins
        if at - begins[-1] >= SLICE:
            slices = np.concatenate((slices, stir[None]))[-SLICES:]
            begins = (*begins, at)[-SLICES:]
        else:
            slices = np.concatenate((slices[:-1], np.maximum(slices[-1:], stir)))
        return Patches(slices, begins, noise, now)

    def stirred(self, since: float) -> NDArray[np.float32]:
        """How much each patch changed at most since `since` seconds, f32[6, 8]."""
        recent = self.slices[[begin > since - SLICE for begin in self.begins]]
        return recent.max(axis=0) if len(recent) else np.zeros((PATCH_ROWS, PATCH_COLUMNS), np.float32)

    @property
    def restless(self) -> NDArray[np.bool_]:
        """Patches in which something stirs nearly all the time, bool[6, 8]; known after half the slices are filled."""
        if len(self.slices) < SLICES // 2:
            return np.zeros((PATCH_ROWS, PATCH_COLUMNS), bool)
        return (self.slices >= _STIRRED).mean(axis=0) >= _RESTLESS

    @property
    def at_rest(self) -> bool:
        """Whether nothing stirs in the newest slice but what never rests."""
        return not len(self.slices) or not bool(((self.slices[-1] >= _STIRRED) & ~self.restless).any())


def place_of(stir: NDArray[np.float32]) -> Box | None:
    """The box around the patches that stirred (f32[6, 8]); None where none did."""
    rows, columns = np.nonzero(stir >= _STIRRED)
    if not len(rows):
        return None
    top, left = rows.min() / PATCH_ROWS, columns.min() / PATCH_COLUMNS
    bottom, right = (rows.max() + 1) / PATCH_ROWS, (columns.max() + 1) / PATCH_COLUMNS
    return (float(left), float(top), float(right - left), float(bottom - top))


@dataclass(frozen=True, slots=True, eq=False)
class _Still:
    """A stretch of a video that stays as it is: its first and its last frame, which may be one."""

    first: VideoFrame
    last: VideoFrame
    glance: Glance

    @property
    def seconds(self) -> float:
        return self.last.captured - self.first.captured


def worth_a_look(frames: Iterable[VideoFrame], most: int) -> tuple[VideoFrame, ...]:
    """The frames of a video that show something new, in order, and for how long each stays so.

    Of each stretch without change the first frame and the last are kept: the second costs the eyes nothing, and says
    that nothing happened between. At most `most` stretches; the shortest go first, but never the first or the last.
    Only what is kept is held in memory, so `frames` may be as many as they like.
    """
    kept: list[_Still] = []
    for frame in frames:
        now = glance(frame.rgb)
        if kept and not changed(kept[-1].glance, now):
            kept[-1] = replace(kept[-1], last=frame)
            continue
        kept.append(_Still(frame, frame, now))
        if len(kept) > max(2, most):
            shortest = min(range(1, len(kept) - 1), key=lambda at: (kept[at].seconds, _gap(kept, at)))
            del kept[shortest]
    return tuple(each for still in kept for each in dict.fromkeys((still.first, still.last)))


def _gap(kept: list[_Still], at: int) -> float:
    return kept[at + 1].first.captured - kept[at - 1].last.captured
