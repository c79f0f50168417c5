"""Owns PortAudio: which device a name means, and when the library may look for devices again."""

from __future__ import annotations

import contextlib
import ctypes
import functools
import os
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from app.devices import pulse
from runtime.errors import Missing

Direction = Literal["input", "output"]

_WORDS = {"input": "microphone", "output": "loudspeaker"}
_PULSE: dict[str, tuple[pulse.Kind, str]] = {"input": ("source", "PULSE_SOURCE"), "output": ("sink", "PULSE_SINK")}

_lock = threading.RLock()  # PortAudio opens, closes and looks for devices from one thread at a time
_open: set[int] = set()

changes = pulse.Changes()
"""Counts what is plugged in and out on a sound server, from the first opened stream on."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a stream opens: PortAudio's device number, and for a sound server the address behind it."""

    name: str
    index: int
    address: str = ""
    default: bool = False
    rate: int = 0


def places(direction: Direction) -> tuple[Place, ...]:
    """Every device that can be opened now, friendly names first by the sound server's account, the default marked.

    Raises `Missing` when the sound library itself is not installed.
    """
    with _lock:
        devices, host = _devices(direction)
        if host is not None:
            endpoints = pulse.endpoints(_PULSE[direction][0])
            if endpoints is not None:
                return tuple(Place(e.name, host, e.address, e.default) for e in endpoints if not e.monitor)
        return devices


def find(direction: Direction, name: str) -> Place:
    """The device called `name` (or part of it, or its address); the system's default for an empty name.

    Raises `Missing`, naming what is available.
    """
    try:
        return _find(direction, name)
    except Missing:
        # PortAudio only knows what was there when it last looked.
        if not look_again():
            raise
        return _find(direction, name)


def _find(direction: Direction, name: str) -> Place:
    found = places(direction)
    words = _WORDS[direction]
    if not found:
        raise Missing(f"There is no {words}.", "Connect one; it is used as soon as it is there.", "Typing works too.")
    if not name:
        return next((each for each in found if each.default), found[0])
    for matches in (
        lambda each: name in (each.name, each.address),
        lambda each: name.casefold() in each.name.casefold(),
    ):
        for each in found:
            if matches(each):
                return each
    raise Missing(
        f"There is no {words} called {name}.",
        "Connect it, or choose another.",
        f"Available: {', '.join(each.name for each in found)}.",
    )


def misplaced(direction: Direction, name: str, place: Place) -> str:
    """Why a stream opened at `place` for `name` should move, in words; empty while it is where it belongs.

    A sound server moves the streams of a removed device to any other one without a word (a microphone's even to what
    the loudspeaker plays), and the system's default may have changed.
    """
    if not place.address:
        return ""
    try:
        now = find(direction, name)
    except Missing:
        return "was removed"
    # A server too busy to answer has no addresses to tell, which is no reason to take the stream from it.
    return "" if now.address in ("", place.address) else f"gives way to {now.name}"


def opened(direction: Direction, place: Place, open: Callable[[Any], Any]) -> Any:
    """The stream that `open(extra_settings)` makes at `place`, started. Raises `Missing` when the device refuses."""
    sounddevice = _portaudio()
    with _lock, _routed(direction, place):
        if place.address:
            changes.start()
        settings = None
        if sys.platform == "win32":
            api = sounddevice.query_hostapis(sounddevice.query_devices(place.index)["hostapi"])["name"]
            settings = sounddevice.WasapiSettings(auto_convert=True) if api == "Windows WASAPI" else None
        try:
            stream = open(settings)
        except (sounddevice.PortAudioError, ValueError) as error:
            raise Missing(
                f"The {_WORDS[direction]} {place.name} cannot be opened: {error}.",
                "Check that no other program holds it and that this one may use it, or choose another.",
            ) from error
        _open.add(id(stream))
        try:
            stream.start()
        except sounddevice.PortAudioError as error:
            close(stream)
            raise Missing(
                f"The {_WORDS[direction]} {place.name} does not start: {error}.", "Choose another one."
            ) from error
        return stream


def close(stream: Any) -> None:
    """End a stream without waiting for it to drain: a suspended device would keep `stop` waiting for many seconds."""
    sounddevice = _portaudio()
    with _lock:
        with contextlib.suppress(sounddevice.PortAudioError):
            stream.abort()
        with contextlib.suppress(sounddevice.PortAudioError):
            stream.close()
        _open.discard(id(stream))


def look_again() -> bool:
    """Read the list of devices anew; False while a stream is open, which it would end."""
    with _lock:
        if _open:
            return False
        try:
            sounddevice = _portaudio()
        except Missing:
            return False
        sounddevice._terminate()
        sounddevice._initialize()
        return True


@contextlib.contextmanager
def _routed(direction: Direction, place: Place) -> Iterator[None]:
    """While the device is opened, the sound server's client library reads from the environment which one is meant."""
    variable = _PULSE[direction][1]
    before = os.environ.get(variable)
    if place.address:
        os.environ[variable] = place.address
    try:
        yield
    finally:
        if before is None:
            os.environ.pop(variable, None)
        else:
            os.environ[variable] = before


@functools.cache
def _portaudio() -> Any:
    """The sounddevice module. Raises `Missing` without the library behind it."""
    try:
        import sounddevice
    except OSError as error:
        raise Missing(
            "The sound library PortAudio is not installed.", "On Debian and Ubuntu: apt install libportaudio2."
        ) from error
    if sys.platform == "linux":
        # ALSA writes every late block and every absent device on the terminal. Its messages go to a C function that
        # does nothing instead; a Python one would run on the audio thread.
        with contextlib.suppress(OSError, AttributeError):
            silent = ctypes.cast(ctypes.CDLL(None).getpid, ctypes.c_void_p)
            ctypes.CDLL("libasound.so.2").snd_lib_error_set_handler(silent)
    return sounddevice


def _devices(direction: Direction) -> tuple[tuple[Place, ...], int | None]:
    """PortAudio's own devices for `direction`, and the number of the one that leads to a sound server."""
    sounddevice = _portaudio()
    chosen = sounddevice.default.device[direction == "output"]
    found, server = [], None
    for index, each in enumerate(sounddevice.query_devices()):
        if each[f"max_{direction}_channels"] < 1:
            continue
        if sys.platform == "linux" and each["name"] == "pulse":
            server = index
        found.append(Place(each["name"], index, "", index == chosen, round(each["default_samplerate"])))
    return tuple(found), server
