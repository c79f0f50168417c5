"""Says what a picture as a whole shows, in everyday names, with a confidence that means something."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from PIL import Image

from runtime.errors import Fault
from runtime.ports import Progress, Sessions, no_progress
from runtime.sight.thresholds import SAY_TAG
from runtime.types import Picture, Tag

SURE_OF_KIND = 0.6
"""Share of a name's probability that one kind must hold for the finer name ("a coffee mug" for "a cup")."""

MOST = 3
"""Names per picture at most: the network was trained to find one."""

_OUTPUTS = frozenset(("logits", "fine", "middle"))


@dataclass(frozen=True, slots=True, eq=False)
class Maps:
    """What the network makes of a picture: `logits` f32[classes] at the size it was trained for, and on the way there
    `fine` f32[40, side/8, side/8] and `middle` f32[112, side/16, side/16], at the larger size the detector works on.
    """

    logits: NDArray[np.float32]
    fine: NDArray[np.float32]
    middle: NDArray[np.float32]


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
        self._side, self._detector_side, self._mean, self._deviation = 0, 0, 0.0, 1.0
        self._names: list[str] = []
        self._bare: list[str] = []
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
            self._side, self._detector_side = config["side"], config["detector_side"]
            self._mean, self._deviation = config["mean"], config["deviation"]
            names = [each["name"] for each in labels]
            self._fine = [each["fine"] for each in labels]
            self._odds = np.array([each["odds"] for each in labels], np.float32)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Fault("The pack's eyes are damaged: their names cannot be read.", "Build the pack again.") from error
        self._names = sorted(set(names))
        self._bare = [name.removeprefix("a ").removeprefix("an ") for name in self._names]
        position = {name: number for number, name in enumerate(self._names)}
        self._group = np.array([position[name] for name in names], np.intp)
        self._session = self._sessions.open(self._folder / "tagger.onnx", "tagger")
        if {each.name for each in self._session.get_outputs()} != _OUTPUTS:
            raise Fault("The pack's eyes are older than this program.", "Build the pack again.")
        progress("Warming up the eyes", 0.7)
        if self.maps(np.zeros((64, 64, 3), np.uint8)).logits.shape != (len(names),):
            raise Fault("The pack's eyes are damaged: names and graph do not fit.", "Build the pack again.")
        progress("The eyes are open", 1.0)

    def maps(self, rgb: Picture) -> Maps:
        """Run the network over the picture `rgb` (u8[height, width, 3]), for tags and objects alike.

        It runs whole at the size it was trained for, and half way at the detector's. Tags from the larger size would
        save the first run; a mug that fills a quarter of a photo is then named with 0.15 instead of 0.84, and noise is
        taken for a bird.
        """
        if self._session is None:
            raise Fault("The eyes were asked to look before they were loaded.")
        half_way = ort.RunOptions()
        half_way.only_execute_path_to_fetches = True
        (logits,) = self._session.run(["logits"], {"pixels": self.pixels(rgb, self._side)})
        near = self._session.run(["fine", "middle"], {"pixels": self.pixels(rgb, self._detector_side)}, half_way)
        return Maps(*(np.asarray(each, np.float32)[0] for each in (logits, *near)))

    def look(self, maps: Maps) -> tuple[Tag, ...]:
        """Names of what the picture shows that `maps` are of, surest first; empty when unsure."""
        fine = self.probabilities(maps)
        coarse = np.bincount(self._group, fine, len(self._names)).astype(np.float32)
        best = np.argsort(coarse)[::-1][:MOST]
        return tuple(
            Tag(self._finest(number, fine, coarse), float(coarse[number]), self._bare[number])
            for number in best
            if coarse[number] >= SAY_TAG
        )

    def probabilities(self, maps: Maps) -> NDArray[np.float32]:
        """How likely each class is, f32[classes]."""
        weighted = np.exp(maps.logits - maps.logits.max()) * self._odds
        return weighted / weighted.sum()

    def pixels(self, rgb: Picture, side: int) -> NDArray[np.float32]:
        """The whole picture, squashed to a square as in the detector's training: f32[1, 3, side, side]."""
        square = Image.fromarray(rgb).resize((side, side), Image.Resampling.BICUBIC, reducing_gap=2)
        return ((np.asarray(square, np.float32) - self._mean) / self._deviation).transpose(2, 0, 1)[None]

    def _finest(self, group: np.intp, fine: NDArray[np.float32], coarse: NDArray[np.float32]) -> str:
        members = np.flatnonzero(self._group == group)
        by_kind: dict[str, float] = {}
        for member in members:
            name = self._fine[member]
            by_kind[name] = by_kind.get(name, 0.0) + float(fine[member])
        name = max(by_kind, key=lambda each: by_kind[each])
        sure = by_kind[name] >= SURE_OF_KIND * coarse[group]
        return name if name and sure else self._names[group]
