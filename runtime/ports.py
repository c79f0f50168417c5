"""What the runtime asks of the outside: sound in, sound out, pictures, and inference sessions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from runtime.types import AudioChunk, ProviderChoice, Samples, VideoFrame

if TYPE_CHECKING:
    import onnxruntime as ort

Progress = Callable[[str, float], None]
"""Called with what is being done, in words, and how much of it is done (0…1)."""


def no_progress(what: str, done: float) -> None:
    """Tell nobody."""


def never() -> bool:
    """Nobody cancels."""
    return False


class Microphone(Protocol):
    """An open stream of mono float32 samples."""

    name: str
    rate: int

    def start(self) -> None:
        """Open the device. Raises `Missing` with what is available when it cannot be opened."""
        ...

    def read(self) -> AudioChunk | None:
        """All samples captured since the last call, or None. Never blocks."""
        ...

    def silence_seconds(self) -> float:
        """Seconds since the device last delivered anything: a stalled or removed device shows here."""
        ...

    def stop(self) -> None: ...


class Speaker(Protocol):
    """A stream of mono float32 samples at `rate` Hz, played in the order written."""

    name: str
    rate: int

    def start(self) -> None:
        """Open the device. Raises `Missing` with what is available when it cannot be opened."""
        ...

    def room(self) -> int:
        """How many samples `write` would take now."""
        ...

    def write(self, samples: Samples) -> int:
        """Queue samples; returns how many were taken (the queue is bounded). Never blocks."""
        ...

    def played(self) -> int:
        """How many of the samples written since `start` have left the loudspeaker. Flushed samples do not count."""
        ...

    def flush(self) -> None:
        """Forget what is queued; silent within one device block. Never blocks."""
        ...

    def stop(self) -> None: ...


class Camera(Protocol):
    """A source of pictures of which only the newest counts; they are turned clockwise by `turned` degrees (0, 90, 180
    or 270), which acts on the next one."""

    name: str
    turned: int

    def start(self) -> None:
        """Open the device in a thread of its own. Raises `Missing` with what is available when there is none."""
        ...

    def latest(self) -> VideoFrame | None:
        """The newest frame, or None before the first. Never blocks."""
        ...

    def stop(self) -> None: ...


class Sessions(Protocol):
    """Opens ONNX graphs with the provider and thread count that fit the role."""

    @property
    def choice(self) -> ProviderChoice:
        """Where graphs run, and why."""
        ...

    def open(self, path: Path, role: str) -> ort.InferenceSession:
        """`role` is one of core, embed, encoder, decoder, vad, turn, tagger, reader, letters, voice.

        Raises `Fault` in words.
        """
        ...
