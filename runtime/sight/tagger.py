"""Says what a picture as a whole shows, in everyday names, with a confidence that means something."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from PIL import Image

from runtime.errors import Fault
from runtime.ports import Progress, Sessions, no_progress
from runtime.types import Picture, Tag

SAY = 0.35
"""Least confidence with which something is named; below it the eyes keep silent. Measured on photos that people
described: between this and a half, three in five names are right; above a half, nine in ten."""

SURE_OF_KIND = 0.6
"""Share of a name's probability that one kind must hold for the finer name ("a coffee mug" for "a cup")."""

MOST = 3
"""Names per picture at most: the network was trained to find one."""

_BORDER = 32
"""Pixels of border around the square the network was trained on: it saw side / (side + 32) of each picture."""


class Tagger:
    """EfficientNet-lite0 over the 1,000 classes of ImageNet, summed into everyday names.

    The network spreads its belief over many fine classes (120 breeds of dog). Their probabilities belong to exclusive
    classes, so the probability of "a dog" is their sum. Before that, each is weighted by how common the class is in
    everyday photos: the network was trained on as many sea slugs as cups.
    """

    def __init__(self, folder: Path, sessions: Sessions) -> None:
        self._folder = folder
        self._sessions = sessions
        self._session: ort.InferenceSession | None = None
        self._side, self._mean, self._deviation = 0, 0.0, 1.0
        self._names: list[str] = []
        self._fine: list[str] = []
        self._group = np.zeros(0, np.intp)
        self._odds = np.zeros(0, np.float32)

    def load(self, progress: Progress = no_progress) -> None:
        """Open the graph, check that names and graph fit, and warm up. Raises `Fault` when the folder is damaged."""
        progress("Opening the eyes", 0.0)
        labels: Any
        try:
            config = json.loads((self._folder / "config.json").read_text(encoding="utf-8"))
            labels = json.loads((self._folder / "labels.json").read_text(encoding="utf-8"))
            self._side, self._mean, self._deviation = config["side"], config["mean"], config["deviation"]
            names = [each["name"] for each in labels]
            self._fine = [each["fine"] for each in labels]
            self._odds = np.array([each["odds"] for each in labels], np.float32)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Fault("The pack's eyes are damaged: their names cannot be read.", "Build the pack again.") from error
        self._names = sorted(set(names))
        position = {name: number for number, name in enumerate(self._names)}
        self._group = np.array([position[name] for name in names], np.intp)
        self._session = self._sessions.open(self._folder / "tagger.onnx", "tagger")
        progress("Warming up the eyes", 0.7)
        (logits,) = self._session.run(["logits"], {"pixels": self.pixels(np.zeros((64, 64, 3), np.uint8))})
        if np.asarray(logits).shape[1:] != (len(names),):
            raise Fault("The pack's eyes are damaged: names and graph do not fit.", "Build the pack again.")
        progress("The eyes are open", 1.0)

    def look(self, rgb: Picture) -> tuple[Tag, ...]:
        """Names of what the picture `rgb` (u8[height, width, 3]) shows, surest first; empty when unsure."""
        fine = self._probabilities(rgb)
        coarse = np.bincount(self._group, fine, len(self._names)).astype(np.float32)
        best = np.argsort(coarse)[::-1][:MOST]
        return tuple(
            Tag(self._finest(number, fine, coarse), float(coarse[number])) for number in best if coarse[number] >= SAY
        )

    def _finest(self, group: np.intp, fine: NDArray[np.float32], coarse: NDArray[np.float32]) -> str:
        members = np.flatnonzero(self._group == group)
        by_kind: dict[str, float] = {}
        for member in members:
            name = self._fine[member]
            by_kind[name] = by_kind.get(name, 0.0) + float(fine[member])
        name = max(by_kind, key=lambda each: by_kind[each])
        sure = by_kind[name] >= SURE_OF_KIND * coarse[group]
        return name if name and sure else self._names[group]

    def _probabilities(self, rgb: Picture) -> NDArray[np.float32]:
        if self._session is None:
            raise Fault("The eyes were asked to look before they were loaded.")
        (logits,) = self._session.run(["logits"], {"pixels": self.pixels(rgb)})
        logits = np.asarray(logits, np.float32).mean(axis=0)
        weighted = np.exp(logits - logits.max()) * self._odds
        return weighted / weighted.sum()

    def pixels(self, rgb: Picture) -> NDArray[np.float32]:
        """The middle of the picture, framed as in training, and the whole of it: f32[2, 3, side, side]."""
        height, width = rgb.shape[:2]
        crop = min(height, width) * self._side / (self._side + _BORDER)
        left, top = (width - crop) / 2, (height - crop) / 2
        image, size = Image.fromarray(rgb), (self._side, self._side)
        views = [
            np.asarray(image.resize(size, Image.Resampling.BICUBIC, box, reducing_gap=2), np.float32)
            for box in ((left, top, left + crop, top + crop), (0, 0, width, height))
        ]
        return ((np.stack(views) - self._mean) / self._deviation).transpose(0, 3, 1, 2).astype(np.float32)
