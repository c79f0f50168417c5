"""Owns the loudspeaker's stream: a C callback plays a ring, and counts what has really been heard."""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import Any

import numpy as np

from app.devices import sound
from runtime.errors import Missing
from runtime.types import Samples

RATE = 48_000
"""Hz; what sound hardware and sound servers play without converting."""

_RING = 1 << 15  # samples: 0.7 s, enough for the program to be late, little enough for the volume to act at once
_STALLED = 3.0  # seconds in which the device took nothing although something is queued; an idle one takes two to wake


class Speaker:
    """One loudspeaker by `name`, as the catalog lists it; empty follows the system's default.

    Plays mono at `rate`. May be started again after `stop`; `played` then counts from zero again.
    """

    def __init__(self, name: str = "") -> None:
        self.name = name
        self.rate = RATE
        self._wanted = name
        self._place: sound.Place | None = None
        self._stream: Any = None
        self._channels = 1
        self._lock = threading.RLock()  # one thread plays while another may close
        self._clear()

    def start(self) -> None:
        """Open the device. Raises `Missing` with what is available when it cannot be opened."""
        place = sound.find("output", self._wanted)
        own_rate = place.rate or RATE
        tries = list(dict.fromkeys(((1, RATE), (2, RATE), (2, own_rate))))
        for channels, rate in tries:
            try:
                self._open(place, channels, rate)
                break
            except Missing:
                if (channels, rate) == tries[-1]:
                    raise
        self.name, self._place = place.name, place
        self._changes = sound.changes.count

    def room(self) -> int:
        """How many samples `write` would take now."""
        with self._lock:
            return 0 if self._stream is None else self._ring.write_available

    def write(self, samples: Samples) -> int:
        """Queue samples; returns how many were taken (the queue is bounded). Never blocks."""
        with self._lock:
            if self._stream is None or len(samples) == 0:
                return 0
            taken = np.ascontiguousarray(samples[: self._ring.write_available], np.float32)
            if self._channels > 1:
                taken = np.repeat(taken, self._channels)
            written = self._ring.write(taken)
            self._keep_playing()
            return written

    def played(self) -> int:
        """How many of the samples written since `start` have left the loudspeaker. Flushed samples do not count."""
        with self._lock:
            if self._stream is None:
                return self._heard
            self._keep_playing()
            now = time.monotonic()
            self._marks.append((now, self._consumed()))
            while self._marks and self._marks[0][0] <= now - self._delay:
                self._heard = self._marks.popleft()[1]
            return self._heard

    def flush(self) -> None:
        """Forget what is queued; silent within one device block. Never blocks."""
        with self._lock:
            if self._stream is None:
                return
            if self._action is not None and self._action in self._stream.actions:
                cancel = self._stream.cancel(self._action)
                self._past.append((self._action, cancel))
            elif self._action is not None:
                self._finished += self._action.done_frames
            self._action = None
            self._new_ring()

    def ailing(self) -> str:
        """Why the device should be opened anew, in words; empty while it is well."""
        if self._stream is None or self._place is None:
            return "is closed"
        now = time.monotonic()
        with self._lock:
            consumed = self._consumed()
            if consumed != self._progress[1] or not self._ring.read_available:
                self._progress = (now, consumed)
        if now - self._progress[0] > _STALLED:
            return "has stopped"
        if self._changes != sound.changes.count:
            self._changes = sound.changes.count
            return sound.misplaced("output", self._wanted, self._place)
        return ""

    def stop(self) -> None:
        with self._lock:
            stream, self._stream = self._stream, None
            self._place = None
        if stream is not None:
            sound.close(stream)

    def _clear(self) -> None:
        self._action: Any = None
        self._past: list[tuple[Any, Any]] = []
        self._finished = 0
        self._heard = 0
        self._delay = 0.0
        self._progress = (time.monotonic(), 0)
        self._changes = 0
        self._marks: deque[tuple[float, int]] = deque()

    def _open(self, place: sound.Place, channels: int, rate: int) -> None:
        import rtmixer

        stream = sound.opened(
            "output",
            place,
            lambda settings: rtmixer.Mixer(
                device=place.index,
                channels=channels,
                samplerate=rate,
                blocksize=rate // 100,
                latency=0.05,
                qsize=64,
                extra_settings=settings,
            ),
        )
        with self._lock:
            self._stream = stream
            self.rate, self._channels = rate, channels
            self._clear()
            self._delay = float(stream.latency)
            self._new_ring()

    def _new_ring(self) -> None:
        import rtmixer

        self._ring = rtmixer.RingBuffer(4 * self._channels, _RING)

    def _keep_playing(self) -> None:
        """An empty ring ends its playing for good; as soon as there are samples again, it must be begun anew."""
        active = self._stream.actions
        if self._action is not None and self._action not in active:
            self._finished += self._action.done_frames
            self._action = None
        if self._action is None and self._ring.read_available:
            self._action = self._stream.play_ringbuffer(self._ring)

    def _consumed(self) -> int:
        active = self._stream.actions
        still = []
        for action, cancel in self._past:
            # Both stay referenced until the callback is done with them: it reads the one through the other.
            if action in active or cancel in active:
                still.append((action, cancel))
            else:
                self._finished += action.done_frames
        self._past = still
        running = sum(action.done_frames for action, _ in still)
        return self._finished + running + (self._action.done_frames if self._action is not None else 0)
