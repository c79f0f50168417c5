"""Devices made of files and memory, for the demo and the tests: a WAV as microphone, a photo as camera."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from app.devices.camera import turned
from runtime.errors import BadInput
from runtime.media import MOST_FRAMES, read_audio, read_image, read_video
from runtime.types import HEARING_RATE, AudioChunk, Samples, VideoFrame

Clock = Callable[[], float]


class WavMicrophone:
    """Hears what it is given, then silence for good, at the pace of `clock` or as fast as it is read.

    `say` adds more speech at any time; it is heard from the next read on.
    """

    def __init__(
        self,
        path: Path | None = None,
        name: str = "A recording",
        paced: bool = True,
        clock: Clock = time.monotonic,
        block: int = HEARING_RATE // 100,
    ) -> None:
        self.name = name
        self.rate = HEARING_RATE
        self._first = path
        self._paced = paced
        self._clock = clock
        self._block = block
        self._waiting: list[Samples] = []
        self._delivered = 0
        self._began: float | None = None

    def start(self) -> None:
        """Raises `BadInput` when the file is no sound."""
        self._began = self._clock()
        self._delivered = 0
        if self._first is not None:
            self._waiting.append(read_audio(self._first).samples)

    def say(self, samples: Samples) -> None:
        """Let the microphone hear `samples`, f32[n] at 16 kHz, after what it has been given so far."""
        self._waiting.append(np.asarray(samples, np.float32))

    @property
    def silent(self) -> bool:
        """True when everything given has been read."""
        return not self._waiting

    def read(self) -> AudioChunk | None:
        """What the clock (or one block, when not paced) allows since the last call."""
        if self._began is None:
            return None
        due = self._block
        if self._paced:
            due = int((self._clock() - self._began) * self.rate) - self._delivered
        due = due // self._block * self._block
        if due <= 0:
            return None
        samples = np.zeros(due, np.float32)
        at = 0
        while at < due and self._waiting:
            first = self._waiting[0]
            taken = min(due - at, len(first))
            samples[at : at + taken] = first[:taken]
            at += taken
            if taken == len(first):
                self._waiting.pop(0)
            else:
                self._waiting[0] = first[taken:]
        chunk = AudioChunk(samples, self.rate, self._delivered)
        self._delivered += due
        return chunk

    def silence_seconds(self) -> float:
        return 0.0

    def ailing(self) -> str:
        return "" if self._began is not None else "is closed"

    def stop(self) -> None:
        self._began = None
        self._waiting.clear()


class MemorySpeaker:
    """Plays into memory at the pace of `clock`; `heard` is what a person in the room would have heard, no gaps."""

    def __init__(self, rate: int = 48_000, capacity: int = 1 << 15, clock: Clock = time.monotonic) -> None:
        self.name = "Memory"
        self.rate = rate
        self._capacity = capacity
        self._clock = clock
        self._queue = np.zeros(0, np.float32)
        self._heard: list[Samples] = []
        self._played = 0
        self._at: float | None = None

    def start(self) -> None:
        self._at = self._clock()
        self._played = 0

    def room(self) -> int:
        self._advance()
        return 0 if self._at is None else self._capacity - len(self._queue)

    def write(self, samples: Samples) -> int:
        taken = samples[: self.room()]
        self._queue = np.concatenate((self._queue, np.asarray(taken, np.float32)))
        return len(taken)

    def played(self) -> int:
        self._advance()
        return self._played

    def flush(self) -> None:
        self._advance()
        self._queue = np.zeros(0, np.float32)

    def ailing(self) -> str:
        return "" if self._at is not None else "is closed"

    def stop(self) -> None:
        self._advance()
        self._queue = np.zeros(0, np.float32)
        self._at = None

    def heard(self) -> Samples:
        """Everything played so far, f32[n] at `rate`."""
        self._advance()
        return np.concatenate([np.zeros(0, np.float32), *self._heard])

    def _advance(self) -> None:
        if self._at is None:
            return
        due = int((self._clock() - self._at) * self.rate)
        if due <= 0:
            return
        self._at += due / self.rate
        taken, self._queue = self._queue[:due], self._queue[due:]
        if len(taken):
            self._heard.append(taken)
            self._played += len(taken)


class PictureCamera:
    """Shows a photo for good, or a video (its first hundreds of pictures at most) over and over."""

    def __init__(self, path: Path, name: str = "", clock: Clock = time.monotonic) -> None:
        self.name = name or Path(path).name
        self._path = Path(path)
        self._clock = clock
        self._frames: tuple[VideoFrame, ...] = ()
        self._began: float | None = None
        self.turned = 0

    def start(self) -> None:
        """Raises `BadInput` when the file is neither a photo nor a video."""
        try:
            self._frames = (read_image(self._path),)
        except BadInput:
            self._frames = read_video(self._path, MOST_FRAMES)
        self._began = self._clock()

    def latest(self) -> VideoFrame | None:
        """The picture that is due, captured now: a photo stays the same but never grows old."""
        if self._began is None:
            return None
        passed = self._clock() - self._began
        due = self._frames[0].captured + passed % (
            self._frames[-1].captured - self._frames[0].captured + _PHOTO_SECONDS
        )
        shown = [each for each in self._frames if each.captured <= due][-1]
        return VideoFrame(turned(shown.rgb, self.turned), self._began + passed, int(passed / _PHOTO_SECONDS))

    def ailing(self) -> str:
        return "" if self._began is not None else "is closed"

    def stop(self) -> None:
        self._began = None


_PHOTO_SECONDS = 1 / 15  # how long one picture counts as new
