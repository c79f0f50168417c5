"""Decides what each cell of the student's map should say, given the teachers' boxes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from runtime.distill.boxes import Boxes

CERTAIN = 0.25
"""Least joint score of a box that cells must draw; below it, its score still counts for presence."""


def assign(boxes: Boxes, cells: int, classes: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Wanted scores f32[cells², classes] and places f32[cells², 4] (0 where no box is wanted), row by row.

    A box belongs to the cells whose centres lie in the middle half of it (to the nearest one if it is smaller), after
    Tian et al., "FCOS" (2019). Of several boxes of a class at a cell the highest score is wanted; the place is that
    of the smallest certain box, since what is small stands in front.
    """
    scores = np.zeros((cells, cells, classes), np.float32)
    places = np.zeros((cells, cells, 4), np.float32)
    sizes = np.prod(boxes[:, 4:] - boxes[:, 2:4], axis=1)
    for kind, score, left, top, right, bottom in boxes[np.argsort(-sizes, kind="stable")]:
        columns, rows = _middle(left, right, cells), _middle(top, bottom, cells)
        window = scores[rows, columns, int(kind)]
        scores[rows, columns, int(kind)] = np.maximum(window, score)
        if score >= CERTAIN:
            places[rows, columns] = (left, top, right, bottom)
    return scores.reshape(cells * cells, classes), places.reshape(cells * cells, 4)


def _middle(low: float, high: float, cells: int) -> slice:
    """The cells whose centres lie in the middle half of low…high, at least one."""
    centre, reach = (low + high) / 2, (high - low) / 4
    first = int(np.ceil((centre - reach) * cells - 0.5))
    last = int(np.floor((centre + reach) * cells - 0.5))
    if last < first:
        first = last = min(int(centre * cells), cells - 1)
    return slice(max(first, 0), min(last, cells - 1) + 1)
