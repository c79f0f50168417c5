"""Turns a picture into percepts in words: what is seen, what is written, and how well it could be seen.

The percept line is what enters the prompt, so its grammar is fixed (new eyes fill it with more, never differently):

    line     = "Camera: " ( trouble | seen [ " " text ] )
    trouble  = "it is too dark to tell." | "it is too bright to tell." | "the picture is too blurred to tell."
    seen     = item *( ", " item ) "."  |  "nothing I can name."
    item     = [ "perhaps " ] name [ " (" detail *( ", " detail ) ")" ]
    name     = article or count, then colour if known, then noun:  "a cup", "two books", "a red cup", "jeans"
    detail   = finer kind, then place:                             "beagle", "left", "behind the laptop"
    text     = "Text: " quoted *( ", " quoted ) "."
    quoted   = "'" one line of writing "'"   (a straight ' inside it becomes ’)

Items come surest first, lines of writing in reading order. With no item but with writing, `seen` is left out:
"Camera: Text: 'EXIT'." What was not seen is not said: an empty list never becomes a guess.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from runtime.ports import Progress, Sessions, no_progress
from runtime.sight.reader import Reader
from runtime.sight.scene import Glance, changed, glance
from runtime.sight.tagger import Tagger
from runtime.types import Percepts, Picture, SeenText, Tag

PERHAPS = 0.5
"""Below this confidence an item is said with "perhaps"."""

_DARK, _BRIGHT = 14.0, 244.0
"""Mean luma 0…255 beyond which a picture without contrast shows nothing."""

_FLAT = 9.0
"""Standard deviation of luma below which a picture has no contrast to see anything by."""

_BLURRED = 1.6
"""Mean absolute Laplacian of the picture at 320 pixels' width below which no edge is left."""

_LONGEST_TEXT = 160
"""Characters of writing in the line at most: it shares the prompt with the conversation."""


class View(Enum):
    """How well a picture can be seen."""

    CLEAR = ""
    DARK = "it is too dark to tell"
    BRIGHT = "it is too bright to tell"
    BLURRED = "the picture is too blurred to tell"


class Eyes:
    """All there is to seeing. `folder` is the pack's sight folder. One thread at a time may look."""

    def __init__(self, folder: Path, sessions: Sessions) -> None:
        self._tagger = Tagger(folder, sessions)
        self._reader = Reader(sessions)
        self._last: tuple[Glance, bool, Percepts] | None = None

    def load(self, progress: Progress = no_progress) -> None:
        """Open the graphs and warm up. Raises `Fault` when something is damaged or missing."""
        self._tagger.load(lambda what, done: progress(what, 0.3 * done))
        self._reader.load(lambda what, done: progress(what, 0.3 + 0.7 * done))

    def look(self, rgb: Picture, read_text: bool = True) -> Percepts:
        """What the picture `rgb` (u8[height, width, 3]) shows; `read_text` False leaves the writing unread (faster).

        A picture in which nothing has changed since the last look gets the same percepts, at no cost.
        """
        now = glance(rgb)
        if self._last is not None:
            before, was_read, percepts = self._last
            if was_read >= read_text and not changed(before, now):
                return percepts
        percepts = self._look(rgb, read_text)
        # The glance of the first look is kept, so that a slow drift adds up until it counts.
        self._last = (now, read_text, percepts)
        return percepts

    def forget(self) -> None:
        """Look afresh next time, whatever the picture."""
        self._last = None

    def _look(self, rgb: Picture, read_text: bool) -> Percepts:
        view = how_clear(rgb)
        if view in (View.DARK, View.BRIGHT):
            return describe((), (), view)
        text = self._reader.read(rgb) if read_text else ()
        if view is View.BLURRED:
            return describe((), text, View.CLEAR if text else view)
        return describe(self._tagger.look(rgb), text)


def how_clear(rgb: Picture) -> View:
    """Whether there is enough light and sharpness to see by."""
    width = 320
    height = max(1, round(rgb.shape[0] * width / rgb.shape[1]))
    small = Image.fromarray(rgb).resize((width, min(height, 4 * width)), Image.Resampling.BOX, reducing_gap=1)
    luma = np.asarray(small.convert("L"), np.float32)
    mean, deviation = float(luma.mean()), float(luma.std())
    if mean < _DARK and deviation < _FLAT:
        return View.DARK
    if mean > _BRIGHT and deviation < _FLAT:
        return View.BRIGHT
    if edges(luma) < _BLURRED:
        return View.BLURRED
    return View.CLEAR


def edges(luma: NDArray[np.float32]) -> float:
    """Mean absolute Laplacian of luma f32[height, width]: near 0 where nothing is sharp."""
    if min(luma.shape) < 3:
        return 0.0
    middle = luma[1:-1, 1:-1]
    around = luma[:-2, 1:-1] + luma[2:, 1:-1] + luma[1:-1, :-2] + luma[1:-1, 2:]
    return float(np.abs(around - 4 * middle).mean())


def describe(tags: Sequence[Tag], text: Sequence[SeenText], view: View = View.CLEAR) -> Percepts:
    """Percepts with their line (for the core, grammar above) and description (for people)."""
    if view is not View.CLEAR:
        sentence = f"{view.value[0].upper()}{view.value[1:]}."
        return Percepts(description=sentence, line=f"Camera: {view.value}.")
    items = [each.name if each.confidence >= PERHAPS else f"perhaps {each.name}" for each in tags]
    quoted = _quoted(text)
    parts = []
    if items or not quoted:
        parts.append(f"{', '.join(items) or 'nothing I can name'}.")
    if quoted:
        parts.append(f"Text: {', '.join(quoted)}.")
    return Percepts(
        tags=tuple(tags),
        text=tuple(text),
        description=_sentences(items, quoted),
        line=f"Camera: {' '.join(parts)}",
    )


def together(looks: Sequence[Percepts]) -> Percepts:
    """What several pictures, at least one, show as if it were one: each thing once, as sure as it was in the picture
    that shows it best, and each line of writing once. What could not be seen counts only where nothing could.
    """
    if len(looks) == 1:
        return looks[0]
    tags: dict[str, Tag] = {}
    text: dict[str, SeenText] = {}
    for look in looks:
        for tag in look.tags:
            if tag.name not in tags or tag.confidence > tags[tag.name].confidence:
                tags[tag.name] = tag
        for line in look.text:
            text.setdefault(line.text, line)
    if not tags and not text:
        return looks[-1]
    return describe(sorted(tags.values(), key=lambda tag: -tag.confidence), tuple(text.values()))


def _quoted(text: Sequence[SeenText]) -> list[str]:
    quoted: list[str] = []
    room = _LONGEST_TEXT
    for line in text:
        words = line.text.replace("'", "’")
        if len(words) > room:
            words = words[:room].rsplit(" ", 1)[0].rstrip() + "…"
            quoted.append(f"'{words}'")
            break
        quoted.append(f"'{words}'")
        room -= len(words)
    return quoted


def _sentences(items: Sequence[str], quoted: Sequence[str]) -> str:
    said = []
    if items:
        said.append(f"I can see {_and(items)}.")
    if quoted:
        said.append(f"It says {_and([each.replace(chr(39), '“', 1)[:-1] + '”' for each in quoted])}.")
    return " ".join(said) or "I cannot name anything in it."


def _and(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
