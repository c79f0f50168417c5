"""Owns the microphone's stream: a C callback fills a ring, and whoever reads never keeps the callback waiting."""

from __future__ import annotations

import threading
import time
from typing import Any

import numpy as np

from app.devices import sound
from runtime.errors import Missing
from runtime.types import HEARING_RATE, AudioChunk

_RING = 1 << 17  # samples: eight seconds at 16 kHz (a power of two, as the ring asks)
_STALLED = 2.0  # seconds without a sample; a device delivers every few hundredths, but a busy machine may be late
_WAKING = 4.0  # seconds; a sound server's idle device takes up to two to wake


class Microphone:
    """One microphone by `name`, as the catalog lists it; empty follows the system's default.

    Delivers at 16 kHz where the system converts, else at the device's own `rate`. May be started again after `stop`.
    """

    def __init__(self, name: str = "") -> None:
        self.name = name
        self.rate = HEARING_RATE
        self._wanted = name
        self._place: sound.Place | None = None
        self._stream: Any = None
        self._ring: Any = None
        self._action: Any = None
        self._delivered = 0
        self._seen = 0
        self._last = 0.0
        self._changes = 0
        self._lock = threading.RLock()  # one thread reads while another may close

    def start(self) -> None:
        """Open the device. Raises `Missing` with what is available when it cannot be opened."""
        place = sound.find("input", self._wanted)
        for rate in dict.fromkeys((HEARING_RATE, place.rate or 48_000)):
            try:
                self._open(place, rate)
                break
            except Missing:
                if rate == (place.rate or 48_000):
                    raise
        self.name, self._place = place.name, place
        self._changes = sound.changes.count

    def read(self) -> AudioChunk | None:
        """All samples captured since the last call, or None. Never blocks."""
        with self._lock:
            if self._stream is None:
                return None
            samples = np.frombuffer(self._ring.read(), np.float32)
            if self._action not in self._stream.actions:
                # The ring ran full because nobody read for seconds: recording ended by itself and must begin again.
                self._record()
            if not len(samples):
                return None
            chunk = AudioChunk(samples, self.rate, self._delivered)
            self._delivered += len(samples)
            return chunk

    def silence_seconds(self) -> float:
        """Seconds since the device last delivered anything; 0 while closed."""
        with self._lock:
            if self._stream is None:
                return 0.0
            seen = self._action.done_frames
            if seen != self._seen:
                self._seen, self._last = seen, time.monotonic()
            return time.monotonic() - self._last

    def ailing(self) -> str:
        """Why the device should be opened anew, in words; empty while it is well."""
        if self._stream is None or self._place is None:
            return "is closed"
        woken = self._delivered or self._action.done_frames
        if self.silence_seconds() > (_STALLED if woken else _WAKING):
            return "has stopped"
        if self._changes != sound.changes.count:
            self._changes = sound.changes.count
            return sound.misplaced("input", self._wanted, self._place)
        return ""

    def stop(self) -> None:
        with self._lock:
            stream, self._stream = self._stream, None
            self._place = None
        if stream is not None:
            sound.close(stream)

    def _open(self, place: sound.Place, rate: int) -> None:
        import rtmixer

        stream = sound.opened(
            "input",
            place,
            lambda settings: rtmixer.Recorder(
                device=place.index,
                channels=1,
                samplerate=rate,
                blocksize=rate // 100,
                latency="low",
                extra_settings=settings,
            ),
        )
        with self._lock:
            self._stream = stream
            self.rate = rate
            self._delivered = 0
            self._last = time.monotonic()
            self._record()

    def _record(self) -> None:
        import rtmixer

        self._ring = rtmixer.RingBuffer(4, _RING)
        self._action = self._stream.record_ringbuffer(self._ring)
        self._seen = 0
