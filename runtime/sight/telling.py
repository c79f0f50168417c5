"""Puts what happened of late into the last part of the camera line, within a bounded number of words.

    just     = "Just now: " event *( ", " event ) "."                       newest first
    event    = what " appeared" [ place ] | what " left" | what " came and left"
             | what " moved (" where " to " where ")" | "something " ( "moved" | "changed" | "appeared" ) [ place ]
             | "the view changed" [ " (before: " what *( ", " what ) [ " and " what ] ")" ]
    what     = article or count, then colour if known, then noun            as in the items of the camera line
    place    = " (" where ")"
    where    = as in the items of the camera line, or "middle"              no place: the middle

The newest event comes first, equal ones are counted, and what has no more room is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from runtime.sight.happened import FADES, Event, Happened, where
from runtime.sight.memory import Memory
from runtime.sight.nouns import NUMBERS, SEVERAL, listed, one, plural

TOLD = 4
"""Events told at most."""

LONGEST = 150
"""Characters of the told events at most, beyond the newest one."""


def just_now(memory: Memory, at: float) -> str:
    """The last part of the camera line at `at` seconds; empty when nothing happened that is worth saying."""
    groups: dict[tuple[object, ...], tuple[Event, int]] = {}
    for event in reversed(memory.events):
        if at - event.at > FADES:
            continue
        key = (event.what, event.name, event.colour, where(event.box), event.origin and where(event.origin))
        groups[key] = (event, groups[key][1] + 1) if key in groups else (event, 1)
    told: list[str] = []
    for event, count in groups.values():
        words = _told(event, count)
        if len(told) == TOLD or (told and len(", ".join([*told, words])) > LONGEST):
            break
        told.append(words)
    return f"Just now: {', '.join(told)}." if told else ""


def _told(event: Event, count: int) -> str:
    there = where(event.box)
    aside = "" if there == "middle" else f" ({there})"
    match event.what:
        case Happened.VIEW:
            return f"{event.what.value} (before: {_all(event.before)})" if event.before else event.what.value
        case Happened.STIRRED | Happened.CHANGED:
            return f"{event.what.value}{aside}"
        case Happened.APPEARED:
            return f"{_named(event, count)} appeared{aside}"
        case Happened.MOVED:
            return f"{_named(event, count)} moved ({where(event.origin or event.box)} to {there})"
        case _:
            return f"{_named(event, count)} {event.what.value}"


def _named(event: Event, count: int) -> str:
    return _called(event.name, event.colour, count) if event.name else "something"


def _called(name: str, colour: str, count: int) -> str:
    if count == 1:
        return one(f"{colour} {name}".strip())
    number = NUMBERS[count - 2] if count - 2 < len(NUMBERS) else SEVERAL
    return " ".join(word for word in (number, colour, plural(name)) if word)


def _all(names: Sequence[tuple[str, str]]) -> str:
    kinds = list(Counter(names).items())[:TOLD]
    return listed([_called(name, colour, count) for (name, colour), count in kinds])
