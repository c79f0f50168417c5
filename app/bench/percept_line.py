"""Reads the camera line back into what it says: the grammar is told in runtime/sight/percepts.py."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from runtime.distill.captions import read

_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_UNCOUNTED = frozenset(("several", "many"))


@dataclass(frozen=True, slots=True)
class Item:
    """One thing the line names: its words without details, whether they are said without "perhaps", and how many
    there are (0 where the line leaves that open).
    """

    words: str
    plain: bool
    count: int


def items(line: str) -> list[Item]:
    """What a camera line names, in its order; nothing when it says why nothing can be seen."""
    seen = line.removeprefix("Camera: ").partition("Text: '")[0].strip()
    if not seen.endswith(".") or seen.endswith((" to tell.", " I can name.")):
        return []
    return [_item(each) for each in re.split(r", (?![^(]*\))", seen.removesuffix("."))]


def writing(line: str) -> str:
    """The writing that the line quotes, or nothing."""
    return line.partition("Text: ")[2]


def counts(line: str) -> Mapping[str, int]:
    """How many of each everyday thing the line speaks of: 0 where it leaves that open, no entry where there is none."""
    found: dict[str, int] = {}
    for item in items(line):
        for name in read(item.words).meant:
            known = item.count and found.get(name, 1)
            found[name] = item.count + found.get(name, 0) if known else 0
    return found


def _item(said: str) -> Item:
    words = said.partition(" (")[0]
    plain = not words.startswith("perhaps ")
    words = words.removeprefix("perhaps ").removeprefix("at least ")
    first = words.partition(" ")[0]
    return Item(words, plain, 0 if first in _UNCOUNTED else _NUMBERS.get(first, 1))
