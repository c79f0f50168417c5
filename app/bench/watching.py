"""What watching a camera costs while nobody asks: processor time per minute of a still, a stirring and a busy scene."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from app.bench.quiet import interleave
from app.bench.rows import Row
from app.bench.workplace import Workplace
from runtime.ports import Progress
from runtime.replier import Replier
from runtime.types import Picture, VideoFrame

RATE = 10
"""Frames a second; the window hands over five."""

SECONDS = 20.0
"""How long each scene is watched, after a few seconds in which the eyes have settled."""

_SETTLES = 4.0
_NOISE = 5.0  # standard deviation per pixel: a webcam by lamplight
_ROUNDS = 2

Scene = Callable[[int], Picture]
"""A scene's picture number n, u8[480, 640, 3]."""


def rows(work: Workplace, picture: Picture, progress: Progress) -> Iterator[Row]:
    """One row per scene made of `picture`, u8[480, 640, 3]: seconds of one core per minute of watching."""
    for name, scene, must in (
        ("a minute of watching a still scene", still(picture), f"ours <= {0.15 * 60:.0f}"),
        ("a minute of watching something move about", stirring(picture), ""),
        ("a minute of watching a scene that changes all over", busy(picture), ""),
    ):
        progress(f"Measuring {name}", 0.95)

        def cost(scene: Scene = scene) -> float:
            return core_seconds_per_minute(work.replier, scene)

        found = interleave(work.watch, {"ours": cost}, _ROUNDS)
        yield work.row(name, "s of one core", found, must=must)


def core_seconds_per_minute(replier: Replier, scene: Scene, seconds: float = SECONDS) -> float:
    """Processor time of this whole process while `replier` watches `scene` at `RATE` frames a second, in real time."""
    replier.look_away()
    began = time.monotonic()
    used = since = 0.0
    number = 0
    while (now := time.monotonic()) < began + _SETTLES + seconds:
        if not since and now >= began + _SETTLES:
            used, since = time.process_time(), now
        replier.watch(VideoFrame(scene(number), now, number))
        number += 1
        time.sleep(max(0.0, began + number / RATE - time.monotonic()))
    spent = time.process_time() - used
    replier.look_away()
    return 60 * spent / (time.monotonic() - since)


def still(picture: Picture) -> Scene:
    """Nothing happens but noise."""
    frames = [_filmed(picture, noise) for noise in _noises()]
    return lambda number: frames[number % len(frames)]


def stirring(picture: Picture) -> Scene:
    """Something as large as a person's head moves to and fro, by and by."""
    frames: list[Picture] = []
    for place, noise in zip(np.linspace(40, 440, 16).astype(int), _noises(), strict=True):
        moved = picture.copy()
        moved[150:310, place : place + 130] = 255 - picture[250:410, 260:390]
        frames.append(_filmed(moved, noise))
    there_and_back = [*frames, *frames[::-1]]
    return lambda number: there_and_back[number // 2 % len(there_and_back)]


def busy(picture: Picture) -> Scene:
    """The camera is carried about: everything changes all the time."""
    frames = [
        _filmed(np.roll(picture, (23 * number, 41 * number), (0, 1)), noise) for number, noise in enumerate(_noises())
    ]
    return lambda number: frames[number % len(frames)]


def _noises() -> list[NDArray[np.float32]]:
    random = np.random.default_rng(1)
    return [random.normal(0, _NOISE, (480, 640, 3)).astype(np.float32) for _ in range(16)]


def _filmed(picture: Picture, noise: NDArray[np.float32]) -> Picture:
    return np.clip(picture + noise, 0, 255).astype(np.uint8)
