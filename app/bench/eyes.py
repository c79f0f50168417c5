"""How long looking at a picture takes, with and without the writing in it, and how much of the writing is read."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from app.bench.quiet import interleave
from app.bench.rows import Row
from app.bench.workplace import Workplace
from runtime.ports import Progress
from runtime.types import Picture

_SIGNS = (
    ("EXIT 42", "Platform 7"),
    ("Meeting room", "closed today"),
    ("Total 18.50", "Thank you"),
    ("PUSH", "to open"),
    ("Chapter 3", "The old harbour"),
)


class EyesSuite:
    """Pictures of 640×480 with two lines of writing, each looked at afresh."""

    def __init__(self, work: Workplace) -> None:
        self._work = work
        self._pictures = [sign(lines) for lines in _SIGNS]
        self._next = 0

    def rows(self, progress: Progress) -> Iterator[Row]:
        progress("Measuring looking", 0.3)
        found = interleave(self._work.watch, {"ours": lambda: self._look(read_text=False)}, 7)
        yield self._work.row("looking at a picture, writing left unread", "ms", found, aim="ours <= 100")
        progress("Measuring reading", 0.6)
        found = interleave(self._work.watch, {"ours": lambda: self._look(read_text=True)}, 7)
        yield self._work.row("looking at a picture and reading two lines", "ms", found, aim="ours <= 500")
        yield Row("lines of large writing read without a mistake", "share", self._read(), aim="ours >= 0.9")

    def _look(self, read_text: bool) -> float:
        picture = self._pictures[self._next % len(self._pictures)]
        self._next += 1
        self._work.replier.eyes.forget()
        began = time.perf_counter()
        self._work.replier.eyes.look(picture, read_text)
        return (time.perf_counter() - began) * 1000

    def _read(self) -> float:
        right = 0
        for picture, lines in zip(self._pictures, _SIGNS, strict=True):
            self._work.replier.eyes.forget()
            seen = {line.text.strip() for line in self._work.replier.eyes.look(picture).text}
            right += sum(line in seen for line in lines)
        return right / (2 * len(_SIGNS))


def sign(lines: tuple[str, str], height: int = 60) -> Picture:
    """Two lines of writing, `height` pixels high, u8[480, 640, 3]."""
    picture = Image.new("RGB", (640, 480), (200, 200, 200))
    pen = ImageDraw.Draw(picture)
    for number, words in enumerate(lines):
        pen.text((60, 120 + 140 * number), words, fill=(20, 20, 20), font=ImageFont.load_default(height))
    return np.asarray(picture)
