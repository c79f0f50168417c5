"""Decides what a request asked for on the command line is: one from options, or one line of a batch."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.options import writable
from runtime.errors import BadInput
from runtime.types import AudioSegment, ImageSegment, Request, Segment, TextSegment, Turn, TurnStatus

_KEYS = ("id", "speech", "text", "image", "video", "out", "history")


@dataclass(frozen=True, slots=True)
class Wanted:
    """One request before its files are read."""

    id: Any
    speech: tuple[Path, ...] = ()
    text: str = ""
    images: tuple[Path, ...] = ()
    videos: tuple[Path, ...] = ()
    out: Path | None = None
    history: tuple[Turn, ...] = ()

    def decoded(self, turn: int, note: Callable[[str], None]) -> Request:
        """Read the files: pictures first, then speech, then text; `note` takes what is odd but no obstacle.

        Raises `BadInput` for the first that is bad.
        """
        from app.cut_off import is_cut_off
        from app.footage import footage
        from runtime.media import read_audio, read_image

        if self.out:
            writable(self.out)
        segments: list[Segment] = [ImageSegment(read_image(path)) for path in self.images]
        segments += [footage(path) for path in self.videos]
        for path in self.speech:
            utterance = read_audio(path)
            if is_cut_off(path, utterance):
                note(f"visavis: {path} is cut off: what is there was heard.")
            segments.append(AudioSegment(utterance))
        if self.text.strip():
            segments.append(TextSegment(self.text.strip()))
        if not segments:
            raise BadInput("The request asks nothing.", "Give it speech, text, an image or a video.")
        return Request(tuple(segments), turn)


def from_line(number: int, line: str) -> Wanted:
    """One line of a batch; without an id of its own it is known by its number (1 for the first). Raises `BadInput`."""
    try:
        said = json.loads(line)
    except ValueError as error:
        raise BadInput(f"Line {number} is not JSON: {error}.") from None
    if not isinstance(said, dict):
        raise BadInput(f"Line {number} is not a JSON object.")
    unknown = [key for key in said if key not in _KEYS]
    if unknown:
        raise BadInput(f"Line {number} has an unknown key {unknown[0]!r}.", available=f"Keys are {', '.join(_KEYS)}.")
    return Wanted(
        id=identity(number, line),
        speech=_paths(number, said, "speech"),
        text=_words(number, said, "text"),
        images=_paths(number, said, "image"),
        videos=_paths(number, said, "video"),
        out=next(iter(_paths(number, said, "out")), None),
        history=_history(number, said.get("history")),
    )


def identity(number: int, line: str) -> Any:
    """What the line's result is known by, even when the line is bad."""
    try:
        said = json.loads(line)
    except ValueError:
        return number
    given = said.get("id") if isinstance(said, dict) else None
    return number if given is None else given


def _words(number: int, said: dict[str, Any], key: str) -> str:
    value = said.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadInput(f"Line {number}: {key} must be a string.")
    return value


def _paths(number: int, said: dict[str, Any], key: str) -> tuple[Path, ...]:
    value = said.get(key)
    values: Sequence[Any] = value if isinstance(value, list) and key in ("image", "video") else [value]
    values = [each for each in values if each not in (None, "")]
    if not all(isinstance(each, str) for each in values):
        raise BadInput(f"Line {number}: {key} must be a file's name.")
    return tuple(Path(each) for each in values)


def _history(number: int, value: Any) -> tuple[Turn, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or not all(
        isinstance(turn, dict)
        and set(turn) <= {"user", "assistant"}
        and all(isinstance(words, str) for words in turn.values())
        for turn in value
    ):
        raise BadInput(f"Line {number}: history must be a list of {{user, assistant}} objects with strings.")
    return tuple(
        Turn(
            number=index,
            user=turn.get("user", ""),
            reply=turn.get("assistant", ""),
            heard=turn.get("assistant", ""),
            status=TurnStatus.DONE,
        )
        for index, turn in enumerate(value, 1)
    )
