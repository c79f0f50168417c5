"""Measures teachers and student on photos that five people described: what is named of what they mention, and what not.

An object counts when at least two of the five mention it; a name is wrong when nobody mentions it. These photos are
for measuring alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from runtime.distill.boxes import SAME, Boxes, join, overlap, presence, suppress
from runtime.distill.captions import read
from runtime.distill.features import Backbone, graph_of_pack
from runtime.distill.names import NAMES
from runtime.distill.photos import arguments
from runtime.distill.teachers import TRUST, Ssdlite, Yolox, opened

Scores = NDArray[np.float32]
Look = Callable[[Image.Image], Scores]

ENOUGH = 2
"""People of five who must mention a thing for it to be one that counts."""

BUDGETS = (0.15, 0.25, 0.35, 0.40, 0.45, 0.55)
"""Wrong names per photo at which recall is told."""

SURE, DRAWN = 0.4, 0.3
"""Least joint score of a teachers' box that the student ought to draw, and least score of a box it does draw."""


def mentions(captions: Sequence[Sequence[str]]) -> NDArray[np.int64]:
    """How many people mention each class, i64[photos, classes]; 1 where somebody's words merely allow it."""
    told = np.zeros((len(captions), len(NAMES)), np.int64)
    for row, captions_of_one in zip(told, captions, strict=True):
        said = [read(caption) for caption in captions_of_one]
        for number, name in enumerate(NAMES):
            meant = sum(name in each.meant for each in said)
            row[number] = max(meant, any(name in each.allowed for each in said))
    return told


def right(mentioned: NDArray[np.int64]) -> NDArray[np.bool_]:
    """For each class and photo, whether naming it is right: somebody mentions it, or says what allows it."""
    return mentioned > 0


def measure(scores: Scores, mentioned: NDArray[np.int64], least: float | Scores) -> tuple[float, float]:
    """Share of the objects that count which are named at `least` score or more, and wrong names per photo."""
    named = scores >= least
    counts = mentioned >= ENOUGH
    return float((named & counts).sum() / max(1, counts.sum())), float((named & ~right(mentioned)).sum() / len(scores))


def within(scores: Scores, mentioned: NDArray[np.int64], budget: float) -> tuple[float, float]:
    """The most recall with at most `budget` wrong names per photo, and the least score that gives it."""
    wrong = np.sort(scores[~right(mentioned)])[::-1]
    allowed = int(budget * len(scores))
    least = float(np.nextafter(wrong[allowed], np.float32(2))) if allowed < len(wrong) else 0.0
    return measure(scores, mentioned, least)[0], least


def by_class(scores: Scores, mentioned: NDArray[np.int64], least: float) -> dict[str, tuple[int, int, int]]:
    """For each class: objects that count, how many of them are named, and names that are wrong."""
    named, counts = scores >= least, mentioned >= ENOUGH
    rows = zip(NAMES, counts.sum(0), (named & counts).sum(0), (named & ~right(mentioned)).sum(0), strict=True)
    return {name: (int(a), int(b), int(c)) for name, a, b, c in rows if a or c}


def met(wanted: Boxes, found: Boxes, least: float) -> tuple[int, int]:
    """Of the boxes of score `least` or more wanted: how many, and how many have one of their class on them."""
    sure = wanted[wanted[:, 1] >= least]
    of_class = [found[found[:, 0] == box[0], 2:] for box in sure]
    hit = [
        len(places) > 0 and bool(overlap(box[2:], places).max() >= SAME)
        for box, places in zip(sure, of_class, strict=True)
    ]
    return len(sure), sum(hit)


class Student:
    """The exported head on the front of the pack's backbone."""

    def __init__(self, head: Path, backbone: Path, threads: int) -> None:
        self._head = opened(head, threads)
        self._side = int(self._head.get_modelmeta().custom_metadata_map["side"])
        self._backbone = Backbone(backbone, threads)

    def look(self, photo: Image.Image) -> Scores:
        return self._run(photo)[0]

    def boxes(self, photo: Image.Image, least: float) -> Boxes:
        """One box per object, of score `least` or more."""
        _, scores, places = self._run(photo)
        cells, classes = np.nonzero(scores >= least)
        found = np.column_stack([classes, scores[cells, classes], np.clip(places[cells], 0, 1)])
        return suppress(found.astype(np.float32), least)

    def _run(self, photo: Image.Image) -> list[Scores]:
        fine, middle = self._backbone.look(photo.resize((self._side, self._side), Image.Resampling.BICUBIC))
        outputs = self._head.run(["presence", "scores", "places"], {"fine": fine, "middle": middle})
        return [each[0] for each in outputs]


def main() -> None:
    """Print one line of JSON per looker."""
    parser = arguments(str(__doc__).splitlines()[0])
    parser.add_argument("--head", type=Path, help="the student's head; without it, only the teachers are measured")
    parser.add_argument("--backbone", type=Path, help="tagger.onnx of another pack than mini")
    parser.add_argument("--classes", type=float, metavar="SCORE", help="also tell each class apart, at this score")
    parser.add_argument("--no-teachers", action="store_true", help="measure the student alone")
    chosen = parser.parse_args()
    captions = json.loads((chosen.data / "images" / "eval_captions.json").read_text(encoding="utf-8"))
    mentioned = mentions(list(captions.values()))
    lookers: dict[str, Look] = {}
    yolox, ssdlite = (kind(chosen.data / "teachers", chosen.threads) for kind in (Yolox, Ssdlite))
    student = None
    if not chosen.no_teachers:
        lookers["yolox"] = lambda photo: presence(yolox.look(photo), len(NAMES))
        lookers["ssdlite"] = lambda photo: presence(ssdlite.look(photo), len(NAMES))
        lookers["ensemble"] = lambda photo: presence(join(yolox.look(photo), ssdlite.look(photo), TRUST), len(NAMES))
    if chosen.head:
        student = Student(chosen.head, chosen.backbone or graph_of_pack(), chosen.threads)
        lookers["student"] = student.look
    photos = [Image.open(chosen.data / "images" / "eval" / file).convert("RGB") for file in captions]
    for name, look in lookers.items():
        scores = np.stack([look(photo) for photo in photos])
        found = {f"recall_at_{budget}_wrong": within(scores, mentioned, budget) for budget in BUDGETS}
        steps = {f"at_score_{least}": measure(scores, mentioned, least) for least in (0.2, 0.3, 0.4, 0.5, 0.6)}
        print(json.dumps({"who": name, "photos": len(photos), **_rounded(found), **_rounded(steps)}))
        if chosen.classes is not None:
            print(json.dumps(by_class(scores, mentioned, chosen.classes)))
    if student is not None:
        pairs = [(join(yolox.look(photo), ssdlite.look(photo), TRUST), student.boxes(photo, DRAWN)) for photo in photos]
        sure, hit = np.sum([met(wanted, found, SURE) for wanted, found in pairs], axis=0)
        drawn, backed = np.sum([met(found, wanted, DRAWN) for wanted, found in pairs], axis=0)
        print(
            json.dumps(
                {
                    "sure_boxes_of_teachers": int(sure),
                    "met_by_student": round(hit / max(1, sure), 3),
                    "boxes_of_student": int(drawn),
                    "backed_by_teachers": round(backed / max(1, drawn), 3),
                }
            )
        )


def _rounded(pairs: dict[str, tuple[float, float]]) -> dict[str, list[float]]:
    return {key: [round(each, 3) for each in pair] for key, pair in pairs.items()}


if __name__ == "__main__":
    main()
