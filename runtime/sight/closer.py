"""Decides what it was that changed, by looking closer at the parts of the picture that did, before and after.

A thing that fills a sixth of the picture's width is small for a network that sees all of it at once; cut out, it fills
most of what is seen. Where to cut, the patches say. What is named after and not before has appeared, what is named
before and not after has left, and both, in two places, is one thing that moved (`memory.py` puts that together).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from runtime.sight.colours import colour_of
from runtime.sight.happened import Event, Happened
from runtime.sight.kinds import bare
from runtime.sight.scene import COLUMNS, PATCH_COLUMNS, PATCH_ROWS, ROWS, Glance, differing, patches_of
from runtime.types import Box, Percepts, Picture

LOOKS = 2
"""Parts that are looked at, the largest first: a thing that moved leaves two. Each costs two looks."""

SURE = 0.5
"""Least confidence of a name: nine in ten are right."""

SURE_LEFT = 0.7
"""The same for what has left: what is now before it may have hidden it. With both, of 30 things cut from photos and
put down before others, half are named, one in ten wrongly, and of most others it is told that something changed."""

_AROUND = 1.5  # how much more than the part itself is cut out: things are known by what is around them
_LEAST = 0.25  # share of the picture's shorter side that is cut out at least
_SPECK = 12  # changed cells below which a part is none: a blinking light
_STIRRED = 0.02  # share of a patch's cells that makes it changed


def parts_changed(before: Glance, now: Glance, noise: float, ignored: NDArray[np.bool_] | None = None) -> list[Box]:
    """The parts of the picture that differ, as boxes, largest first; patches `ignored` (bool[6, 8]) are left out."""
    cells = differing(before, now, noise)
    patches = patches_of(cells) >= _STIRRED
    if ignored is not None:
        patches &= ~ignored
    boxes: list[tuple[int, Box]] = []
    for part in _connected(patches):
        inside = cells & np.kron(part, np.ones((ROWS // PATCH_ROWS, COLUMNS // PATCH_COLUMNS), bool))
        rows, columns = np.nonzero(inside)
        if len(rows) >= _SPECK:
            # A tenth on either side is noise, shadow and the last of a hand.
            (top, bottom), (left, right) = (np.quantile(each, (0.02, 0.98)) for each in (rows, columns))
            box = (left / COLUMNS, top / ROWS, (right - left + 1) / COLUMNS, (bottom - top + 1) / ROWS)
            boxes.append((len(rows), box))
    return [box for _, box in sorted(boxes, key=lambda each: -each[0])]


def named_changes(
    before: Picture, now: Picture, parts: list[Box], look: Callable[[Picture], Percepts], at: float, sure: float = SURE
) -> list[Event]:
    """What left and what appeared in `parts` between two pictures of one size, what left first; nothing that `look`
    has no name for, at least as `sure`."""
    left: list[Event] = []
    appeared: list[Event] = []
    for part in parts[:LOOKS]:
        earlier, later = (look(cut_out(each, part)) for each in (before, now))
        is_now = _name(later, sure)
        if is_now and is_now != _name(earlier, sure):
            appeared.append(Event(Happened.APPEARED, at, is_now, colour_of(is_now, now, part), part))
        elif not is_now and (was := _name(earlier, max(sure, SURE_LEFT))):
            left.append(Event(Happened.LEFT, at, was, "", part))
    return left + appeared


def cut_out(rgb: Picture, box: Box) -> Picture:
    """The square part of the picture around `box`, within the picture."""
    height, width = rgb.shape[:2]
    x, y, wide, high = box
    shorter = min(width, height)
    side = round(min(shorter, max(wide * width * _AROUND, high * height * _AROUND, _LEAST * shorter, 1)))
    left = round(min(max(0.0, (x + wide / 2) * width - side / 2), width - side))
    top = round(min(max(0.0, (y + high / 2) * height - side / 2), height - side))
    return np.ascontiguousarray(rgb[top : top + side, left : left + side])


def _name(percepts: Percepts, least: float) -> str:
    """The surest name of what is in the middle, or nothing."""
    names = [(each.confidence, each.name) for each in percepts.objects if _in_the_middle(each.box)]
    names += [(each.confidence, each.group or bare(each.name)) for each in percepts.tags]
    sure, name = max(names, default=(0.0, ""))
    return name if sure >= least else ""


def _in_the_middle(box: Box) -> bool:
    return box[0] < 0.5 < box[0] + box[2] and box[1] < 0.5 < box[1] + box[3]


def _connected(patches: NDArray[np.bool_]) -> list[NDArray[np.bool_]]:
    """The groups of set patches that touch, corners included."""
    rest = patches.copy()
    groups: list[NDArray[np.bool_]] = []
    while rest.any():
        group = np.zeros_like(rest)
        group[tuple(np.argwhere(rest)[0])] = True
        while True:
            grown = np.zeros((PATCH_ROWS + 2, PATCH_COLUMNS + 2), bool)
            for down in range(3):
                for across in range(3):
                    grown[down : down + PATCH_ROWS, across : across + PATCH_COLUMNS] |= group
            larger = grown[1:-1, 1:-1] & rest
            if (larger == group).all():
                break
            group = larger
        rest &= ~group
        groups.append(group)
    return groups
