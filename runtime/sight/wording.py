"""Decides how what was seen is put into words: which items, in which order, with what said of each.

An item exists in two tones: terse for the camera line, whose grammar is in `percepts.py`, and as people speak.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from runtime.sight.nouns import MANY, NUMBERS, SEVERAL, article, plural
from runtime.sight.places import place, relation
from runtime.sight.thresholds import COUNT_OBJECT, MAYBE_OBJECT, PERHAPS, PLAIN_OBJECT, SAY_OBJECT
from runtime.types import SeenObject, Tag

MOST_ITEMS = 8
LONGEST = 220
"""Items, and characters of them, in the camera line at most: it shares the prompt with the conversation."""

AT_LEAST = "at least"
_EXACT = 2
"""Number up to which counting is taken for exact; of more, some are as a rule overlooked (`COUNT_OBJECT`)."""

_TOLD_APART = 3
"""Things of a kind up to which colour and place are said of each."""

_TAG_SALIENCE = 0.75
"""How much a tag counts beside an object as sure that fills a sixteenth of the picture: it has no place and no size."""


class Item(NamedTuple):
    """One thing said: in the camera line, and in a sentence."""

    terse: str
    spoken: str


@dataclass(frozen=True, slots=True)
class _Group:
    """Objects of one kind; `number` is how many in words, empty for one."""

    members: tuple[SeenObject, ...]
    number: str = ""

    @property
    def name(self) -> str:
        return self.members[0].name

    @property
    def confidence(self) -> float:
        return max(each.confidence for each in self.members)

    @property
    def salience(self) -> float:
        area = sum(each.box[2] * each.box[3] for each in self.members)
        return self.confidence * (0.5 + min(1.0, area) ** 0.5)


def worth_saying(objects: Sequence[SeenObject]) -> tuple[SeenObject, ...]:
    """The objects that will be said or counted, in their order: of kinds that are sure enough, those sure enough."""
    kept: list[SeenObject] = []
    for name in dict.fromkeys(each.name for each in objects):
        same = [each for each in objects if each.name == name]
        if max(each.confidence for each in same) >= SAY_OBJECT:
            kept += _group(same).members
    return tuple(each for each in objects if any(each is other for other in kept))


def items(objects: Sequence[SeenObject], tags: Sequence[Tag]) -> list[Item]:
    """What is said of `objects` (as `worth_saying` leaves them) and of `tags` that mean something else.

    What is said plainly comes first, and then what is largest and surest; what does not fit the line is left out.
    """
    names = dict.fromkeys(each.name for each in objects)
    groups = [_group([each for each in objects if each.name == name]) for name in names]
    alone = [group.members[0] for group in groups if not group.number and group.confidence >= PLAIN_OBJECT]
    ranked = [(group.confidence >= PLAIN_OBJECT, group.salience, _said(group, alone)) for group in groups]
    ranked += [(tag.confidence >= PERHAPS, _TAG_SALIENCE * tag.confidence, Item(tag.name, tag.name)) for tag in tags]
    ranked.sort(key=lambda each: (each[0], each[1]), reverse=True)
    said: list[Item] = []
    room = LONGEST
    for plain, _, item in ranked[:MOST_ITEMS]:
        hedged = item if plain else Item(f"perhaps {item.terse}", f"perhaps {item.spoken}")
        room -= len(hedged.terse) + 2
        if room < 0:
            break
        said.append(hedged)
    return said


def _group(same: Sequence[SeenObject]) -> _Group:
    same = sorted(same, key=lambda each: -each.confidence)
    clear = [same[0], *(each for each in same[1:] if each.confidence >= COUNT_OBJECT)]
    maybe = [each for each in same[len(clear) :] if each.confidence >= MAYBE_OBJECT]
    count = len(clear)
    if count > len(NUMBERS) + 1:
        return _Group(tuple(clear), MANY)
    if len(maybe) > max(1, count // 2) and count + len(maybe) > 3:
        return _Group((*clear, *maybe), SEVERAL)
    number = "" if count == 1 else NUMBERS[count - 2]
    return _Group(tuple(clear), f"{AT_LEAST} {number}" if count > _EXACT else number)


def _said(group: _Group, alone: Sequence[SeenObject]) -> Item:
    if not group.number:
        return _one(group.members[0], alone)
    colour, details = _of_each(group)
    noun = f"{group.number} {colour} {plural(group.name)}".replace("  ", " ")
    said = f"{noun} ({', '.join(details)})" if details else noun
    return Item(said, said)


def _of_each(group: _Group) -> tuple[str, list[str]]:
    """The colour that all members share, and what tells them apart, from left to right."""
    if len(group.members) > _TOLD_APART or group.number == SEVERAL:
        return "", []
    members = sorted(group.members, key=lambda each: each.box[0] + each.box[2] / 2)
    colours = {each.colour for each in members}
    shared = members[0].colour if len(colours) == 1 else ""
    if shared:
        members = [replace(each, colour="") for each in members]
    places = [place(each.box) for each in members]
    if len(set(places)) > 1:
        places = [where or "middle" for where in places]
    details = [f"{each.colour} {where}".strip() for each, where in zip(members, places, strict=True)]
    if len(set(details)) == 1 and details[0]:
        return shared, details[:1]
    return shared, details if "" not in details and len(set(details)) == len(details) else []


def _one(thing: SeenObject, alone: Sequence[SeenObject]) -> Item:
    noun, _, kind = (thing.kind or thing.name).removesuffix(")").partition(" (")
    noun = f"{thing.colour} {noun}".strip()
    name = f"{article(noun)} {noun}".strip()
    where, beside = place(thing.box), relation(thing, alone)
    details = [each for each in (kind, where, beside) if each]
    terse = f"{name} ({', '.join(details)})" if details else name
    spoken = " ".join(each for each in (name, f"({kind})" if kind else "", _at(where), beside) if each)
    return Item(terse, spoken)


def _at(where: str) -> str:
    if not where:
        return ""
    return f"on the {where}" if where in ("left", "right") else f"at the {where}"
