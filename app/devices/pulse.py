"""Knows the sound devices of a PulseAudio (or PipeWire) desktop, which PortAudio hides behind one name."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import threading
from dataclasses import dataclass
from typing import Literal

Kind = Literal["source", "sink"]

_ANSWERS_WITHIN = 2.0  # seconds; a server that hangs must not hang the program


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A source or sink: the server's `address` for it, and the `name` people know it by.

    A `monitor` hears what a loudspeaker plays, so it is no microphone.
    """

    address: str
    name: str
    monitor: bool
    default: bool


def endpoints(kind: Kind) -> tuple[Endpoint, ...] | None:
    """What the sound server offers, or None without a server that answers (or without its client program)."""
    listing, info = _pactl("list", f"{kind}s"), _pactl("info")
    if listing is None or info is None:
        return None
    default = _field(info, f"Default {kind.title()}")
    found = []
    for block in listing.split("\n\n"):
        address = _field(block, "Name")
        if address:
            name = _field(block, "Description") or address
            monitor = kind == "source" and _field(block, "Monitor of Sink") not in ("", "n/a")
            found.append(Endpoint(address, name, monitor, address == default))
    names = [each.name for each in found]
    return tuple(
        Endpoint(each.address, f"{each.name} ({each.address})", each.monitor, each.default)
        if names.count(each.name) > 1
        else each
        for each in found
    )


class Changes:
    """Counts changes of the sound server's devices, as they happen; `count` stays 0 where there is no such server."""

    def __init__(self) -> None:
        self.count = 0
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Begin to watch, unless that is going on already."""
        if self._process is not None or shutil.which("pactl") is None:
            return
        atexit.register(self.stop)
        self._process = subprocess.Popen(
            ["pactl", "subscribe"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            text=True,
            env=os.environ | {"LC_ALL": "C"},
        )
        threading.Thread(target=self._watch, args=(self._process,), name="sound devices", daemon=True).start()

    def stop(self) -> None:
        atexit.unregister(self.stop)
        process = self._process
        if process is not None:
            process.kill()  # it has nothing to put in order, and the program that ends waits for it
            process.wait()

    def _watch(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        with process.stdout as lines:
            for line in lines:
                # "Event 'remove' on source #3"; the streams of programs come and go all the time and do not matter.
                if line.rstrip().rpartition(" on ")[2].split(" ")[0] in ("source", "sink", "card", "server"):
                    self.count += 1
        process.wait()
        self._process = None  # the server ended; whoever opens a stream at the next one begins to watch again
        self.count += 1


def _pactl(*arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["pactl", *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_ANSWERS_WITHIN,
            env=os.environ | {"LC_ALL": "C"},
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None


def _field(text: str, name: str) -> str:
    for line in text.splitlines():
        label, colon, value = line.strip().partition(": ")
        if colon and label == name:
            return value.strip()
    return ""
