"""Measures what the eyes name on photos that people described, beside the teachers the eyes learned from.

An object counts when two of the five people mention it; a name is wrong when nobody says a word that allows it. No eyes
were trained on these photos.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.bench.percept_line import Item, items
from app.bench.rows import Row
from runtime.distill.boxes import join, presence
from runtime.distill.captions import read
from runtime.distill.evaluate import ENOUGH, Student, by_class, measure, mentions, within
from runtime.distill.names import NAMES
from runtime.distill.teachers import TRUST, Ssdlite, Yolox
from runtime.errors import BadInput
from runtime.ports import Progress
from runtime.sight.percepts import Eyes
from runtime.types import Picture

BUDGETS = {0.45: ("ours >= 0.66", ""), 0.40: ("", "ours >= 0.74")}
"""Wrong names per photo at which recall is told, with what it must be and is to become."""

_EMPTY = frozenset(("a", "an", "the", "of", "and", "some", "with"))

Scores = NDArray[np.float32]


class Described:
    """The photos of `data`/images/eval in memory, and what people mention of each. Raises `BadInput` without them."""

    def __init__(self, data: Path) -> None:
        folder = data / "images"
        try:
            captions: Mapping[str, Sequence[str]] = json.loads(
                (folder / "eval_captions.json").read_text(encoding="utf-8")
            )
            self.photos = [Image.open(folder / "eval" / file).convert("RGB") for file in captions]
        except (OSError, ValueError) as error:
            raise BadInput(f"There are no described photos in {folder}: {error}.") from None
        self.captions = list(captions.values())
        self.mentioned = mentions(self.captions)

    def pictures(self) -> list[Picture]:
        return [np.asarray(photo) for photo in self.photos]

    def is_right(self, photo: int, item: Item) -> bool:
        """Whether anybody says a word that allows the item: of everyday things by meaning, of others by their words."""
        found = read(item.words)
        if found.meant:
            return any(self.mentioned[photo, NAMES.index(name)] for name in found.meant)
        known = _words(item.words) - _EMPTY
        return any(self.mentioned[photo, NAMES.index(name)] for name in found.allowed) or any(
            known & _words(caption) for caption in self.captions[photo]
        )


def _words(text: str) -> set[str]:
    found = re.findall(r"[a-z]+", text.lower())
    return {*found, *(word[:-1] for word in found if word.endswith("s"))}


def teachers(data: Path, threads: int) -> dict[str, Callable[[Image.Image], Scores]]:
    """How surely each teacher, and both together, see each thing in a photo, f32[things]; empty without teachers."""
    folder = data / "teachers"
    if not (folder / "yolox_nano_416.onnx").exists() or not (folder / "coco_ssdlite_mobilenet_v2.onnx").exists():
        return {}
    yolox, ssdlite = Yolox(folder, threads), Ssdlite(folder, threads)
    return {
        "YOLOX-nano": lambda photo: presence(yolox.look(photo), len(NAMES)),
        "SSDLite MobileNetV2": lambda photo: presence(ssdlite.look(photo), len(NAMES)),
        "both teachers": lambda photo: presence(join(yolox.look(photo), ssdlite.look(photo), TRUST), len(NAMES)),
    }


def rows(eyes: Eyes, sight: Path, data: Path, threads: int, progress: Progress) -> Iterator[Row]:
    """What the detector in the pack's folder `sight` could name, beside the teachers; and what `eyes` do say."""
    described = Described(data)
    progress("Naming what people mention", 0.1)
    if not (sight / "detector.onnx").exists():
        yield Row("objects named of those two people mention", "share", None, reason="the pack has no detector")
        yield from said(eyes, described)
        return
    student = Student(sight / "detector.onnx", sight / "tagger.onnx", threads)
    ours = np.stack([student.look(photo) for photo in described.photos])
    theirs = {
        name: np.stack([look(photo) for photo in described.photos]) for name, look in teachers(data, threads).items()
    }
    yield from _budgets(described, ours, theirs)
    progress("Naming what people mention", 0.6)
    yield from said(eyes, described)
    yield _weak(described, ours)


def _budgets(described: Described, ours: Scores, theirs: Mapping[str, Scores]) -> Iterator[Row]:
    for budget, (must, aim) in BUDGETS.items():
        name = f"objects named of those two people mention, at {budget:.2f} wrong names a photo"
        found, least = within(ours, described.mentioned, budget)
        note = f"from a presence of {least:.2f} on; {int((described.mentioned >= ENOUGH).sum())} objects count"
        if not theirs:
            yield Row(name, "share", found, must=must, aim=aim, reason=f"{note}; the teachers are not there")
        for peer, scores in theirs.items():
            best, _ = within(scores, described.mentioned, budget)
            yield Row(name, "share", found, peer, best, must, aim, note)


def said(eyes: Eyes, described: Described) -> Iterator[Row]:
    """What the camera line says of the photos, everything in it counted: objects, and tags of the whole picture."""
    named = np.zeros_like(described.mentioned, dtype=bool)
    verdicts: dict[bool, list[bool]] = {True: [], False: []}
    for number, picture in enumerate(described.pictures()):
        eyes.forget()
        for item in items(eyes.look(picture, read_text=False).line):
            for name in read(item.words).meant:
                named[number, NAMES.index(name)] = True
            verdicts[item.plain].append(described.is_right(number, item))
    recall, _ = measure(named.astype(np.float32), described.mentioned, 0.5)
    wrong = sum(not verdict for verdicts_of_tone in verdicts.values() for verdict in verdicts_of_tone)
    yield Row("objects said of those two people mention", "share", recall)
    yield Row("names said that nobody mentions", "a photo", wrong / len(named), must="ours <= 0.45")
    for plain, how in ((True, "without"), (False, "with")):
        told = verdicts[plain]
        yield Row(
            f'right of what is said {how} "perhaps"',
            "share",
            sum(told) / len(told) if told else None,
            must="ours >= 0.85" if plain else "",
            reason=f"{len(told)} names",
        )


def _weak(described: Described, ours: Scores) -> Row:
    """The kinds of objects that are named less than half as often as people mention them, or more often wrongly."""
    _, least = within(ours, described.mentioned, min(BUDGETS))
    told = by_class(ours, described.mentioned, least)
    missed = [f"{name} {hit} of {there}" for name, (there, hit, _) in told.items() if hit * 2 < there]
    taken = [f"{name} {wrong}" for name, (_, hit, wrong) in told.items() if wrong > hit]
    reason = f"named: {', '.join(missed) or 'none'}; more often wrongly than rightly: {', '.join(taken) or 'none'}"
    return Row("kinds of objects of which fewer than half are named", f"of {len(told)}", len(missed), reason=reason)
