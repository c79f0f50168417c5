"""Keeps one device open: opens it, opens it again after a stall or a removal, and says so once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from runtime.errors import Fault
from runtime.events import Trouble


class Opened(Protocol):
    name: str

    def start(self) -> None: ...

    def ailing(self) -> str: ...

    def stop(self) -> None: ...


Device = TypeVar("Device", bound=Opened)

_LOOK_EVERY = 0.1
_RETRY_EVERY = 0.5
_HASTY_TRIES = 20
_LATER_EVERY = 3.0  # seconds; looking for a device costs processor time, and one that was never there seldom comes


class Keeper(Generic[Device]):
    """One device in the care of a thread of its own, so that opening and closing keep nobody else waiting.

    `device` is the open device or None. `trouble` hears once about every failure that lasts, in words.
    """

    def __init__(self, what: str, trouble: Callable[[Trouble], None]) -> None:
        self._what = what
        self._trouble = trouble
        self._wanted: Device | None = None
        self._device: Device | None = None
        self._said = ""
        self._tried = threading.Event()
        self._wake = threading.Event()
        self._ending = False
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._keep, name=f"{what} keeper", daemon=True)

    @property
    def device(self) -> Device | None:
        """The device while it is open and well."""
        return self._device

    @property
    def wanted(self) -> bool:
        """Whether a device is to be open, well or not."""
        return self._wanted is not None

    def start(self) -> None:
        self._thread.start()

    def use(self, device: Device | None) -> None:
        """From now on this device; None for none. Opened and closed in the keeper's thread."""
        with self._lock:
            if device is self._wanted:
                return
            self._wanted = device
            self._said = ""
            self._tried.clear()
        self._wake.set()

    def settled(self, timeout: float = 5.0) -> bool:
        """Wait until the device asked for last was opened, or could not be."""
        return self._tried.wait(timeout)

    def stop(self, timeout: float = 5.0) -> bool:
        """Close the device and end the thread; True when both were done in `timeout` seconds."""
        self._ending = True
        self._wake.set()
        if self._thread.ident is not None:
            self._thread.join(timeout)
        return not self._thread.is_alive()

    def _keep(self) -> None:
        held: Device | None = None
        tries = 0
        while not self._ending:
            with self._lock:
                wanted = self._wanted
            if held is not None and held is not wanted:
                self._device = None
                held.stop()
                held = None
            if wanted is not None and self._device is None:
                held = wanted
                self._open(wanted)
            elif wanted is not None and (reason := wanted.ailing()):
                self._device = None
                self._say(Trouble(f"The {self._what} {wanted.name} {reason}.", "It is opened again by itself."))
                wanted.stop()
                continue
            with self._lock:
                if wanted is self._wanted:
                    self._tried.set()
            failing = wanted is not None and self._device is None
            tries = tries + 1 if failing else 0
            retry = _RETRY_EVERY if tries < _HASTY_TRIES else _LATER_EVERY
            self._wake.wait(retry if failing else _LOOK_EVERY)
            self._wake.clear()
        self._device = None
        if held is not None:
            held.stop()

    def _open(self, device: Device) -> None:
        try:
            device.start()
        except Fault as fault:
            self._say(Trouble(fault.what, fault.do, fault.available))
            return
        with self._lock:
            if device is self._wanted:
                self._device = device
                self._said = ""

    def _say(self, trouble: Trouble) -> None:
        # One trouble until the device works again: a stall is followed by failed attempts to open it.
        if not self._said:
            self._said = trouble.what
            self._trouble(trouble)
