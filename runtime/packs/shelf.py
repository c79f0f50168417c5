"""Knows what lies in the folder of packs: lists, verifies, removes, and saves finished parts for the next build."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runtime.errors import BadInput, Fault, Missing
from runtime.model import manifest
from runtime.model.manifest import Pack, open_pack, sha256
from runtime.packs.lock import alone
from runtime.ports import Progress, no_progress

BUILDING, LEAVING = ".building-", ".leaving-"
"""Folders on the shelf that no one may open: under construction, and being taken away."""

RECORD = "part.json"
"""In each finished part: the fingerprint of what it was made from, and its files."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A pack on the shelf; `trouble` says what is wrong with it, empty when it opens. `size` in bytes on disk."""

    name: str
    path: Path
    version: str
    size: int
    trouble: str


def verify(name: str, progress: Progress = no_progress) -> Pack:
    """Read every byte of the pack `name`. Raises `Missing`, or `Fault` that names each damaged file."""
    check_name(name)
    pack = open_pack(name)
    manifest.verify(pack, progress)
    return pack


def remove(name: str) -> int:
    """Take the pack `name` off the shelf, whole or damaged; with the last one goes the cache. Returns bytes freed."""
    check_name(name)
    shelf = manifest.shelf()
    path = shelf / name
    if not path.is_dir():
        others = ", ".join(manifest.names())
        raise Missing(f"There is no pack {name}.", available=f"Packs here: {others}." if others else "")
    try:
        with alone(shelf / ".lock"):
            before = _size(manifest.home())
            leave(path)
            sweep(shelf)
            if not manifest.names():
                shutil.rmtree(cache(), ignore_errors=True)
            return before - _size(manifest.home())
    except OSError as error:
        raise Fault(
            f"The pack {name} cannot be removed: {error.strerror or error}.", "Close the program first."
        ) from None


def listed() -> tuple[Listed, ...]:
    """Every pack on the shelf in order of its name, damaged ones too."""
    found = []
    try:
        folders = sorted(each for each in manifest.shelf().iterdir() if each.is_dir() and each.name[0] != ".")
    except OSError:
        folders = []
    for folder in folders:
        version, trouble = "", ""
        try:
            version = open_pack(folder).version
        except Fault as fault:
            trouble = fault.what
        found.append(Listed(folder.name, folder, version, _size(folder), trouble))
    return tuple(found)


def take_over(folder: Path, wanted: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Bring intact parts with the `wanted` fingerprints (by part) into the new `folder`; returns their records.

    They come from builds that were interrupted and from other packs, whose files are linked, not copied, if possible.
    """
    shelf = folder.parent
    done: dict[str, dict[str, Any]] = {}
    for room, fingerprint in wanted.items():
        for found in sorted(shelf.glob(f"*/{room}/{RECORD}")):
            if found.parent.parent.name.startswith(LEAVING):
                continue
            try:
                record = json.loads(found.read_text(encoding="utf-8"))
                if record["fingerprint"] != fingerprint or not _is_intact(found.parent, record["files"]):
                    continue
            except (OSError, ValueError, KeyError, TypeError):
                continue
            if found.parent.parent.name.startswith(BUILDING):
                os.replace(found.parent, folder / room)
            else:
                shutil.copytree(found.parent, folder / room, copy_function=_link)
            done[room] = record
            break
    return done


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _is_intact(folder: Path, files: Mapping[str, Mapping[str, Any]]) -> bool:
    return all(
        (folder / relative).stat().st_size == file["size"] and sha256(folder / relative) == file["sha256"]
        for relative, file in files.items()
    )


def leave(path: Path) -> None:
    """Take a pack folder out of sight in one step; `sweep` removes what is left of it."""
    os.replace(path, Path(tempfile.mkdtemp(prefix=LEAVING, dir=path.parent)) / path.name)


def sweep(shelf: Path, but: Path | None = None) -> None:
    """Remove what interrupted work left on the shelf; only for whoever holds its lock."""
    for each in (*shelf.glob(f"{BUILDING}*"), *shelf.glob(f"{LEAVING}*")):
        if each != but:
            shutil.rmtree(each, ignore_errors=True)


def cache() -> Path:
    """Where fetched wheels are kept."""
    return manifest.home() / "cache"


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    if path.is_dir() and os.name == "nt":
        return  # Windows cannot open a folder, and needs no such sync
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def check_name(name: str) -> None:
    """Raises `BadInput` for a pack name that would not make a good folder name."""
    plain = name.replace("-", "").replace("_", "").replace(".", "")
    if not (plain.isascii() and plain.isalnum() and name[0].isalnum() and len(name) <= 64):
        raise BadInput(
            f"{name!r} cannot be a pack's name.", "Use letters, digits, points, dashes; begin with a letter or digit."
        )


def _size(folder: Path) -> int:
    """Bytes its files take on the disk's account; those that packs share count once."""
    found = {}
    for each in folder.rglob("*"):
        if each.is_file():
            about = each.stat()
            found[about.st_dev, about.st_ino] = about.st_size
    return sum(found.values())
