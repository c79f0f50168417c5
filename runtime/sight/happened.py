"""What can happen before the camera, and how events are told together: a thing that left and came back has moved.

Pure. `memory.py` finds the events, `telling.py` puts them into words.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from runtime.sight.places import place
from runtime.types import Box

FADES = 30.0
"""Seconds after which an event is no longer told."""

EVENTS = 16
"""Events kept in mind: no scene is allowed to grow the memory."""


class Happened(Enum):
    APPEARED = "appeared"
    LEFT = "left"
    PASSED = "came and left"
    MOVED = "moved"
    STIRRED = "something moved"
    CHANGED = "something changed"
    VIEW = "the view changed"


@dataclass(frozen=True, slots=True)
class Event:
    """What happened `at` seconds to the thing `name`; `box` is where, `origin` where a thing that moved came from;
    `before` the names and colours of what was there before a new view."""

    what: Happened
    at: float
    name: str = ""
    colour: str = ""
    box: Box = (0.0, 0.0, 1.0, 1.0)
    origin: Box | None = None
    before: tuple[tuple[str, str], ...] = ()


def appeared(events: tuple[Event, ...], event: Event | None) -> tuple[Event, ...]:
    """The events and one of a thing that came, or came back, or came from elsewhere."""
    for gone in reversed(events):
        if event and event.name and gone.what is Happened.LEFT and gone.name == event.name:
            return moved(tuple(each for each in events if each is not gone), gone.box, event)
    return told(events, event)


def moved(events: tuple[Event, ...], origin: Box, event: Event | None) -> tuple[Event, ...]:
    """The events and one of a thing that came from `origin`, unless that is the same place in words."""
    if event is None or where(origin) == where(event.box):
        return events
    return told(events, replace(event, what=Happened.MOVED, origin=origin))


def told(events: tuple[Event, ...], event: Event | None) -> tuple[Event, ...]:
    """The events and one more, told with those of the same thing that it goes on from."""
    if event is None:
        return events
    for earlier in reversed(events):
        if earlier.name != event.name or not event.name:
            continue
        rest = tuple(each for each in events if each is not earlier)
        if event.what is Happened.MOVED and earlier.what is Happened.APPEARED and _is(earlier, event.origin):
            return (*rest, replace(earlier, at=event.at, box=event.box))
        if event.what is Happened.MOVED and earlier.what is Happened.MOVED and _is(earlier, event.origin):
            back = earlier.origin is not None and where(earlier.origin) == where(event.box)
            return rest if back else (*rest, replace(event, origin=earlier.origin))
        if event.what is Happened.LEFT and earlier.what is Happened.APPEARED and _is(earlier, event.box):
            return (*rest, replace(event, what=Happened.PASSED))
    return (*events, event)


def _is(earlier: Event, box: Box | None) -> bool:
    return box is not None and where(earlier.box) == where(box)


def kept(events: tuple[Event, ...]) -> tuple[Event, ...]:
    """The newest of them, as many as are remembered."""
    return events[-EVENTS:]


def where(box: Box) -> str:
    """Where a box is, in a word."""
    return place(box) or "middle"
