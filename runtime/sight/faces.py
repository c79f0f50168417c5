"""Counts faces and says where they are; whose they are, or what they tell of somebody, is nowhere asked.

After Xu et al., "CenterFace: joint face detection and alignment using face as point" (2019): a map of how surely a face
has its centre in each cell, with its size and where in the cell the centre lies.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from PIL import Image

from runtime.errors import Fault
from runtime.ports import Progress, Sessions, no_progress
from runtime.sight.detector import overlap
from runtime.sight.thresholds import SAY_FACE
from runtime.types import Picture, SeenObject

FACE, PERSON = "face", "person"

_WIDTH = 320
"""Pixels that the picture is made wide: a face is found from about a thirtieth of that on."""

_CELL, _SIDES = 4, 32
"""Pixels of the map's cells, and what the picture's sides must be multiples of."""

_SAME = 0.3
"""Intersection over union from which two boxes are one face."""


class Faces:
    """Finds faces. `folder` is the pack's sight folder."""

    def __init__(self, folder: Path, sessions: Sessions) -> None:
        self._folder = folder
        self._sessions = sessions
        self._session: ort.InferenceSession | None = None

    def load(self, progress: Progress = no_progress) -> None:
        """Open the graph. Raises `Missing` or `Fault` when it is not there or damaged."""
        progress("Opening the eyes for faces", 0.0)
        session = self._sessions.open(self._folder / "faces.onnx", "faces")
        if [each.name for each in session.get_outputs()] != ["centre", "size", "offset"]:
            raise Fault("The pack's graph for faces is damaged.", "Build the pack again.")
        self._session = session
        progress("Faces can be found", 1.0)

    def look(self, rgb: Picture) -> tuple[SeenObject, ...]:
        """The faces in `rgb` (u8[height, width, 3]), surest first."""
        if self._session is None:
            raise Fault("The eyes were asked to look before they were loaded.")
        wide = _WIDTH
        high = max(1, round(rgb.shape[0] * wide / rgb.shape[1] / _SIDES)) * _SIDES
        small = Image.fromarray(rgb).resize((wide, min(high, 4 * wide)), Image.Resampling.BILINEAR, reducing_gap=2)
        pixels = np.asarray(small, np.float32).transpose(2, 0, 1)[None]
        centre, size, offset = (np.asarray(each)[0] for each in self._session.run(None, {"pixels": pixels}))
        return found(centre[0], size, offset)


def found(
    centre: NDArray[np.float32], size: NDArray[np.float32], offset: NDArray[np.float32]
) -> tuple[SeenObject, ...]:
    """The faces in the maps: centre f32[rows, columns] 0…1, size f32[2, rows, columns] (logarithm of height and width
    in cells), offset f32[2, rows, columns] (down and right, in cells)."""
    rows, columns = np.nonzero(centre >= SAY_FACE)
    sure = centre[rows, columns]
    half_high, half_wide = np.exp(size[:, rows, columns]) / 2
    down, right = rows + 0.5 + offset[0, rows, columns], columns + 0.5 + offset[1, rows, columns]
    high, wide = centre.shape
    places = np.stack([right - half_wide, down - half_high, right + half_wide, down + half_high], axis=1)
    places = np.clip(places / np.array([wide, high, wide, high]), 0, 1).astype(np.float32)
    faces: list[SeenObject] = []
    order = np.argsort(-sure, kind="stable")
    while len(order):
        best, order = order[0], order[1:]
        left, top, end, bottom = (float(side) for side in places[best])
        faces.append(SeenObject(FACE, float(sure[best]), (left, top, end - left, bottom - top)))
        order = order[overlap(places[best], places[order])[0] < _SAME]
    return tuple(faces)


def with_their_people(objects: tuple[SeenObject, ...], faces: tuple[SeenObject, ...]) -> tuple[SeenObject, ...]:
    """`objects` with `faces` among them, and a person for each face that no person's box holds: near a webcam a face
    may be all there is of one."""
    people = [each.box for each in objects if each.name == PERSON]
    alone = [face for face in faces if not any(_holds(box, face.box) for box in people)]
    whole = [SeenObject(PERSON, face.confidence, _body(face.box)) for face in alone]
    return tuple(sorted((*objects, *faces, *whole), key=lambda each: -each.confidence))


def _holds(box: tuple[float, float, float, float], face: tuple[float, float, float, float]) -> bool:
    x, y = face[0] + face[2] / 2, face[1] + face[3] / 2
    return box[0] <= x <= box[0] + box[2] and box[1] <= y <= box[1] + box[3]


def _body(face: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """Head and shoulders around a face, as far as the picture shows them."""
    left, right = max(0.0, face[0] - face[2]), min(1.0, face[0] + 2 * face[2])
    return left, face[1], right - left, min(1.0 - face[1], 3 * face[3])
