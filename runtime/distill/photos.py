"""Finds the photos to learn from, and shows each in changing views: flipped, nearer, farther, darker, worse."""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from runtime.distill.boxes import Boxes
from runtime.settings import home

SIDE = 320
"""Pixels; the side of the square that the backbone sees in training and in use."""

VISIBLE = 0.4
"""Share of an object that a view must show for the object to count as in it."""


@dataclass(frozen=True, slots=True)
class View:
    """A window (left, top, width, height; shares of the photo, may reach beyond it), mirrored or not."""

    left: float = 0.0
    top: float = 0.0
    width: float = 1.0
    height: float = 1.0
    mirrored: bool = False


def training(data: Path) -> list[Path]:
    """The photos to learn from, in order of their names."""
    files = sorted((data / "images" / "coco_train2014_256").glob("*.jpg"))
    if not files:
        raise SystemExit(
            f"There are no photos in {data / 'images' / 'coco_train2014_256'}: name their folder with --data."
        )
    return files


def choose(random: np.random.Generator) -> View:
    """A random view: mirrored half the time; two of three nearer (to 0.55 of a side), the others farther (to 1.3)."""
    near = random.random() < 0.67
    width = random.uniform(0.55, 1.0) if near else random.uniform(1.0, 1.3)
    height = float(np.clip(width * random.uniform(0.85, 1.18), 0.5, 1.35))
    left, top = (random.uniform(min(0.0, 1 - each), max(0.0, 1 - each)) for each in (width, height))
    return View(left, top, float(width), height, bool(random.random() < 0.5))


def show(photo: Image.Image, view: View) -> Image.Image:
    """The view of the photo as `SIDE` by `SIDE` pixels; grey where it reaches beyond the photo."""
    wide, high = photo.size
    x, y = view.left * wide, view.top * high
    size = (SIDE, SIDE)
    steps = (view.width * wide / SIDE, 0.0, x, 0.0, view.height * high / SIDE, y)
    seen = photo.transform(size, Image.Transform.AFFINE, steps, Image.Resampling.BICUBIC, fillcolor=(127, 127, 127))
    return seen.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if view.mirrored else seen


def worsen(picture: Image.Image, random: np.random.Generator) -> Image.Image:
    """The picture as a cheap camera in poor light might have taken it: light, tint, blur, noise, compression."""
    pixels = np.asarray(picture, np.float32)
    pixels = 255 * (pixels / 255) ** random.uniform(0.7, 1.6) * random.uniform(0.5, 1.15)
    pixels = (pixels - 127) * random.uniform(0.75, 1.2) + 127 + random.normal(0, 7, 3)
    if random.random() < 0.35:
        pixels = pixels + random.normal(0, random.uniform(2, 14), pixels.shape)
    worse = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    if random.random() < 0.3:
        worse = worse.filter(ImageFilter.GaussianBlur(random.uniform(0.4, 1.6)))
    if random.random() < 0.3:
        packed = BytesIO()
        worse.save(packed, "JPEG", quality=int(random.integers(25, 70)))
        worse = Image.open(packed).convert("RGB")
    return worse


def boxes_in(view: View, boxes: Boxes) -> Boxes:
    """The boxes of a photo as they stand in a view of it; those less than `VISIBLE` in it are left out."""
    placed = boxes.copy()
    placed[:, [2, 4]] = (boxes[:, [2, 4]] - view.left) / view.width
    placed[:, [3, 5]] = (boxes[:, [3, 5]] - view.top) / view.height
    if view.mirrored:
        placed[:, [2, 4]] = 1 - placed[:, [4, 2]]
    area = np.prod(placed[:, 4:] - placed[:, 2:4], axis=1)
    placed[:, 2:] = np.clip(placed[:, 2:], 0, 1)
    left = np.prod(placed[:, 4:] - placed[:, 2:4], axis=1)
    return placed[left >= VISIBLE * np.maximum(area, 1e-9)]


def pixels(picture: Image.Image, mean: float = 127.0, deviation: float = 128.0) -> NDArray[np.float32]:
    """The picture as the backbone takes it: f32[3, height, width]."""
    return ((np.asarray(picture, np.float32) - mean) / deviation).transpose(2, 0, 1)


def arguments(about: str) -> argparse.ArgumentParser:
    """The options every step has."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder with images/ and teachers/")
    parser.add_argument(
        "--work", type=Path, default=home() / "distilled", help="folder for what is computed on the way"
    )
    parser.add_argument("--threads", type=int, default=1, help="processor threads to use")
    parser.add_argument("--pause", type=Path, help="rest while this file exists")
    return parser


def rest(pause: Path | None) -> None:
    """Wait as long as the file `pause` exists."""
    while pause is not None and pause.exists():
        time.sleep(1)
