"""Decides whether a picture still shows what it showed at the last look, so that the same percepts can be said again.

Pure: a picture becomes a small grid of brightness, and two grids are compared. Averaging over a cell takes out the
noise of a camera, the common part of the change takes out its automatic exposure; what is left is something that moved.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from runtime.types import Picture

Glance = NDArray[np.float32]
"""Mean luma (0…255) of each cell, f32[120, 160]."""

ROWS, COLUMNS = 120, 160

MOVED = 14.0
"""Luma by which one cell must change. One letter on a sign does that; the noise of a webcam, 8 per pixel and so 2 per
cell of 4 by 4, reaches 9 in the worst of all these cells."""

EXPOSURE = 24.0
"""Change of the whole picture's luma beyond which it counts as another scene: a light was switched."""


def glance(rgb: Picture) -> Glance:
    """The picture `rgb` (u8[height, width, 3]) made small, in about a millisecond for a camera frame."""
    small = Image.fromarray(rgb).resize((COLUMNS, ROWS), Image.Resampling.BOX)
    return np.asarray(small.convert("L"), np.float32)


def changed(before: Glance | None, now: Glance) -> bool:
    """Whether something moved, appeared or left between two glances, or the light changed; True without a `before`."""
    if before is None:
        return True
    change = now - before
    exposure = float(np.median(change))
    return abs(exposure) > EXPOSURE or float(np.abs(change - exposure).max()) > MOVED
