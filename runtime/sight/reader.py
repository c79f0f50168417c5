"""Reads what is written in a picture: lines of text with their place, in reading order."""

from __future__ import annotations

import importlib.util
import logging
from pathlib import Path
from typing import Any

import numpy as np

from runtime.errors import Missing
from runtime.media import keeping_qt_paths
from runtime.ports import Progress, no_progress
from runtime.types import Picture, SeenText

SURE = 0.6
"""Least confidence of a line; below it, letters are more often invented than read."""

_DETECTOR_SIDE = 640
"""Pixels; the longer side of the picture the detector sees. Its time grows with the square."""

_THREADS = 2

_MODELS = {"Det": ("PP-OCRv6_det_small.onnx", 9_929_594), "Rec": ("PP-OCRv6_rec_small.onnx", 21_234_383)}
"""Files inside the rapidocr package and their sizes. With its own defaults the package would fetch a missing one."""


class Reader:
    """PP-OCRv6 small through the rapidocr package, on the files that package carries, without a word or a download."""

    def __init__(self) -> None:
        self._engine: Any = None

    def load(self, progress: Progress = no_progress) -> None:
        """Open both graphs and warm up. Raises `Missing` when the package or a file of it is not there."""
        progress("Learning to read", 0.0)
        found = importlib.util.find_spec("rapidocr")
        if found is None or not found.submodule_search_locations:
            raise Missing("The text reader (rapidocr) is not installed.", "Install requirements.lock again.")
        models = Path(found.submodule_search_locations[0]) / "models"
        for name, size in _MODELS.values():
            if not (models / name).is_file() or (models / name).stat().st_size != size:
                raise Missing(f"The text reader's {name} is missing or damaged.", "Install requirements.lock again.")
        with keeping_qt_paths():
            from rapidocr import RapidOCR
        self._engine = RapidOCR(
            params={
                "Global.log_level": "critical",
                "Global.use_cls": False,
                "Global.text_score": SURE,
                # A thin strip would otherwise be blown up, with its length, to a picture of gigabytes.
                "Global.min_side_len": 1,
                "EngineConfig.onnxruntime.intra_op_num_threads": _THREADS,
                "Det.model_path": str(models / _MODELS["Det"][0]),
                "Rec.model_path": str(models / _MODELS["Rec"][0]),
                "Det.limit_type": "max",
                "Det.limit_side_len": _DETECTOR_SIDE,
            }
        )
        logging.getLogger("RapidOCR").setLevel(logging.CRITICAL)
        progress("Warming up the reader", 0.6)
        self.read(_warm_up_picture())
        progress("The reader is ready", 1.0)

    def read(self, rgb: Picture) -> tuple[SeenText, ...]:
        """Lines written in the picture `rgb` (u8[height, width, 3]), top to bottom and left to right; () for none."""
        if self._engine is None:
            raise Missing("The text reader was asked to read before it was loaded.")
        height, width = rgb.shape[:2]
        seen = self._engine(np.ascontiguousarray(rgb[:, :, ::-1]))
        if not seen.txts:
            return ()
        lines = []
        for corners, text, score in zip(seen.boxes, seen.txts, seen.scores, strict=True):
            (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
            box = (left / width, top / height, (right - left) / width, (bottom - top) / height)
            lines.append(SeenText(" ".join(text.split()), float(score), tuple(float(each) for each in box)))  # type: ignore[arg-type]
        return in_reading_order(lines)


def in_reading_order(lines: list[SeenText]) -> tuple[SeenText, ...]:
    """Top to bottom; lines whose middles lie within half a line height of each other share a row, left to right."""
    rows: list[list[SeenText]] = []
    for line in sorted(lines, key=_middle):
        row = rows[-1] if rows else []
        if row and _middle(line) - _middle(row[0]) < 0.5 * min(line.box[3], row[0].box[3]):
            row.append(line)
        else:
            rows.append([line])
    return tuple(line for row in rows for line in sorted(row, key=lambda each: each.box[0]))


def _middle(line: SeenText) -> float:
    return line.box[1] + line.box[3] / 2


def _warm_up_picture() -> Picture:
    """Dark bars on white, which the detector takes for writing, so that the recogniser warms up too."""
    rgb = np.full((96, 320, 3), 255, np.uint8)
    for left in range(40, 280, 24):
        rgb[30:66, left : left + 12] = 0
    return rgb
