"""Decides when the eyes look while a camera or a video goes on, and keeps in mind what happened before them.

Most frames cost a glance alone: the eyes look when the picture has changed since they last looked, not more often than
their share of the time allows, and they read what is written once the picture has come to rest. Where something never
rests, a screen or a tree in the wind, that alone makes them look only now and then.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from runtime.errors import Cancelled
from runtime.ports import never
from runtime.sight import memory
from runtime.sight.closer import SURE, named_changes, parts_changed
from runtime.sight.happened import Event, Happened
from runtime.sight.light import View, how_clear
from runtime.sight.memory import Look, Memory
from runtime.sight.percepts import together
from runtime.sight.scene import Glance, Patches, changed, differing, glance, patches_of, place_of
from runtime.sight.telling import just_now
from runtime.types import Percepts, Picture, SeenObject, VideoFrame


class Looks(Protocol):
    """The eyes, as far as watching needs them."""

    def look(self, rgb: Picture, read_text: bool) -> Percepts:
        """What a picture shows; an unchanged one may be given the same again."""
        ...

    def look_closer(self, rgb: Picture) -> Percepts:
        """What a part of one shows."""
        ...


LEAST = 0.4
"""Seconds between looks at least: two of them let a thing appear."""

SHARE = 0.2
"""Share of the time that may go into looking while the scene changes."""

SELDOM = 3.0
"""Seconds between looks at a scene in which nothing changes but what never rests."""

REST = 1.0
"""Seconds without change after which what is written is read ahead of a question."""

READ = 3
"""Frames of a video in which what is written is read, at most."""

_ALL = 0.8  # share of the patches beyond which a change is none of a thing

_PAUSE = 0.3  # seconds of rest that do when somebody asks
_SURE_OF_PEOPLE = 0.75  # least confidence of a name that is found near people

_SEEN = (View.CLEAR, View.DIM)


class Watch:
    """Watches one scene through `eyes`; used by one thread at a time. Of pictures the last is kept, and while something
    moves the one from before it.

    `clock` measures what a look costs, in seconds; when to look is counted in the frames' own time.
    """

    def __init__(self, eyes: Looks, clock: Callable[[], float] = time.perf_counter) -> None:
        self._eyes = eyes
        self._clock = clock
        self.forget()

    def forget(self) -> None:
        """Begin anew: nothing has been seen, nothing has happened."""
        self._memory = Memory()
        self._patches = Patches()
        self._percepts: Percepts | None = None
        self._looked: Glance | None = None
        self._next = self._seen_at = self._changed_at = self._stirred_at = float("-inf")
        self._was_read = False
        self._last: Picture | None = None
        self._stirring: _Before | None = None

    def see(self, frame: VideoFrame) -> None:
        """Take the next frame of the camera, at any rate; one that is older than the last is left out."""
        at = frame.captured
        if at <= self._seen_at:
            return
        now = self._glance(frame)
        differs = changed(self._looked, now, self._patches.noise)
        restless = differs and self._is_restless(now)
        if differs and not restless:
            self._changed_at = at
        if at >= self._next:
            if restless:
                if at >= self._next + SELDOM:
                    self._take(frame, now, read_text=False)
                    self._was_read = True  # what is written there never stays long enough to be read ahead
            elif differs:
                self._take(frame, now, read_text=False)
            elif self._memory.unsettled and self._percepts is not None:
                # An unchanged picture shows the same again: as good as a look, and free.
                self._remember(self._percepts, now, at)
                self._next = at + LEAST
            elif not self._was_read and at - self._changed_at >= REST:
                self._take(frame, now, read_text=True)
        self._notice(frame, now, REST)

    def asked(self, frame: VideoFrame, percepts: Percepts) -> str:
        """What happened before `frame`, in which the eyes found `percepts` for a question."""
        if frame.captured > self._seen_at:
            now = self._glance(frame)
            self._looked, self._percepts, self._was_read = now, percepts, True
            if how_clear(frame.rgb) in _SEEN:
                self._remember(percepts, now, frame.captured)
                self._notice(frame, now, _PAUSE)
        return just_now(self._memory, frame.captured)

    def _glance(self, frame: VideoFrame) -> Glance:
        at, before, picture = frame.captured, self._patches.last, self._last
        now = glance(frame.rgb)
        self._patches = self._patches.then(now, at)
        self._seen_at, self._last = at, frame.rgb
        if not self._patches.at_rest and before is not None and picture is not None:
            self._stirred_at = at
            self._stirring = self._stirring or _Before(at, before, picture)
        return now

    def _is_restless(self, now: Glance) -> bool:
        """Whether nothing differs from the last look but what never rests."""
        restless = self._patches.restless
        if self._looked is None or not restless.any():
            return False
        cells = patches_of(differing(self._looked, now, self._patches.noise))
        return not bool((cells[~restless] > 0).any())

    def _take(self, frame: VideoFrame, now: Glance, read_text: bool) -> None:
        began = self._clock()
        percepts = self._eyes.look(frame.rgb, read_text)
        cost = self._clock() - began
        self._next = frame.captured + max(LEAST, cost / SHARE)
        self._looked, self._percepts, self._was_read = now, percepts, read_text
        if how_clear(frame.rgb) in _SEEN:
            self._remember(percepts, now, frame.captured)

    def _remember(self, percepts: Percepts, now: Glance, at: float) -> None:
        self._memory = memory.step(self._memory, Look(at, percepts.objects, now))

    def _notice(self, frame: VideoFrame, now: Glance, rest: float) -> None:
        """Once a movement has come to rest for `rest` seconds and no event explains it, look closer at what remains."""
        at = frame.captured
        if self._stirring is None or at - self._stirred_at < rest or self._memory.unsettled:
            return
        before, self._stirring = self._stirring, None
        began = self._clock()
        self._memory = _explained(self._memory, before, frame, now, self._patches, self._eyes)
        self._next = max(self._next, at + (self._clock() - began) / SHARE)


@dataclass(frozen=True, slots=True, eq=False)
class _Before:
    """The scene `at` seconds, before something stirred."""

    at: float
    glance: Glance
    picture: Picture


def _explained(kept: Memory, before: _Before, frame: VideoFrame, now: Glance, patches: Patches, eyes: Looks) -> Memory:
    """The memory with what changed since `before`, where no event of it explains that already."""
    if any(event.at >= before.at for event in kept.events) or before.picture.shape != frame.rgb.shape:
        return kept
    if (patches_of(differing(before.glance, now, patches.noise)) > 0).mean() > _ALL:
        return kept  # a light, a hand over the lens, another view
    parts = parts_changed(before.glance, now, patches.noise, patches.restless)
    people = [thing.box for thing in kept.things if thing.name == "person"]
    # People stir all the time, and what they wear has names too.
    near = any(memory.overlapping(box, part) > 0 for part in parts for box in people)
    found = named_changes(
        before.picture, frame.rgb, parts, eyes.look_closer, frame.captured, _SURE_OF_PEOPLE if near else SURE
    )
    if not found:
        stirred = place_of(patches.stirred(before.at) * ~patches.restless)
        box = parts[0] if parts else stirred
        if box and not any(memory.overlapping(thing.box, box) > 0.1 for thing in kept.things):
            found = [Event(Happened.CHANGED if parts else Happened.STIRRED, frame.captured, box=box)]
    return memory.noticed(kept, found)


def watched(frames: Sequence[VideoFrame], eyes: Looks, cancelled: Callable[[], bool] = never) -> tuple[Percepts, str]:
    """What a video shows at its end, and what happened in it; `frames` (at least one) as `scene.worth_a_look` chooses
    them. What is written is read in at most `READ` of them, the last among them. Raises `Cancelled`.
    """
    kept = Memory()
    looks: list[Percepts] = []
    rested: _Before | None = None
    for number, frame in enumerate(frames):
        if cancelled():
            raise Cancelled
        percepts = eyes.look(frame.rgb, _is_read(number, len(frames)))
        if how_clear(frame.rgb) in _SEEN:
            now, last = glance(frame.rgb), kept.last
            unchanged = last is not None and not changed(last.glance, now)
            if last is not None and unchanged:
                # Nothing changed in between, so looks at what was in between would have found the same.
                for at in _between(last.at, frame.captured):
                    kept = memory.step(kept, Look(at, last.objects, last.glance))
            kept = memory.step(kept, Look(frame.captured, percepts.objects, now))
            rests = last is not None and unchanged and frame.captured - last.at >= REST
            if rested is not None and (rests or number == len(frames) - 1):
                kept = _explained(kept, rested, frame, now, Patches(), eyes)
            if rested is None or rests:
                rested = _Before(frame.captured, now, frame.rgb)
        looks.append(percepts)
    return _at_the_end(looks, kept), just_now(kept, frames[-1].captured)


def _is_read(number: int, count: int) -> bool:
    return (count - 1 - number) % max(1, -(-count // READ)) == 0


def _between(begin: float, end: float) -> list[float]:
    times = [begin + LEAST * step for step in range(1, memory.MISSED + 1)]
    return [at for at in times if at < end]


def _at_the_end(looks: Sequence[Percepts], kept: Memory) -> Percepts:
    """The last look, with the things that it alone missed, and the writing of all."""
    last = looks[-1]
    missed = tuple(
        SeenObject(thing.name, thing.sure, thing.box, thing.colour)
        for thing in kept.things
        if thing.here
        and not thing.missed
        and not any(thing.box == each.box for each in last.objects)
        and not any(thing.name == each.name and memory.overlapping(thing.box, each.box) > 0.0 for each in last.objects)
    )
    earlier = [replace(each, objects=(), tags=()) for each in looks[:-1] if each.text != last.text]
    if not missed and not any(each.text for each in earlier):
        return last
    return together([*earlier, replace(last, objects=(*last.objects, *missed))])


def with_events(percepts: Percepts, events: Sequence[str]) -> Percepts:
    """`percepts` with what happened of late at the end of its line and its description."""
    said = " ".join(each for each in events if each)
    if not said:
        return percepts
    description = f"{percepts.description} {said}".strip()
    return replace(percepts, line=f"{percepts.line} {said}", description=description)
