"""Decides in which order lines of writing are read: columns from the left, in each from above, in a row from the left.

Pure geometry. Lines on a tilted sheet are turned level first. The sheet is then cut recursively along white space
(XY-cut: Nagy and Seth, "Hierarchical representation of optically scanned documents", 1984), where what looks like a
list stays whole: only columns of running text are read one after the other.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Sides = NDArray[np.float64]
"""Left, top, right and bottom of each line, f64[lines, 4]."""

_COLUMN_LINES = 3
"""Least lines of a column."""

_COLUMN_WIDTH = 6.0
"""Least width of a column's middle line, in line heights; prices and house numbers are narrower."""

_LYING = 1.5
"""A line this many times as wide as high tells how the sheet is tilted."""


def reading_order(lines: Sequence[NDArray[np.float32]]) -> list[int]:
    """The numbers of `lines` in reading order; each is f32[4, 2], its upper left, upper right, lower right and lower
    left corner as its letters stand.
    """
    if not lines:
        return []
    sides = _level(np.stack(lines).astype(np.float64))
    return _cut(sides, list(range(len(lines))))


def _level(corners: NDArray[np.float64]) -> Sides:
    along, down = corners[:, 1] - corners[:, 0], corners[:, 3] - corners[:, 0]
    lying = np.linalg.norm(along, axis=1) >= _LYING * np.linalg.norm(down, axis=1)
    # Directions are added as arrows, the long lines' counting more: the angles of an upside-down sheet jump at 180°.
    tilt = float(np.arctan2(*along[lying].sum(axis=0)[::-1])) if lying.any() else 0.0
    turned = corners @ np.array([[np.cos(tilt), -np.sin(tilt)], [np.sin(tilt), np.cos(tilt)]])
    return np.concatenate([turned.min(axis=1), turned.max(axis=1)], axis=1)


def _cut(sides: Sides, numbers: list[int]) -> list[int]:
    if len(numbers) < 2 * _COLUMN_LINES:
        return _rows(sides, numbers)
    columns = _parted(sides, numbers, axis=0)
    if columns and all(_is_column(sides[each]) for each in columns):
        return [number for each in columns for number in _cut(sides, each)]
    # Above or below what spans the sheet there may be columns.
    bands = _parted(sides, numbers, axis=1)
    return [number for each in bands for number in _cut(sides, each)] if bands else _rows(sides, numbers)


def _parted(sides: Sides, numbers: list[int], axis: int) -> list[list[int]]:
    """Both sides of the widest white strip that runs through all `numbers` across `axis`; empty when there is none."""
    ordered = sorted(numbers, key=lambda number: sides[number, axis])
    reached = np.maximum.accumulate(sides[ordered, axis + 2])
    gaps = sides[ordered[1:], axis] - reached[:-1]
    at = int(gaps.argmax())
    return [ordered[: at + 1], ordered[at + 1 :]] if gaps[at] > 0 else []


def _is_column(sides: Sides) -> bool:
    height = float(np.median(sides[:, 3] - sides[:, 1]))
    return len(sides) >= _COLUMN_LINES and float(np.median(sides[:, 2] - sides[:, 0])) >= _COLUMN_WIDTH * height


def _rows(sides: Sides, numbers: list[int]) -> list[int]:
    """From above; lines whose middles lie within half a line height of each other share a row, from the left."""
    middle, height = (sides[:, 1] + sides[:, 3]) / 2, sides[:, 3] - sides[:, 1]
    rows: list[list[int]] = []
    for number in sorted(numbers, key=lambda number: (middle[number], sides[number, 0])):
        first = rows[-1][0] if rows else number
        if rows and middle[number] - middle[first] < 0.5 * min(height[number], height[first]):
            rows[-1].append(number)
        else:
            rows.append([number])
    return [number for row in rows for number in sorted(row, key=lambda number: sides[number, 0])]
