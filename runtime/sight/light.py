"""Decides how well a picture can be seen at all: too dark, too bright, too blurred, or dim enough for doubt."""

from __future__ import annotations

from enum import Enum

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from runtime.types import Picture

_DARK, _BRIGHT = 14.0, 244.0
"""Mean luma 0…255 beyond which a picture without contrast shows nothing."""

_FLAT = 9.0
"""Standard deviation of luma below which a picture has no contrast to see anything by."""

_BLURRED = 1.6
"""Mean absolute Laplacian of the picture at 320 pixels' width below which no edge is left."""

_DIM, _SOFT = 30.0, 3.0
"""Mean luma, and mean absolute Laplacian, below which what is seen is doubtful."""


class View(Enum):
    """How well a picture can be seen."""

    CLEAR = ""
    DIM = "dim"
    DARK = "it is too dark to tell"
    BRIGHT = "it is too bright to tell"
    BLURRED = "the picture is too blurred to tell"
    MISSING = "there is no picture just now"


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
    sharp = edges(luma)
    if sharp < _BLURRED:
        return View.BLURRED
    return View.DIM if mean < _DIM or sharp < _SOFT else View.CLEAR


def edges(luma: NDArray[np.float32]) -> float:
    """Mean absolute Laplacian of luma f32[height, width]: near 0 where nothing is sharp."""
    if min(luma.shape) < 3:
        return 0.0
    middle = luma[1:-1, 1:-1]
    around = luma[:-2, 1:-1] + luma[2:, 1:-1] + luma[1:-1, :-2] + luma[1:-1, 2:]
    return float(np.abs(around - 4 * middle).mean())
