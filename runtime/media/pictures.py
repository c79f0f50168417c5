"""Reads pictures of any kind as upright RGB, made small while they are decoded, within bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from runtime.errors import BadInput
from runtime.media.files import existing, unreadable
from runtime.types import VideoFrame

LONGEST_SIDE = 2048
"""Pixels; larger pictures are made smaller while they are decoded."""

_DECODED_BYTES = 320 << 20
"""What decoding one picture may take for a moment; JPEG decodes to a fraction of its size, other kinds do not."""

_PICTURE_KINDS = ("JPEG", "MPO", "PNG", "WEBP", "GIF", "BMP", "DIB", "TIFF", "PPM", "ICO", "AVIF")
"""Pillow knows more, but some of those run other programs or fetch things."""

_PICTURE_HELP = "JPEG, PNG, WebP, GIF, BMP and TIFF pictures can be seen."


def read_image(path: Path | str) -> VideoFrame:
    """The picture in the file `path`, upright, RGB, its longer side at most `LONGEST_SIDE` pixels.

    Of an animation the first picture; see-through parts become white; 16-bit and CMYK pictures are converted. Raises
    `BadInput` for a file that is no picture, is cut off, or would take too much memory to decode.
    """
    path = existing(Path(path))
    try:
        kinds = [kind for kind in _PICTURE_KINDS if kind in _known_kinds()]
        with _without_bomb_check(), path.open("rb") as raw, Image.open(raw, formats=kinds) as image:
            _check_size(path, image)
            image.draft(image.mode, (LONGEST_SIDE, LONGEST_SIDE))
            image.load()
            small = ImageOps.exif_transpose(_to_rgb(image))
    except UnidentifiedImageError as error:
        raise BadInput(f"{path} is not a picture that can be read.", available=_PICTURE_HELP) from error
    # Damaged pictures raise what the decoder at hand happens to raise.
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, TypeError, KeyError, MemoryError) as error:
        if isinstance(error, OSError) and error.errno:
            raise unreadable(path, error) from error
        raise BadInput(
            f"{path} is damaged or cut off: the picture cannot be decoded.", "Use another copy of it."
        ) from error
    return VideoFrame(np.ascontiguousarray(small, np.uint8))


def _known_kinds() -> set[str]:
    Image.init()
    return set(Image.OPEN)


@contextmanager
def _without_bomb_check() -> Iterator[None]:
    """Pillow only warns of huge pictures; `_check_size` refuses those that matter, and decodes the others small."""
    limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
    try:
        yield
    finally:
        Image.MAX_IMAGE_PIXELS = limit


def _check_size(path: Path, image: Image.Image) -> None:
    width, height = image.size
    if width < 1 or height < 1:
        raise BadInput(f"{path} is a picture without any pixels.", available=_PICTURE_HELP)
    pixels = width * height
    if image.format in ("JPEG", "MPO"):
        # A progressive JPEG keeps all its coefficients, two bytes each; a plain one is decoded row by row, reduced.
        needed = round(pixels * 2 * _coefficients(image)) if image.info.get("progressive") else pixels * 3 // 16
    else:
        wide = {"I;16": 2, "I;16B": 2, "I;16L": 2, "1": 1, "L": 1, "P": 5, "LA": 4}
        needed = pixels * wide.get(image.mode, 4)
    if needed > _DECODED_BYTES:
        raise BadInput(
            f"{path} is too large a picture: {width}×{height} pixels.",
            "Make it smaller.",
            f"This kind may have {pixels * _DECODED_BYTES // needed // 1_000_000} megapixels.",
        )


def _coefficients(image: Image.Image) -> float:
    """Per pixel of a JPEG: 1.5 where the colours have half the rows and columns, as from a camera, else up to 4."""
    layers = [layer[1:3] for layer in getattr(image, "layer", [])] or [(1, 1)] * 3
    return sum(across * down for across, down in layers) / (max(a for a, _ in layers) * max(d for _, d in layers))


def _to_rgb(image: Image.Image) -> Image.Image:
    """The decoded picture made small, then RGB on white, with its orientation note kept."""
    exif = image.getexif()
    see_through = "transparency" in image.info or image.mode in ("RGBA", "LA", "PA", "La", "RGBa")
    if image.mode in ("P", "PA", "1") or (see_through and image.mode not in ("RGBA", "RGBa", "LA", "La")):
        image = image.convert("RGBA" if see_through else "RGB")
    elif image.mode.startswith("I") or image.mode == "F":
        image = _to_eight_bits(image)
    factor = max(image.size) // LONGEST_SIDE
    if factor > 1:
        image = image.reduce(factor)
    if max(image.size) > LONGEST_SIDE:
        scale = LONGEST_SIDE / max(image.size)
        image = image.resize((max(1, round(image.width * scale)), max(1, round(image.height * scale))))
    if see_through:
        layer = image.convert("RGBA")
        image = Image.new("RGBA", layer.size, "white")
        image.alpha_composite(layer)
    rgb = image.convert("RGB")
    rgb.info["exif"] = exif.tobytes() if len(exif) else b""
    return rgb


def _to_eight_bits(image: Image.Image) -> Image.Image:
    step = max(1, max(image.size) // LONGEST_SIDE)
    values = np.asarray(image)[::step, ::step].astype(np.float32)
    values = np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)
    if image.mode == "F":
        low, high = float(values.min()), float(values.max())
        values = (values - low) * (255.0 / max(high - low, 1e-9))
    else:
        values = values / 257.0
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))
