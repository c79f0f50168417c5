"""Owns the options several commands share, and how they override the saved settings for one run."""

from __future__ import annotations

import argparse
import dataclasses
import os
from pathlib import Path

from runtime import settings as saved
from runtime.errors import BadInput
from runtime.settings import Settings

_FIELDS = {field.name: field for field in dataclasses.fields(Settings)}


def add_output(parser: argparse.ArgumentParser, json: bool = True) -> None:
    """Options that say how a command reports; `json` when it has results for programs."""
    if json:
        parser.add_argument("--json", action="store_true", help="one JSON object per result on stdout, one a line")
    parser.add_argument("--verbose", action="store_true", help="show libraries' own messages and full error details")


def add_machine(parser: argparse.ArgumentParser, threads: bool = True) -> None:
    """Options that say which pack runs, and where; `threads` unless the command has a reason to choose their number."""
    _add(parser, "--pack", "pack", "NAME")
    _add(parser, "--provider", "provider", "WHERE")
    if threads:
        _add(parser, "--threads", "threads", "N")


def add_reply(parser: argparse.ArgumentParser) -> None:
    """Options that shape a reply."""
    _add(parser, "--temperature", "temperature", "T")
    _add(parser, "--top-p", "top_p", "P")
    _add(parser, "--seed", "seed", "N")
    _add(parser, "--max-tokens", "max_reply_tokens", "N")


def add_devices(parser: argparse.ArgumentParser) -> None:
    """Options of a live conversation."""
    _add(parser, "--microphone", "microphone", "NAME")
    _add(parser, "--speaker", "speaker", "NAME")
    parser.add_argument(
        "--camera",
        dest="show",
        nargs="?",
        const="",
        metavar="WHICH",
        help="switch the camera on: the saved one, or a number, name or stream address (off without this option)",
    )
    _add(parser, "--turn-camera", "camera_turned", "DEGREES")
    parser.add_argument(
        "--headphones",
        action="store_true",
        default=None,
        help="you wear headphones: the microphone stays open while the voice speaks, so you can interrupt it",
    )
    _add(parser, "--patience", "patience", "HOW")


def add_language(parser: argparse.ArgumentParser) -> None:
    _add(parser, "--language", "language", "CODE")


def add_speed(parser: argparse.ArgumentParser) -> None:
    _add(parser, "--speed", "voice_speed", "X")


def chosen(options: argparse.Namespace) -> Settings:
    """The saved settings with this run's options on top. Raises `BadInput` in words."""
    overrides = {name: value for name, value in vars(options).items() if name in _FIELDS and value is not None}
    return dataclasses.replace(saved.load(), **overrides)


def writable(path: Path) -> Path:
    """`path`, when a file can be written there; checked before the work, so that no work is lost. Raises `BadInput`."""
    try:
        is_there, is_file, is_folder, has_folder = path.exists(), path.is_file(), path.is_dir(), path.parent.is_dir()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise BadInput(f"{path} cannot be written: {reason}.", "Name another file.") from None
    if is_folder:
        raise BadInput(f"{path} is a folder.", "Name a file to write to.")
    if is_there and not is_file:  # a device must not be replaced by a file
        raise BadInput(f"{path} is not an ordinary file.", "Name a file to write to.")
    if not has_folder:
        raise BadInput(f"The folder {path.parent} does not exist.", "Make it first, or name another.")
    if not os.access(path if is_there else path.parent, os.W_OK):
        raise BadInput(f"{path} cannot be written: permission denied.", "Name another place.")
    return path


def _add(parser: argparse.ArgumentParser, option: str, name: str, metavar: str) -> None:
    field = _FIELDS[name]
    limits = field.metadata
    allowed = ""
    if "choices" in limits:
        allowed = f"one of {', '.join(map(str, limits['choices']))}"
    elif "low" in limits:
        allowed = f"from {limits['low']} to {limits['high']}"

    def convert(text: str) -> str | int | float:
        value = _number(text, type(field.default))
        if value not in limits.get("choices", (value,)) or not limits.get("low", value) <= value <= limits.get(
            "high", value
        ):
            raise argparse.ArgumentTypeError(f"cannot be {text}: choose {allowed}")
        return value

    text = (
        f"{field.metadata['doc']}{f' Choose {allowed}.' if allowed else ''} Overrides the saved setting for this run."
    )
    parser.add_argument(option, dest=name, type=convert, metavar=metavar, help=text.replace("%", "%%"))


def _number(text: str, kind: type) -> str | int | float:
    if kind is str:
        return text
    try:
        return int(text) if kind is int else float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"needs a {'whole ' * (kind is int)}number, not {text!r}") from None
