"""Refuses what is no readable file, in one sentence that names it."""

from __future__ import annotations

from pathlib import Path

from runtime.errors import BadInput


def existing(path: Path) -> Path:
    """`path` itself, if it is an ordinary file with something in it. Raises `BadInput` if not."""
    try:
        if path.is_dir():
            raise BadInput(f"{path} is a folder, not a file.", "Name a file in it.")
        if not path.exists():
            raise BadInput(f"There is no file {path}.", "Check its name and folder.")
        if path.is_file() and not path.stat().st_size:
            raise BadInput(f"{path} is empty (0 bytes).", "Record or copy it again.")
        if not path.is_file():
            raise BadInput(f"{path} is not a file.", "Name an ordinary file.")
    except (OSError, ValueError) as error:
        raise unreadable(path, error) from error
    return path


def unreadable(path: Path, error: Exception) -> BadInput:
    """What to raise when the system refused to open or read `path`."""
    reason = getattr(error, "strerror", None) or str(error)
    return BadInput(f"{path} cannot be read: {reason}.", "Check its name and that you may open it.")
