"""Reads what is written in a picture: lines of text with their place, in reading order."""

from __future__ import annotations

import importlib.util
import logging
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from runtime.errors import Fault, Missing
from runtime.media import keeping_qt_paths
from runtime.ports import Progress, no_progress
from runtime.types import Picture, SeenText

SURE = 0.7
"""Least confidence of a line; below it, letters are more often invented than read."""

SURE_OF_ONE = 0.9
"""The same for a single character, which any stripe or ring may look like."""

_SIDES = (448, 736)
"""Least and most pixels of the longer side of what the detector sees at first; its time grows with the square."""

_SHARE = 0.7
"""Of the picture's own longer side, between these two: letters stay legible to the detector."""

_PAGE_SIDE = 1280
"""The same for a page, whose small letters are looked for again."""

_PAGE = (6, 16.0)
"""A page is at least so many lines, half of them lower than so many pixels of what the detector saw."""

_MOST_LINES = 60
_THREADS = 2
_THIN = 8

_MODELS = {"Det": ("PP-OCRv6_det_small.onnx", 9_929_594), "Rec": ("PP-OCRv6_rec_small.onnx", 21_234_383)}
"""Files inside the rapidocr package and their sizes. With its own defaults the package would fetch a missing one."""


class Reader:
    """PP-OCRv6 small through the rapidocr package, on the files that package carries, without a word or a download."""

    def __init__(self) -> None:
        self._engine: Any = None

    def load(self, progress: Progress = no_progress) -> None:
        """Open both graphs and read one word as a check.

        Raises `Missing` when the package or a file of it is not there, `Fault` when it cannot read.
        """
        progress("Learning to read", 0.0)
        models = _models()
        with keeping_qt_paths():
            from rapidocr import RapidOCR
        engine = RapidOCR(
            params={
                "Global.log_level": "critical",
                "Global.use_cls": False,
                "Global.text_score": 0.0,
                "EngineConfig.onnxruntime.intra_op_num_threads": _THREADS,
                "Det.model_path": str(models / _MODELS["Det"][0]),
                "Rec.model_path": str(models / _MODELS["Rec"][0]),
                "Det.limit_type": "max",
            }
        )
        # The package logs at each level to stderr; the runtime says what a person should read through its faults.
        logging.getLogger("RapidOCR").setLevel(logging.CRITICAL)
        progress("Warming up the reader", 0.6)
        engine(_warm_up_picture())
        if engine.text_det is None or engine.text_rec is None:
            raise Fault("The text reader (rapidocr) found nothing to read on its test picture.", "Install it again.")
        self._engine = engine
        progress("The reader is ready", 1.0)

    def read(self, rgb: Picture) -> tuple[SeenText, ...]:
        """Lines written in the picture `rgb` (u8[height, width, 3]) in reading order; () for none."""
        if self._engine is None:
            raise Fault("The text reader was asked to read before it was loaded.")
        bgr, left, top = _without_thin_sides(np.ascontiguousarray(rgb[:, :, ::-1]))
        corners = self._find(bgr)
        if corners is None:
            return ()
        corners = corners[:_MOST_LINES]
        found = self._engine.recognize_txt(self._engine.crop_text_regions(bgr, corners))
        lines = []
        for each, text, score in zip(corners, found.txts, found.scores, strict=True):
            words = " ".join(text.split())
            if words and score >= (SURE if len(words) > 1 else SURE_OF_ONE):
                lines.append(SeenText(words, float(score), _box(each - (left, top), rgb.shape[1], rgb.shape[0])))
        return in_reading_order(lines)

    def _find(self, bgr: Picture) -> NDArray[np.float32] | None:
        """Corners of each line, f32[lines, 4, 2] in pixels, or None."""
        detector, longest = self._engine.text_det, max(bgr.shape[:2])
        side = min(max(_SHARE * longest, _SIDES[0]), _SIDES[1], longest)
        detector.limit_side_len = side
        corners = detector(bgr).boxes
        if corners is None:
            return None
        heights = np.linalg.norm(corners[:, 3] - corners[:, 0], axis=1) * side / longest
        if len(corners) >= _PAGE[0] and np.median(heights) < _PAGE[1] and longest > side:
            detector.limit_side_len = min(_PAGE_SIDE, longest)
            again = detector(bgr).boxes
            corners = corners if again is None else again
        return corners.astype(np.float32)


def _models() -> Path:
    found = importlib.util.find_spec("rapidocr")
    if found is None or not found.submodule_search_locations:
        raise Missing("The text reader (rapidocr) is not installed.", "Install requirements.lock again.")
    models = Path(found.submodule_search_locations[0]) / "models"
    for name, size in _MODELS.values():
        if not (models / name).is_file() or (models / name).stat().st_size != size:
            raise Missing(f"The text reader's {name} is missing or damaged.", "Install requirements.lock again.")
    return models


def _box(corners: NDArray[np.float32], width: int, height: int) -> tuple[float, float, float, float]:
    left, top = np.clip(corners.min(axis=0) / (width, height), 0, 1)
    right, bottom = np.clip(corners.max(axis=0) / (width, height), 0, 1)
    return float(left), float(top), float(right - left), float(bottom - top)


def _without_thin_sides(bgr: Picture) -> tuple[Picture, int, int]:
    """A strip gets a border of its own edge colours, for the detector knows no strips; and how much, left and top."""
    height, width = bgr.shape[:2]
    top = max(0, -(-width // _THIN) - height + 1) // 2
    left = max(0, -(-height // _THIN) - width + 1) // 2
    if not top and not left:
        return bgr, 0, 0
    return np.pad(bgr, ((top, top), (left, left), (0, 0)), mode="edge"), left, top


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
    image = Image.new("RGB", (320, 96), "white")
    ImageDraw.Draw(image).text((40, 20), "ready", fill="black", font=ImageFont.load_default(48))
    return np.asarray(image)
