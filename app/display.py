"""Finds out whether a window can be opened at all: Qt ends the whole process when it cannot, so it is asked first."""

from __future__ import annotations

import ctypes
import os
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

from runtime.errors import Missing

_INSTEAD = "Without a window: visavis ask answers once, visavis listen talks in the terminal."


def require(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> None:
    """Raises `Missing` when there is no display that answers."""
    if not platform.startswith("linux"):
        return
    wanted = environment.get("QT_QPA_PLATFORM", "").split(";")[0].split(":")[0]
    if wanted not in ("", "xcb", "wayland"):
        return
    wayland, x = environment.get("WAYLAND_DISPLAY", ""), environment.get("DISPLAY", "")
    if not (x if wanted == "xcb" else wayland if wanted == "wayland" else wayland or x):
        raise Missing("There is no display to open a window on.", "Start it from a desktop session.", _INSTEAD)
    if wayland and wanted != "xcb" and _wayland_answers(wayland, environment.get("XDG_RUNTIME_DIR", "")):
        return
    if not x or wanted == "wayland":
        raise Missing(f"The display {wayland} does not answer.", "Start it from a desktop session.", _INSTEAD)
    _require_x(x)


def _wayland_answers(name: str, runtime_folder: str) -> bool:
    """Wayland's rule: the name is a path, or a socket in XDG_RUNTIME_DIR."""
    path = Path(runtime_folder) / name
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            probe.settimeout(1.0)
            probe.connect(str(path))
    except OSError:
        return False
    return True


def _require_x(name: str) -> None:
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
        ctypes.CDLL("libxcb-cursor.so.0")
    except OSError as error:
        raise Missing(
            f"A system library that windows need is not installed ({error}).",
            "Install the system packages: bash packaging/run.sh",
            _INSTEAD,
        ) from None
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(name.encode(), None)
    broken = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    if broken:
        raise Missing(f"The display {name} does not answer.", "Start it from a desktop session.", _INSTEAD)
