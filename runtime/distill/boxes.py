"""Decides which boxes mean the same object: overlap, suppression, and the joining of two teachers' boxes.

Boxes are f32[n, 6]: class, score, left, top, right, bottom; places are shares (0…1) of the picture's sides.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Boxes = NDArray[np.float32]

SAME = 0.5
"""Intersection over union from which two boxes of one class are one object."""


def overlap(one: Boxes, many: Boxes) -> NDArray[np.float32]:
    """Intersection over union of places f32[4] with each of f32[n, 4]."""
    low = np.maximum(one[:2], many[:, :2])
    high = np.minimum(one[2:], many[:, 2:])
    shared = np.prod(np.clip(high - low, 0, None), axis=1)
    union = np.prod(one[2:] - one[:2]) + np.prod(many[:, 2:] - many[:, :2], axis=1) - shared
    return (shared / np.maximum(union, 1e-9)).astype(np.float32)


def suppress(boxes: Boxes, least: float, most: int = 60) -> Boxes:
    """The best box of every object, best first: lesser boxes of the class that overlap it by `SAME` are dropped."""
    boxes = boxes[boxes[:, 1] >= least]
    boxes = boxes[np.argsort(-boxes[:, 1], kind="stable")][: 20 * most]
    kept: list[Boxes] = []
    while len(boxes) and len(kept) < most:
        best = boxes[0]
        kept.append(best)
        boxes = boxes[(boxes[:, 0] != best[0]) | (overlap(best[2:], boxes[:, 2:]) < SAME)]
    return np.array(kept, np.float32).reshape(-1, 6)


def join(first: Boxes, second: Boxes, trust: float = 0.5) -> Boxes:
    """What two teachers together say, best first; each box of one meets at most one of the other.

    `trust` is the weight 0…1 of the second. Where they agree, the box is the mean weighted by score and trust, and the
    score the weighted mean; a box that only one of them sees keeps that one's share of its score. After Solovyev et
    al., "Weighted boxes fusion" (2021), for two models.
    """
    joined: list[Boxes] = []
    free = np.ones(len(second), bool)
    for box in first:
        fits = overlap(box[2:], second[:, 2:]) * (second[:, 0] == box[0]) * free if len(second) else np.zeros(0)
        if len(fits) and fits.max() >= SAME:
            at = int(fits.argmax())
            free[at] = False
            one, other = (1 - trust) * box[1], trust * second[at, 1]
            place = (one * box[2:] + other * second[at, 2:]) / max(one + other, 1e-9)
            joined.append(np.concatenate([[box[0], one + other], place]))
        else:
            joined.append(np.concatenate([[box[0], (1 - trust) * box[1]], box[2:]]))
    joined.extend(np.concatenate([[box[0], trust * box[1]], box[2:]]) for box in second[free])
    found = np.array(joined, np.float32).reshape(-1, 6)
    return found[np.argsort(-found[:, 1], kind="stable")]


def presence(boxes: Boxes, classes: int) -> NDArray[np.float32]:
    """How surely each class is somewhere in the picture: its best box's score, f32[classes]."""
    scores = np.zeros(classes, np.float32)
    np.maximum.at(scores, boxes[:, 0].astype(np.intp), boxes[:, 1])
    return scores
