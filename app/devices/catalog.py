"""Decides which devices there are to choose from, and which one a name in the settings means."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.devices import camera as cameras_of
from app.devices import sound
from app.devices.camera import Camera
from app.devices.fake import PictureCamera
from app.devices.microphone import Microphone
from app.devices.speaker import Speaker
from runtime.errors import Missing


@dataclass(frozen=True, slots=True)
class Device:
    """One choice: the `name` people read, the `setting` that selects it, and whether it is the system's default."""

    name: str
    setting: str
    default: bool = False


def microphones() -> tuple[Device, ...]:
    """Every microphone, the system's default marked; empty when there is none or no sound library."""
    return _sound("input")


def speakers() -> tuple[Device, ...]:
    """Every loudspeaker, the system's default marked; empty when there is none or no sound library."""
    return _sound("output")


def cameras() -> tuple[Device, ...]:
    """Every camera; the first one is the default."""
    return tuple(
        Device(name, str(number), position == 0) for position, (number, name) in enumerate(cameras_of.cameras())
    )


def microphone(setting: str = "") -> Microphone:
    """The microphone that `setting` names; opened by its `start`, which says what is available if it is missing."""
    return Microphone(setting)


def speaker(setting: str = "") -> Speaker:
    """The loudspeaker that `setting` names; opened by its `start`, which says what is available if it is missing."""
    return Speaker(setting)


def camera(setting: str = "") -> Camera | PictureCamera:
    """The camera that `setting` means: a number, a name, the address of a stream, or a photo's or video's path.

    Raises `Missing` with what is available.
    """
    if "://" in setting:
        return Camera(setting)
    found = cameras_of.cameras()
    for number, name in found:
        if setting in ("", str(number), name):
            return Camera(number, name)
    if setting and Path(setting).is_file():
        return PictureCamera(Path(setting))
    if not found:
        raise Missing("There is no camera.", "Connect one, or give the address of a stream.", "Everything else works.")
    raise Missing(
        f"There is no camera {setting}.",
        "Connect it, or choose another.",
        f"Available: {', '.join(f'{number} ({name})' for number, name in found)}.",
    )


def _sound(direction: sound.Direction) -> tuple[Device, ...]:
    try:
        places = sound.places(direction)
    except Missing:
        return ()
    return tuple(Device(each.name, each.name, each.default) for each in places)
