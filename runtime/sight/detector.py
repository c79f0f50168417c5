"""Finds everyday things in a picture, each with a box and a confidence that means something."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from runtime.errors import Fault
from runtime.ports import Progress, Sessions, no_progress
from runtime.sight.tagger import Maps
from runtime.sight.thresholds import MAYBE_OBJECT
from runtime.types import Box, SeenObject

Places = NDArray[np.float32]
"""Boxes f32[n, 4]: left, top, right, bottom as shares 0…1 of the picture's sides."""

SAME, INSIDE = 0.35, 0.75
"""Intersection over union, and over the smaller box, from which two boxes of one kind are one object. Chosen on photos
where two larger detectors agree: with cells that are no peak left out, counts agree most often here."""

AGREED = 0.5
"""Intersection over union with the best box from which other cells' boxes of the kind have a say in its sides."""

CONFUSED = 0.7
"""The same for boxes of two kinds that are easily taken for each other: the surer name is kept."""

MOST = 24
"""Objects per picture at most."""

_OUTPUTS = ["presence", "scores", "places"]

_SCREENS = frozenset(("television", "laptop"))
"""Of these, one that lies within the other is its screen."""

_ALIKE = (
    frozenset(("car", "truck", "bus", "train")),
    frozenset(("bicycle", "motorcycle")),
    frozenset(("cat", "dog", "horse", "sheep", "cow", "bear", "zebra", "giraffe", "elephant", "bird", "teddy bear")),
    frozenset(("chair", "couch", "bed", "bench")),
    frozenset(("backpack", "handbag", "suitcase")),
    frozenset(("bottle", "wine glass", "cup", "vase", "bowl")),
    frozenset(("fork", "knife", "spoon", "toothbrush")),
    frozenset(("sandwich", "hot dog", "pizza", "donut", "cake")),
    frozenset(("apple", "orange", "ball", "carrot")),
    frozenset(("skis", "snowboard", "surfboard", "skateboard")),
    _SCREENS,
    frozenset(("remote", "phone", "mouse")),
    frozenset(("microwave", "oven", "toaster", "refrigerator")),
    frozenset(("sink", "toilet", "bowl")),
    frozenset(("vase", "plant")),
)
"""Kinds that are easily taken for each other."""


class Detector:
    """The head of the eyes on the maps of the tagger's front; our own training (`runtime/distill`)."""

    def __init__(self, folder: Path, sessions: Sessions) -> None:
        self._folder = folder
        self._sessions = sessions
        self._session: ort.InferenceSession | None = None
        self.names: tuple[str, ...] = ()

    def load(self, progress: Progress = no_progress) -> None:
        """Open the graph and read its names. Raises `Missing` or `Fault` when it is not there or damaged."""
        progress("Opening the detector", 0.0)
        session = self._sessions.open(self._folder / "detector.onnx", "detector")
        try:
            names = json.loads(session.get_modelmeta().custom_metadata_map["names"])
            self.names = tuple(str(name) for name in names)
            cells = int(session.get_modelmeta().custom_metadata_map["side"]) // 16
        except (KeyError, ValueError, TypeError) as error:
            raise Fault("The pack's detector is damaged: its names cannot be read.", "Build the pack again.") from error
        progress("Warming up the detector", 0.7)
        try:
            fine, middle = ((1, 40, 2 * cells, 2 * cells), (1, 112, cells, cells))
            empty = {"fine": np.zeros(fine, np.float32), "middle": np.zeros(middle, np.float32)}
            presence = np.asarray(session.run(_OUTPUTS, empty)[0])
        except Exception as error:  # onnxruntime's exceptions share no base class below Exception
            raise Fault("The pack's detector does not fit its eyes.", "Build the pack again.") from error
        if presence.shape != (1, len(self.names)):
            raise Fault("The pack's detector does not fit its names.", "Build the pack again.")
        self._session = session
        progress("The detector is open", 1.0)

    def look(self, maps: Maps) -> tuple[SeenObject, ...]:
        """What is in the picture the maps are of, surest first; colours and kinds are for others to add."""
        if self._session is None:
            raise Fault("The eyes were asked to look before they were loaded.")
        outputs = self._session.run(_OUTPUTS, {"fine": maps.fine[None], "middle": maps.middle[None]})
        presence, scores, places = (np.asarray(each, np.float32)[0] for each in outputs)
        return objects(self.names, presence, scores, places)


def objects(
    names: Sequence[str], presence: NDArray[np.float32], scores: NDArray[np.float32], places: Places
) -> tuple[SeenObject, ...]:
    """The objects in the detector's answer: presence f32[kinds], scores f32[cells, kinds], places f32[cells, 4], where
    the cells are a square grid, row by row.

    The best box of a kind is as sure as the kind's presence, which is calibrated; each further one is less sure in
    the proportion of their scores, which are not.
    """
    places = np.clip(places, 0.0, 1.0)
    found: list[SeenObject] = []
    for kind in np.flatnonzero(presence >= MAYBE_OBJECT):
        score = scores[:, kind]
        best = float(score.max())
        if best <= 0:
            continue
        sure = presence[kind] * score / best
        cells = suppress(places, np.where(_peaks(score), sure, 0), MAYBE_OBJECT)
        boxes = [_box(_agreed(places[cell], places, score)) for cell in cells]
        found += [SeenObject(names[int(kind)], float(sure[cell]), box) for cell, box in zip(cells, boxes, strict=True)]
    found.sort(key=lambda each: -each.confidence)
    return tuple(_told_apart(found)[:MOST])


def suppress(places: Places, sure: NDArray[np.float32], least: float) -> list[int]:
    """The cell of each object's best box, best first: lesser boxes are dropped that overlap it by `SAME`, or lie in it
    or around it by `INSIDE`.
    """
    order = np.argsort(-sure, kind="stable")
    order = order[sure[order] >= least]
    kept: list[int] = []
    while len(order) and len(kept) < MOST:
        best, order = int(order[0]), order[1:]
        kept.append(best)
        union, smaller = overlap(places[best], places[order])
        order = order[(union < SAME) & (smaller < INSIDE)]
    return kept


def overlap(one: NDArray[np.float32], many: Places) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Intersection over union of a box f32[4] with each of f32[n, 4], and intersection over the smaller of the two."""
    low, high = np.maximum(one[:2], many[:, :2]), np.minimum(one[2:], many[:, 2:])
    shared = np.prod(np.clip(high - low, 0, None), axis=1)
    area, areas = np.prod(one[2:] - one[:2]), np.prod(many[:, 2:] - many[:, :2], axis=1)
    return shared / np.maximum(area + areas - shared, 1e-9), shared / np.maximum(np.minimum(area, areas), 1e-9)


def _peaks(score: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Which cells of a square grid no neighbour outdoes."""
    side = round(len(score) ** 0.5)
    grid = np.pad(score.reshape(side, side), 1, constant_values=-1.0)
    around = np.stack([grid[y : y + side, x : x + side] for y in range(3) for x in range(3)])
    return score >= around.max(axis=0).ravel()


def _agreed(place: NDArray[np.float32], places: Places, score: NDArray[np.float32]) -> NDArray[np.float32]:
    """The mean of the box and those that agree with it, by the square of their scores: single cells waver."""
    weight = np.where(overlap(place, places)[0] >= AGREED, score, 0) ** 2
    return (weight[:, None] * places).sum(axis=0) / weight.sum() if weight.sum() > 0 else place


def _told_apart(found: list[SeenObject]) -> list[SeenObject]:
    """Of two kinds that are easily taken for each other and lie in one place, the surer one."""
    kept: list[SeenObject] = []
    for each in found:
        rivals = [other for other in kept if other.name != each.name and _alike(each.name, other.name)]
        if rivals:
            union, smaller = overlap(_corners(each.box), np.stack([_corners(other.box) for other in rivals]))
            if union.max() >= CONFUSED or ({each.name, rivals[0].name} == _SCREENS and smaller.max() >= CONFUSED):
                continue
        kept.append(each)
    return kept


def _alike(name: str, other: str) -> bool:
    return any({name, other} <= alike for alike in _ALIKE)


def _box(place: NDArray[np.float32]) -> Box:
    left, top, right, bottom = (float(side) for side in place)
    return left, top, max(0.0, right - left), max(0.0, bottom - top)


def _corners(box: Box) -> NDArray[np.float32]:
    x, y, width, height = box
    return np.array([x, y, x + width, y + height], np.float32)
