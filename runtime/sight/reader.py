"""Reads what is written in a picture: lines of text with their place, in reading order."""

from __future__ import annotations

import ctypes
import importlib.util
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from runtime.errors import Fault, Missing
from runtime.ports import Progress, Sessions, no_progress
from runtime.sight.text_lines import Corners, batch, cut_out, find_lines, for_network, letters, line_height
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
_AT_ONCE = 4
_THIN = 8

_C_LIBRARY = ctypes.CDLL(None) if sys.platform == "linux" else None

_MODELS = {"detector": ("PP-OCRv6_det_small.onnx", 9_929_594), "recogniser": ("PP-OCRv6_rec_small.onnx", 21_234_383)}
"""Files inside the rapidocr package and their sizes. Its own code is left aside: it takes a second to import, talks,
and would fetch a file it misses."""


class Reader:
    """PP-OCRv6 small, detector and recogniser, on the graphs that the rapidocr package carries."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._detector: ort.InferenceSession | None = None
        self._recogniser: ort.InferenceSession | None = None
        self._alphabet: list[str] = []
        self._tidy = ort.RunOptions()
        # Each picture has its own size; without this the memory of the largest would be kept for good.
        self._tidy.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")

    def load(self, progress: Progress = no_progress) -> None:
        """Open both graphs and read one word as a check.

        Raises `Missing` when the package or a file of it is not there, `Fault` when it cannot read.
        """
        progress("Learning to read", 0.0)
        models = _models()
        self._detector = self._sessions.open(models / _MODELS["detector"][0], "reader")
        progress("Learning to read", 0.3)
        self._recogniser = self._sessions.open(models / _MODELS["recogniser"][0], "reader")
        signs = self._recogniser.get_modelmeta().custom_metadata_map.get("character", "").splitlines()
        self._alphabet = ["", *signs, " "]
        progress("Warming up the reader", 0.8)
        if [line.text for line in self.read(_warm_up_picture())] != ["ready"]:
            raise Fault("The text reader (rapidocr's graphs) cannot read its test picture.", "Install it again.")
        progress("The reader is ready", 1.0)

    def read(self, rgb: Picture) -> tuple[SeenText, ...]:
        """Lines written in the picture `rgb` (u8[height, width, 3]) in reading order; () for none."""
        # Both graphs were trained on pictures whose channels come in the order blue, green, red.
        bgr, left, top = _without_thin_sides(np.ascontiguousarray(rgb[:, :, ::-1]))
        corners = self._find(bgr)
        if not corners:
            return ()
        lines = []
        for each, (text, sure) in zip(corners, self._recognise(bgr, corners), strict=True):
            words = " ".join(text.split())
            if words and sure >= (SURE if len(words) > 1 else SURE_OF_ONE):
                lines.append(SeenText(words, sure, _box(each - (left, top), rgb.shape[1], rgb.shape[0])))
        _give_memory_back()
        return in_reading_order(lines)

    def _find(self, bgr: Picture) -> list[Corners]:
        longest = max(bgr.shape[:2])
        side = min(max(_SHARE * longest, _SIDES[0]), _SIDES[1], longest)
        corners = self._detect(bgr, side)
        heights = [line_height(each) * side / longest for each in corners]
        if len(corners) >= _PAGE[0] and np.median(heights) < _PAGE[1] and longest > side:
            corners = self._detect(bgr, min(_PAGE_SIDE, longest))
        return corners[:_MOST_LINES]

    def _detect(self, bgr: Picture, side: float) -> list[Corners]:
        height, width = bgr.shape[:2]
        rows, columns = (max(1, round(each * side / max(height, width) / 32)) * 32 for each in (height, width))
        (ink,) = self._run(self._detector, for_network(bgr, columns, rows)[None])
        return find_lines(ink[0, 0], width, height)

    def _recognise(self, bgr: Picture, corners: Sequence[Corners]) -> list[tuple[str, float]]:
        strips = [cut_out(bgr, each) for each in corners]
        # Strips of like length share a batch, so that little of it is empty.
        order = sorted(range(len(strips)), key=lambda number: strips[number].shape[1] / strips[number].shape[0])
        read = [("", 0.0)] * len(strips)
        for start in range(0, len(order), _AT_ONCE):
            numbers = order[start : start + _AT_ONCE]
            (steps,) = self._run(self._recogniser, batch([strips[number] for number in numbers]))
            for number, each in zip(numbers, steps, strict=True):
                read[number] = letters(each, self._alphabet)
        return read

    def _run(self, session: ort.InferenceSession | None, pixels: NDArray[np.float32]) -> Any:
        if session is None:
            raise Fault("The text reader was asked to read before it was loaded.")
        return session.run(None, {session.get_inputs()[0].name: pixels}, self._tidy)


def _models() -> Path:
    found = importlib.util.find_spec("rapidocr")
    if found is None or not found.submodule_search_locations:
        raise Missing("The text reader (rapidocr) is not installed.", "Install requirements.lock again.")
    models = Path(found.submodule_search_locations[0]) / "models"
    for name, size in _MODELS.values():
        if not (models / name).is_file() or (models / name).stat().st_size != size:
            raise Missing(f"The text reader's {name} is missing or damaged.", "Install requirements.lock again.")
    return models


def _give_memory_back() -> None:
    """What reading freed goes back to the system, 110 MB after some signs; other C libraries do that unasked."""
    trim = getattr(_C_LIBRARY, "malloc_trim", None)
    if trim is not None:
        trim(0)


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
