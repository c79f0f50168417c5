"""Films of the demo photo's mug on its table: put down, moved, taken away, with a webcam's noise; made when needed."""

from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

from runtime.media import opencv, read_image

PHOTO = Path(__file__).parent.parent / "assets" / "demo" / "photo.jpg"
_RANDOM = np.random.default_rng(12)


def _smooth(values):
    return np.convolve(np.pad(values, 20, mode="reflect"), np.ones(41) / 41, mode="valid")


@cache
def table_and_mug():
    """The photo at 640 by 480 with its mug painted over by table and wall, the mug alone, and where it is opaque."""
    photo = np.asarray(Image.fromarray(read_image(PHOTO).rgb).resize((640, 480), Image.Resampling.LANCZOS))
    red, green, blue = (photo[..., channel].astype(int) for channel in range(3))
    opaque = (red > 1.5 * green) & (red > 1.5 * blue) & (red > 40)
    mask = (
        Image.fromarray((opaque * 255).astype(np.uint8))
        .filter(ImageFilter.MaxFilter(9))
        .filter(ImageFilter.MinFilter(7))
    )
    empty = photo.astype(np.float32)
    # Wall and wood from beside the mug, on the brightness of what is left and right of it.
    beside = photo[190:420, [*range(20, 240), *range(20, 100)]].astype(np.float32)
    left, right = (photo[190:420, at : at + 12].astype(np.float32).mean(axis=1, keepdims=True) for at in (246, 562))
    across = np.linspace(0, 1, 300)[None, :, None]
    smooth = np.asarray([np.apply_along_axis(_smooth, 0, row) for row in beside])
    empty[190:420, 260:560] = (1 - across) * left + across * right + beside - smooth
    empty = np.clip(empty, 0, 255).astype(np.uint8)
    return empty, photo, np.asarray(mask.filter(ImageFilter.GaussianBlur(0.7)), np.float32)[..., None] / 255


def mug_at(right, size=0.6):
    """The table with the mug `right` pixels from the left edge, `size` times as large; None for no mug."""
    empty, photo, mask = table_and_mug()
    if right is None:
        return empty
    box = (270, 190, 490, 415)
    width, height = round(220 * size), round(225 * size)
    mug = np.asarray(Image.fromarray(photo).crop(box).resize((width, height)), np.float32)
    cover = Image.fromarray((mask[..., 0] * 255).astype(np.uint8)).crop(box).resize((width, height))
    cover = np.asarray(cover, np.float32)[..., None] / 255
    scene = empty.astype(np.float32)
    spot = scene[415 - height : 415, right : right + width]
    spot[:] = cover * mug + (1 - cover) * spot
    return scene.astype(np.uint8)


def filmed(rgb, noise=4.0):
    """A frame of it, with the noise of a webcam."""
    return np.clip(rgb + _RANDOM.normal(0, noise, rgb.shape), 0, 255).astype(np.uint8)


def film(file, *parts, rate=10):
    """Write the video `file`: each of `parts` is (seconds, where the mug is), as `mug_at` takes it."""
    cv2 = opencv()
    writer = cv2.VideoWriter(str(file), cv2.VideoWriter.fourcc(*"mp4v"), rate, (640, 480))
    for seconds, place in parts:
        scene = mug_at(place)
        for _ in range(round(seconds * rate)):
            writer.write(np.ascontiguousarray(filmed(scene)[..., ::-1]))
    writer.release()
    return file
