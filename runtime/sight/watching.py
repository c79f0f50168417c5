"""Decides when the eyes look while a camera or a video goes on, and keeps in mind what happened before them.

Most frames cost a glance alone: the eyes look when the picture has changed since they last looked, not more often than
their share of the time allows, and they read what is written once the picture has come to rest. Where something never
rests, a screen or a tree in the wind, that alone makes them look only now and then.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from runtime.errors import Cancelled
from runtime.ports import never
from runtime.sight import memory
from runtime.sight.light import View, how_clear
from runtime.sight.memory import Happened, Look, Memory
from runtime.sight.percepts import together
from runtime.sight.scene import Glance, Patches, changed, differing, glance, patches_of, place_of
from runtime.sight.telling import just_now
from runtime.types import Percepts, Picture, SeenObject, VideoFrame

Looks = Callable[[Picture, bool], Percepts]
"""The eyes: a picture, and whether to read what is written in it. They may give an unchanged picture the same again."""

LEAST = 0.4
"""Seconds between looks at least: two of them let a thing appear."""

SHARE = 0.2
"""Share of the time that may go into looking while the scene changes."""

SELDOM = 3.0
"""Seconds between looks at a scene in which nothing changes but what never rests."""

REST = 1.0
"""Seconds without change after which what is written is read ahead of a question."""

READ = 4
"""Frames of a video in which what is written is read, at most."""

_ALL = 0.8  # share of the patches beyond which a change is none of a thing

_SEEN = (View.CLEAR, View.DIM)


class Watch:
    """Watches one scene through `look`; used by one thread at a time. Pictures are not kept, only what was seen.

    `clock` measures what a look costs, in seconds; when to look is counted in the frames' own time.
    """

    def __init__(self, look: Looks, clock: Callable[[], float] = time.perf_counter) -> None:
        self._look = look
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
        self._stirring: tuple[float, Glance] | None = None  # since when, and the glance from before

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
        self._notice(now, at)

    def asked(self, frame: VideoFrame, percepts: Percepts) -> str:
        """What happened before `frame`, in which the eyes found `percepts` for a question."""
        if frame.captured > self._seen_at:
            now = self._glance(frame)
            self._looked, self._percepts, self._was_read = now, percepts, True
            if how_clear(frame.rgb) in _SEEN:
                self._remember(percepts, now, frame.captured)
        return just_now(self._memory, frame.captured)

    def _glance(self, frame: VideoFrame) -> Glance:
        at, before = frame.captured, self._patches.last
        now = glance(frame.rgb)
        self._patches = self._patches.then(now, at)
        self._seen_at = at
        if not self._patches.at_rest and before is not None:
            self._stirred_at = at
            self._stirring = self._stirring or (at, before)
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
        percepts = self._look(frame.rgb, read_text)
        cost = self._clock() - began
        self._next = frame.captured + max(LEAST, cost / SHARE)
        self._looked, self._percepts, self._was_read = now, percepts, read_text
        if how_clear(frame.rgb) in _SEEN:
            self._remember(percepts, now, frame.captured)

    def _remember(self, percepts: Percepts, now: Glance, at: float) -> None:
        self._memory = memory.step(self._memory, Look(at, percepts.objects, now))

    def _notice(self, now: Glance, at: float) -> None:
        """Once a movement has come to rest and no event with a name explains it, it is kept in mind without one."""
        if self._stirring is None or at - self._stirred_at < REST or self._memory.unsettled:
            return
        (since, before), self._stirring = self._stirring, None
        if any(event.at >= since for event in self._memory.events):
            return
        differ = patches_of(differing(before, now, self._patches.noise))
        if (differ > 0).mean() > _ALL:
            return  # a light, a hand over the lens, another view
        resting = ~self._patches.restless
        remains = place_of(differ * resting)
        box = remains or place_of(self._patches.stirred(since) * resting)
        # People and animals stir all the time; that they are there is said already.
        if box and not any(memory.overlapping(thing.box, box) > 0.1 for thing in self._memory.things):
            what = Happened.CHANGED if remains else Happened.STIRRED
            self._memory = memory.noticed(self._memory, what, box, at)


def watched(frames: Sequence[VideoFrame], look: Looks, cancelled: Callable[[], bool] = never) -> tuple[Percepts, str]:
    """What a video shows at its end, and what happened in it; `frames` (at least one) as `scene.worth_a_look` chooses
    them. What is written is read in at most `READ` of them, the last among them. Raises `Cancelled`.
    """
    kept = Memory()
    looks: list[Percepts] = []
    before: Percepts | None = None
    for number, frame in enumerate(frames):
        if cancelled():
            raise Cancelled
        percepts = look(frame.rgb, _is_read(number, len(frames)))
        if how_clear(frame.rgb) in _SEEN:
            now = glance(frame.rgb)
            last = kept.last
            if last is not None and before is not None and not changed(last.glance, now):
                # Nothing changed in between, so looks at what was in between would have found the same.
                for at in _between(last.at, frame.captured):
                    kept = memory.step(kept, Look(at, before.objects, last.glance))
            kept = memory.step(kept, Look(frame.captured, percepts.objects, now))
            before = percepts
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
