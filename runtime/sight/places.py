"""Decides where a thing is, in words, and what it is on or behind; only where the boxes leave no doubt."""

from __future__ import annotations

from collections.abc import Sequence

from runtime.types import Box, SeenObject

LEFT, RIGHT, TOP, BOTTOM = 0.36, 0.64, 0.25, 0.75
"""Shares of the picture beyond which a thing's middle is to one side of it; between them its place is not said."""

_WIDE, _HIGH = 0.6, 0.55
"""Shares of the picture from which a thing is too large to be on one side of it."""

_TOPS = frozenset(("table", "bed", "couch", "chair", "bench"))
"""Things that others lie on."""

_LYING = frozenset(
    (
        *(
            "cat",
            "dog",
            "teddy bear",
            "backpack",
            "handbag",
            "suitcase",
            "bottle",
            "wine glass",
            "cup",
            "fork",
            "knife",
        ),
        *("spoon", "bowl", "banana", "apple", "sandwich", "orange", "broccoli", "carrot", "hot dog", "pizza", "donut"),
        *("cake", "plant", "laptop", "mouse", "remote", "keyboard", "phone", "book", "vase", "scissors", "ball"),
        *("clock", "television"),
    )
)
"""Things that lie or stand on others."""

_MOUNTS = frozenset(("horse", "motorcycle", "bicycle", "skateboard", "surfboard", "snowboard", "elephant"))
"""Things that people are on when they are right above them."""

_STANDING = frozenset(
    (
        *("person", "bicycle", "car", "motorcycle", "bus", "truck", "bench", "cat", "dog", "horse", "sheep", "cow"),
        *("elephant", "bear", "zebra", "giraffe", "chair", "couch", "laptop", "cup", "bottle", "vase", "bowl"),
    )
)
"""Things whose lower edge is where they touch the ground, so that a higher one is farther away."""


def place(box: Box) -> str:
    """ "left", "right", "top", "bottom", "top left", … as the picture shows it; empty in the middle or all over it."""
    x, y, width, height = box
    middle, level = x + width / 2, y + height / 2
    across = ("left" if middle < LEFT else "right" if middle > RIGHT else "") if width < _WIDE else ""
    along = ("top" if level < TOP else "bottom" if level > BOTTOM else "") if height < _HIGH else ""
    return f"{along} {across}".strip()


def relation(thing: SeenObject, others: Sequence[SeenObject]) -> str:
    """ "on the table", "behind the laptop", or empty. `others` are things said of which there is one each."""
    for other in sorted(others, key=lambda each: -each.confidence):
        if other is thing or other.name == thing.name:
            continue
        if _is_on(thing, other):
            return f"on the {other.name}"
    for other in sorted(others, key=lambda each: -each.confidence):
        if other is not thing and other.name != thing.name and _is_behind(thing, other):
            return f"behind the {other.name}"
    return ""


def _is_on(thing: SeenObject, other: SeenObject) -> bool:
    x, y, width, height = thing.box
    left, top, wide, high = other.box
    foot, middle = y + height, x + width / 2
    inside = _shared(x, x + width, left, left + wide) / max(width, 1e-9)
    if thing.name == "person":
        # Somebody on a horse covers its back: the feet hang below it, the head is well above.
        return (
            other.name in _MOUNTS
            and left <= middle <= left + wide
            and inside > 0.6
            and y < top + 0.25 * high
            and y + height > top + 0.3 * high
            and width < 1.3 * wide
            and (foot < top + 1.05 * high)
        )
    if other.name not in _TOPS or thing.name not in _LYING:
        return False
    # The foot stands between the far edge and the near one, and most of the thing is above the near edge.
    smaller = width * height < 0.5 * wide * high
    return smaller and inside > 0.9 and top + 0.08 * high < foot < top + 0.92 * high


def _is_behind(thing: SeenObject, other: SeenObject) -> bool:
    if not {thing.name, other.name} <= _STANDING or _is_on(other, thing):
        return False
    if thing.name == "person" and other.name in _MOUNTS:
        return False
    x, y, width, height = thing.box
    left, top, wide, high = other.box
    covered = _shared(x, x + width, left, left + wide) / max(min(width, wide), 1e-9)
    down = _shared(y, y + height, top, top + high)
    return covered > 0.6 and down > 0.25 * height and y < top - 0.05 and y + height < top + 0.85 * high


def _shared(low: float, high: float, other_low: float, other_high: float) -> float:
    return max(0.0, min(high, other_high) - max(low, other_low))
