"""Decides how things are called in running English: articles, plurals, numbers and lists."""

from __future__ import annotations

from collections.abc import Sequence

_PLURALS = {
    "person": "people",
    "sheep": "sheep",
    "knife": "knives",
    "mouse": "mice",
    "scissors": "pairs of scissors",
    "skis": "pairs of skis",
    "broccoli": "pieces of broccoli",
}

_BARE = {"scissors", "skis", "broccoli"}
"""Said without an article: pairs and masses."""

NUMBERS = ("two", "three", "four", "five", "six")
"""Numbers that are said; beyond, boxes overlap too much to be counted."""

SEVERAL, MANY = "several", "many"


def article(noun: str) -> str:
    """`cup` → "a", `orange bus` → "an", `scissors` → "": sound decides, as far as the eyes' names go."""
    if noun.split(" ", 1)[-1] in _BARE or noun in _BARE:
        return ""
    return "an" if noun[0] in "aeio" or noun.startswith("umb") else "a"


def one(noun: str) -> str:
    """`cup` → "a cup", `scissors` → "scissors"."""
    return f"{article(noun)} {noun}".strip()


def plural(noun: str) -> str:
    """`wine glass` → "wine glasses", `person` → "people"."""
    if noun in _PLURALS:
        return _PLURALS[noun]
    if noun.endswith(("s", "sh", "ch", "x")):
        return f"{noun}es"
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}s"


def listed(items: Sequence[str]) -> str:
    """`a`, `b`, `c` → "a, b and c"; at least one item."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
