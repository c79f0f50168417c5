"""Decides whether a measurement can be trusted: whether other programs left the processor to it."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import psutil

BUSY = 0.15
"""Cores that other programs may use on average before a measurement is taken again."""


@dataclass(slots=True)
class Measured:
    """Figures of one thing, and how many cores others used during each."""

    values: list[float] = field(default_factory=list)
    others: list[float] = field(default_factory=list)

    def add(self, more: Measured) -> None:
        """Take over another one's figures."""
        self.values += more.values
        self.others += more.others

    @property
    def median(self) -> float | None:
        """The middle of the undisturbed figures; of the less disturbed half when all were disturbed."""
        if not self.values:
            return None
        calm = [value for value, busy in zip(self.values, self.others, strict=True) if busy <= BUSY]
        if not calm:
            ranked = sorted(zip(self.others, self.values, strict=True))
            calm = [value for _, value in ranked[: (len(ranked) + 1) // 2]]
        return statistics.median(calm)

    @property
    def disturbed(self) -> float:
        """Cores that others used during the figures that count; 0 when enough were undisturbed."""
        if not self.others or min(self.others) <= BUSY:
            return 0.0
        return statistics.median(sorted(self.others)[: (len(self.others) + 1) // 2])


class Watch:
    """Counts the processor time that others than this program and the processes named to it use."""

    def __init__(self, helpers: Iterable[int] = ()) -> None:
        self._known = [psutil.Process(number) for number in (os.getpid(), *helpers)]

    def measure(self, into: Measured, work: Callable[[], float]) -> float:
        """Do `work`, which returns its figure, and keep the figure in `into`."""
        began, total, own = time.perf_counter(), _busy(), self._own()
        value = work()
        seconds = time.perf_counter() - began
        others = max(0.0, (_busy() - total) - (self._own() - own)) / max(seconds, 1e-3)
        into.values.append(value)
        into.others.append(others)
        return value

    def _own(self) -> float:
        seconds = 0.0
        for process in self._known:
            try:
                times = process.cpu_times()
            except psutil.NoSuchProcess:
                continue
            seconds += times.user + times.system
        return seconds


def interleave(
    watch: Watch, sides: dict[str, Callable[[], float]], rounds: int, tries: int = 3, rest_s: float = 0.12
) -> dict[str, Measured]:
    """Measure every side `rounds` times in turn (ABAB), going on up to `tries` times as long while others disturb.

    Between two measurements everything rests, so that no side pays for threads of the other that still spin.
    """
    found = {name: Measured() for name in sides}
    for turn in range(rounds * tries):
        for name, work in sides.items():
            time.sleep(rest_s)
            watch.measure(found[name], work)
        calm = [sum(busy <= BUSY for busy in each.others) for each in found.values()]
        if turn + 1 >= rounds and min(calm, default=rounds) >= rounds:
            break
    return found


def _busy() -> float:
    """Seconds of processor time used by everybody since the system started, time taken by other machines included."""
    times = psutil.cpu_times()
    return sum(times) - times.idle - getattr(times, "iowait", 0.0) - getattr(times, "guest", 0.0)
