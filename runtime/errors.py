"""Faults in words for people: what happened, what to do, and what is available; and the exit code each one means."""

from __future__ import annotations


class Fault(Exception):
    """Something went wrong that a person should read about.

    `what` happened, what to `do` about it, and what is `available` instead; each one a sentence or empty.
    """

    exit_code = 1

    def __init__(self, what: str, do: str = "", available: str = "") -> None:
        super().__init__(what, do, available)
        self.what = what
        self.do = do
        self.available = available

    def __str__(self) -> str:
        return " ".join(part for part in (self.what, self.do, self.available) if part)


class BadInput(Fault):
    """A wrong option, or a file that is not what it should be."""

    exit_code = 2


class Missing(Fault):
    """A pack, a device or a program that is not there."""

    exit_code = 3


class Cancelled(Exception):
    """The work was told to stop; nobody needs to read about it."""
