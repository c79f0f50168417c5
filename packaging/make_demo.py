"""Renders assets/demo/photo.jpg, our own picture for the demo: a coffee mug on a table, below a sign.

    python packaging/make_demo.py

Nothing in it is anybody's photo: the scene is a handful of formulas. Each pixel's ray walks as far as the nearest
surface is away until it meets one (Hart, "Sphere Tracing", 1996); a lamp with soft shadows, the dimness of corners and
the sheen of glaze make it look like a photo. A minute on two cores.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

Points = NDArray[np.float32]

ROOT = Path(__file__).parent.parent
SIZE = (960, 720)
SIGN = ("FRESH COFFEE", "OPEN 8 TO 5")

EYE, TARGET, ZOOM = (-0.1, 2.3, 3.7), (-0.02, 0.86, 0.1), 2.3
LAMP = (-2.6, 4.2, 3.0)
MUG, TURN = (0.2, 0.0, 0.4), -0.4
WALL = -1.35
SIGN_BOX = (-0.5, 1.6, 0.95, 0.41)
"""Middle and half sizes, in x and y, of the sign on the wall."""

NOTHING, TABLE, PLASTER, GLAZE, COFFEE, BOARD = range(6)


def length(*parts: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.sqrt(sum(part * part for part in parts))


def unit(vectors: Points) -> Points:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)


def smooth_least(a: NDArray[np.float32], b: NDArray[np.float32], blend: float) -> NDArray[np.float32]:
    share = np.clip(0.5 + 0.5 * (b - a) / blend, 0, 1)
    return b + (a - b) * share - blend * share * (1 - share)


def tube(radius: NDArray[np.float32], y: NDArray[np.float32], wide: float, low: float, high: float, soft: float):
    """Distance to a solid cylinder with rounded edges."""
    across = radius - wide + soft
    along = np.abs(y - (low + high) / 2) - (high - low) / 2 + soft
    return np.minimum(np.maximum(across, along), 0) + length(np.maximum(across, 0), np.maximum(along, 0)) - soft


def distances(points: Points) -> NDArray[np.float32]:
    """Distance to each material's surface, f32[materials, points]."""
    x, y, z = points[:, 0], points[:, 1], points[:, 2]
    mx, mz = x - MUG[0], z - MUG[2]
    mx, mz = mx * np.cos(TURN) - mz * np.sin(TURN), mx * np.sin(TURN) + mz * np.cos(TURN)
    radius = length(mx, mz)
    outside = tube(radius, y, 0.50, 0.0, 1.12, 0.05)
    hollow = tube(radius, y, 0.445, 0.08, 2.0, 0.06)
    body = np.maximum(outside, -hollow)
    ring = length(mx - 0.50, (y - 0.58) * 0.92)
    handle = np.maximum(length(ring - 0.29, mz * 0.8) - 0.062, 0.44 - radius)
    mug = smooth_least(body, handle, 0.05)
    coffee = np.maximum(radius - 0.46, np.abs(y - 0.93) - 0.01)
    bx, by = np.abs(x - SIGN_BOX[0]) - SIGN_BOX[2], np.abs(y - SIGN_BOX[1]) - SIGN_BOX[3]
    bz = np.abs(z - WALL) - 0.05
    board = length(np.maximum(bx, 0), np.maximum(by, 0), np.maximum(bz, 0)) + np.minimum(
        np.maximum(np.maximum(bx, by), bz), 0
    )
    far = np.full_like(x, 1e3)
    return np.stack([far, y, z - WALL, mug, coffee, board])


def nearest(points: Points) -> NDArray[np.float32]:
    return distances(points).min(axis=0)


def march(origin: Points, direction: Points, farthest: float = 14.0) -> NDArray[np.float32]:
    """How far each ray goes until it meets a surface; `farthest` if it meets none."""
    gone = np.zeros(len(origin), np.float32)
    walking = np.arange(len(origin))
    for _ in range(140):
        step = nearest(origin[walking] + direction[walking] * gone[walking, None])
        gone[walking] += 0.9 * step
        walking = walking[(step > 6e-4) & (gone[walking] < farthest)]
        if not len(walking):
            break
    return np.minimum(gone, farthest)


def normals(points: Points) -> Points:
    around = np.zeros_like(points)
    for corner in np.array([(1, -1, -1), (-1, -1, 1), (-1, 1, -1), (1, 1, 1)], np.float32):
        around += corner * nearest(points + corner * 1e-3)[:, None]
    return unit(around)


def lamp_light(points: Points) -> NDArray[np.float32]:
    """Share of the lamp that each point sees: the closer a ray passes by a surface, the less."""
    towards = np.array(LAMP, np.float32) - points
    far = np.linalg.norm(towards, axis=1)
    direction = towards / far[:, None]
    seen, gone = np.ones(len(points), np.float32), np.full(len(points), 0.03, np.float32)
    for _ in range(48):
        clear = nearest(points + direction * gone[:, None])
        seen = np.minimum(seen, np.clip(0.5 + 5.5 * clear / gone, 0, 1))
        gone += np.clip(clear, 0.02, 0.25)
        gone = np.minimum(gone, far)
    return seen * seen * (3 - 2 * seen)


def openness(points: Points, normal: Points) -> NDArray[np.float32]:
    """Near 0 in a corner, 1 in the open."""
    closed = np.zeros(len(points), np.float32)
    for number in range(1, 7):
        away = 0.075 * number
        closed += (away - nearest(points + normal * away)) * 0.72**number
    return np.clip(1 - 2.1 * closed, 0.12, 1)


def noise(x: NDArray[np.float32], y: NDArray[np.float32], seed: int) -> NDArray[np.float32]:
    """Smooth values in 0…1 that wander with x and y."""
    grid = np.random.default_rng(seed).random((64, 64), np.float32)
    left, top = np.floor(x).astype(int), np.floor(y).astype(int)
    u, v = x - left, y - top
    u, v = u * u * (3 - 2 * u), v * v * (3 - 2 * v)
    a, b = grid[top % 64, left % 64], grid[top % 64, (left + 1) % 64]
    c, d = grid[(top + 1) % 64, left % 64], grid[(top + 1) % 64, (left + 1) % 64]
    return (a * (1 - u) + b * u) * (1 - v) + (c * (1 - u) + d * u) * v


def wood(points: Points) -> Points:
    x, z = points[:, 0], points[:, 2]
    plank = np.floor(z / 0.62)
    grain = noise(x * 0.9 + plank * 7.3, z * 9 + plank * 3.1, 1)
    rings = 0.5 + 0.5 * np.sin(34 * (z + 0.16 * grain) + 5 * noise(x * 1.6 + plank * 11, z * 2.5, 2))
    fine = noise(x * 9, z * 130, 3)
    shade = 0.62 + 0.2 * rings + 0.14 * fine + 0.09 * noise(plank * 5.7, plank * 0 + 0.5, 4)
    gap = np.clip(np.abs(z / 0.62 - np.round(z / 0.62)) * 0.62 / 0.008, 0, 1)
    return np.stack([0.56 * shade, 0.34 * shade, 0.19 * shade], -1) * (0.35 + 0.65 * gap[:, None])


def sign() -> NDArray[np.float32]:
    """The sign's face, linear light, f32[rows, columns, 3]."""
    height = 480
    width = round(height * SIGN_BOX[2] / SIGN_BOX[3])
    face = Image.new("RGB", (width, height), (28, 62, 54))
    draw = ImageDraw.Draw(face)
    draw.rectangle((14, 14, width - 15, height - 15), outline=(226, 214, 180), width=7)
    for words, top, size in zip(SIGN, (84, 268), (128, 104), strict=True):
        font = ImageFont.load_default(size)
        draw.text(((width - font.getlength(words)) / 2, top), words, font=font, fill=(238, 230, 206))
    return (np.asarray(face, np.float32) / 255) ** 2.2


def colours(points: Points, material: NDArray[np.intp]) -> Points:
    """Each point's own colour, linear light."""
    x, y = points[:, 0], points[:, 1]
    plaster = (
        np.array((0.60, 0.55, 0.47)) * (0.9 + 0.12 * noise(x * 3, y * 3, 5) + 0.05 * noise(x * 40, y * 40, 6))[:, None]
    )
    face = sign()
    column = np.clip((x - SIGN_BOX[0] + SIGN_BOX[2]) / (2 * SIGN_BOX[2]) * face.shape[1], 0, face.shape[1] - 1).astype(
        int
    )
    row = np.clip((SIGN_BOX[1] + SIGN_BOX[3] - y) / (2 * SIGN_BOX[3]) * face.shape[0], 0, face.shape[0] - 1).astype(int)
    glaze = np.broadcast_to(np.array((0.62, 0.07, 0.05)), points.shape)
    coffee = np.broadcast_to(np.array((0.035, 0.014, 0.006)), points.shape)
    choices = [np.zeros_like(points), wood(points), plaster, glaze, coffee, face[row, column]]
    return np.choose(material[:, None], choices).astype(np.float32)


def surroundings(direction: Points) -> Points:
    """What glaze mirrors: a room with a bright window behind the viewer, to the left."""
    up = np.clip(0.5 + 0.5 * direction[:, 1], 0, 1)[:, None]
    room = np.array((0.16, 0.12, 0.09)) * (1 - up) + np.array((0.42, 0.40, 0.37)) * up
    across, high = (
        direction[:, 0] / np.maximum(direction[:, 2], 0.05),
        direction[:, 1] / np.maximum(direction[:, 2], 0.05),
    )
    pane = (direction[:, 2] > 0) & (np.abs(across + 1.0) < 0.55) & (np.abs(high - 0.75) < 0.6)
    pane &= (np.abs(across + 1.0) > 0.03) & (np.abs(high - 0.75) > 0.03)
    return (room + pane[:, None] * np.array((2.6, 2.7, 2.9))).astype(np.float32)


def shade(origin: Points, direction: Points, mirrors: bool = True) -> Points:
    """The light that comes back along each ray."""
    gone = march(origin, direction)
    points = origin + direction * gone[:, None]
    material = distances(points).argmin(axis=0)
    normal = normals(points)
    own = colours(points, material)
    towards = np.array(LAMP, np.float32) - points
    far = np.linalg.norm(towards, axis=1, keepdims=True)
    towards /= far
    facing = np.clip((normal * towards).sum(1), 0, 1)
    lit = lamp_light(points + normal * 2e-3) * facing * 26 / far[:, 0] ** 2
    open_ = openness(points, normal)
    sky = np.array((0.34, 0.36, 0.40)) * (0.65 + 0.35 * normal[:, 1:2])
    bounce = np.array((0.16, 0.10, 0.06)) * np.clip(-normal[:, 1:2] * 0.5 + 0.5, 0, 1)
    light = own * (lit[:, None] * np.array((1.0, 0.93, 0.82)) + (sky + bounce) * open_[:, None])
    shiny = np.isin(material, (GLAZE, COFFEE, TABLE))
    if mirrors and shiny.any():
        back = direction - 2 * (direction * normal).sum(1, keepdims=True) * normal
        head_on = np.clip(-(direction * normal).sum(1), 0, 1)
        strength = np.where(material == TABLE, 0.02 + 0.25 * (1 - head_on) ** 5, 0.045 + 0.95 * (1 - head_on) ** 5)
        glossy = np.flatnonzero(shiny & (strength > 0.01))
        start = points[glossy] + normal[glossy] * 4e-3
        away = march(start, back[glossy], 6.0)
        mirrored = surroundings(back[glossy])
        met = np.flatnonzero(away < 5.9)
        if len(met):
            mirrored[met] = shade(start[met], back[glossy][met], mirrors=False)
        half = unit(towards - direction)
        spark = np.clip((normal * half).sum(1), 0, 1) ** 260 * np.where(material == TABLE, 0.0, 5.0)
        light[glossy] += mirrored * strength[glossy, None]
        light += (spark * lamp_light(points + normal * 2e-3))[:, None]
    return light.astype(np.float32)


def picture() -> Image.Image:
    width, height = SIZE
    eye, target = np.array(EYE, np.float32), np.array(TARGET, np.float32)
    ahead = unit(target - eye)
    right = unit(np.cross(ahead, (0, 1, 0)).astype(np.float32))
    up = np.cross(right, ahead)
    light = np.zeros((height, width, 3), np.float32)
    offsets = ((0.125, 0.375), (0.625, 0.125), (0.875, 0.625), (0.375, 0.875))
    for dx, dy in offsets:
        x = (np.arange(width) + dx - width / 2) / height * 2
        y = (height / 2 - np.arange(height) - dy) / height * 2
        for top in range(0, height, 48):
            rays = (ahead * ZOOM + x[None, :, None] * right + y[top : top + 48, None, None] * up).reshape(-1, 3)
            rays = unit(rays.astype(np.float32))
            light[top : top + 48] += shade(np.broadcast_to(eye, rays.shape), rays).reshape(-1, width, 3) / len(offsets)
    return developed(light)


def developed(light: NDArray[np.float32]) -> Image.Image:
    """Light to a photo: a lens that darkens towards the corners, film-like highlights, a little glow and grain."""
    height, width = light.shape[:2]
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    light = light * (1 - 0.16 * (x * x + y * y))[:, :, None] * 0.85
    toned = (light * (2.51 * light + 0.03)) / (light * (2.43 * light + 0.59) + 0.14)
    image = Image.fromarray((np.clip(toned, 0, 1) ** (1 / 2.2) * 255).astype(np.uint8))
    glow = image.filter(ImageFilter.GaussianBlur(12))
    image = Image.blend(image, glow, 0.06).filter(ImageFilter.GaussianBlur(0.5))
    grain = np.random.default_rng(7).normal(0, 2.2, (height, width, 3)).astype(np.float32)
    return Image.fromarray(np.clip(np.asarray(image, np.float32) + grain, 0, 255).astype(np.uint8))


if __name__ == "__main__":
    target_file = ROOT / "assets" / "demo" / "photo.jpg"
    target_file.parent.mkdir(parents=True, exist_ok=True)
    picture().save(target_file, quality=90, optimize=True)
    print(f"wrote {target_file.relative_to(ROOT)}")
