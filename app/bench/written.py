"""Draws pictures with writing in them, with the words known: signs, pages, and what a camera makes of both.

Every picture follows from the seed alone, given the fonts: DejaVu, which the window needs anyway, and Pillow's own.

    for each in signs(seed=1, count=20):
        read = [line.text for line in reader.read(each.picture)]
        found += words_found(each.words, read)
        known += len(each.words)
"""

from __future__ import annotations

import io
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from runtime.types import Picture

FONTS = ("", "DejaVuSans", "DejaVuSans-Bold", "DejaVuSerif", "DejaVuSerif-Bold", "DejaVuSansMono")
"""Names of font files; "" is Pillow's own. Those a machine lacks are replaced by that."""

_SIGN_WORDS = (
    "EXIT OPEN CLOSED PUSH PULL DANGER PRIVATE PARKING TICKET OFFICE COFFEE BAKERY MUSEUM PLATFORM STATION KITCHEN "
    "ELEVATOR STAIRS EMERGENCY DOOR PLEASE WAIT HERE WELCOME FRESH BREAD MILK TODAY BOOKS MUSIC FLOOR GARDEN CAUTION "
    "Library Reception Toilets Pharmacy Harbour Market Visitors Only Keep Right Mind Your Step Quiet Room Meeting "
    "Staff Bicycles Central Avenue Bridge Street North School Zone Slow Stop Speed Limit Taxi Airport Gate Arrivals"
)
_PAGE_WORDS = (
    "the of and a to in was that it he with as his on be at by had not are but from or have an they which one you "
    "were all her she there would their we him been has when who will more no if out so said what up its about into "
    "than them can only other new some could time these two may then do first any my now such like our over man me "
    "even most made after also did many before must through years where much your way well down should because each "
    "just those people how too little state good very make world still own see men work long here get both between "
    "life being under never day same another know while last might us great old year off come since against go came "
    "right used take three harbour morning window lantern kitchen letter garden station voyage captain winter silver "
    "market question answer picture mountain weather village journey quietly evening teacher breakfast telephone "
    "umbrella"
)
_INKS = (
    *[((15, 15, 15), (250, 250, 250)), ((250, 250, 250), (0, 95, 60)), ((255, 255, 255), (15, 40, 120))],
    *[((255, 215, 0), (20, 20, 20)), ((20, 20, 20), (255, 205, 40)), ((255, 255, 255), (190, 20, 30))],
    *[((120, 10, 20), (240, 230, 205)), ((30, 60, 140), (225, 235, 245)), ((60, 60, 60), (205, 205, 200))],
)


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """A picture, u8[height, width, 3]; its `words` in reading order; and what was done to it, in a word or two."""

    picture: Picture
    words: tuple[str, ...]
    kind: str


def signs(seed: int = 0, count: int = 24) -> Iterator[Written]:
    """Signs as drawn, 640×480: one to three lines, letters 20 to 64 pixels high, in several fonts and colours."""
    for number in range(count):
        dice = np.random.default_rng((seed, 1, number))
        plate, lines = _plate(dice, int(dice.integers(20, 65)), (600, 440))
        wall = Image.new("RGB", (640, 480), tuple(int(each) for each in dice.integers(60, 220, 3)))
        wide, high = _room(wall, plate)
        wall.paste(plate, (int(dice.integers(0, wide + 1)), int(dice.integers(0, high + 1))))
        yield Written(np.asarray(wall), _words(lines), "sign")


def pages(seed: int = 0, count: int = 8, columns: int = 1) -> Iterator[Written]:
    """Pages of text, 1240×900: a heading and 20 to 30 lines, letters 18 to 26 pixels high, in one or more columns."""
    for number in range(count):
        dice = np.random.default_rng((seed, 2, number))
        yield _page(dice, (1240, 900), int(dice.integers(18, 27)), columns)


def photographed(
    seed: int = 0, count: int = 32, backgrounds: Sequence[Picture] = (), size: tuple[int, int] = (1280, 720)
) -> Iterator[Written]:
    """Signs as a camera sees them, before `backgrounds` (a drawn texture where none is given), `size` wide and high.

    Each is turned and seen aslant, and one thing more, in turn: nothing, blur, noise, low light, a curved surface, a
    shadow, strong compression, no plate behind the letters.
    """
    effects = ("aslant", "blur", "noise", "low light", "curved", "shadow", "compressed", "no plate")
    for number in range(count):
        dice = np.random.default_rng((seed, 3, number))
        effect = effects[number % len(effects)]
        height = int(dice.integers(26, 90)) * max(size) // 1280
        plate, lines = _plate(dice, max(18, height), (size[0] * 3 // 4, size[1] * 3 // 4), bare=effect == "no plate")
        if effect == "curved":
            plate = _bent(plate, float(dice.uniform(0.08, 0.2)))
        scene = _background(dice, backgrounds, size)
        sheet = _aslant(dice, plate, size)
        scene.paste(sheet, (0, 0), sheet)
        yield Written(_through_a_camera(dice, scene, effect, height), _words(lines), effect)


def photographed_pages(seed: int = 0, count: int = 6, backgrounds: Sequence[Picture] = ()) -> Iterator[Written]:
    """Pages held before a camera of 1920×1080: aslant, a little blurred and noisy."""
    for number in range(count):
        dice = np.random.default_rng((seed, 4, number))
        page = _page(dice, (1240, 900), int(dice.integers(24, 31)), 1)
        scene = _background(dice, backgrounds, (1920, 1080))
        sheet = _aslant(dice, Image.fromarray(page.picture).convert("RGBA"), (1920, 1080), 0.06)
        scene.paste(sheet, (0, 0), sheet)
        yield Written(_through_a_camera(dice, scene, "aslant", 30), page.words, "page before a camera")


def words_found(words: Iterable[str], read: Iterable[str]) -> int:
    """How many of `words` stand in the lines `read`, each as often as it is there; case and punctuation aside."""
    return sum((Counter(map(_plain, words)) & _all_words(read)).values())


def words_invented(words: Iterable[str], read: Iterable[str]) -> int:
    """How many words of the lines `read` stand nowhere in `words`."""
    return sum((_all_words(read) - Counter(map(_plain, words))).values())


def _all_words(lines: Iterable[str]) -> Counter[str]:
    return Counter(word for line in lines for each in line.split() if (word := _plain(each)))


def _plain(word: str) -> str:
    return re.sub(r"[^\w]", "", word).casefold()


def _words(lines: Iterable[str]) -> tuple[str, ...]:
    return tuple(word for line in lines for word in line.split())


def font(name: str, height: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The font of that file name, or Pillow's own, whose letters are about `height` pixels from top to bottom."""
    try:
        return ImageFont.truetype(f"{name}.ttf", height) if name else ImageFont.load_default(height)
    except OSError:
        return ImageFont.load_default(height)


def _some(dice: np.random.Generator, words: str) -> str:
    return str(dice.choice(words.split()))


def _plate(
    dice: np.random.Generator, height: int, most: tuple[int, int], bare: bool = False
) -> tuple[Image.Image, list[str]]:
    lines = []
    for _ in range(int(dice.integers(1, 4))):
        words = [_some(dice, _SIGN_WORDS) for _ in range(int(dice.integers(1, 4)))]
        if dice.random() < 0.3:
            words.append(
                str(dice.choice([f"{dice.integers(1, 999)}", f"{dice.integers(6, 22)}:{dice.integers(10, 59)}"]))
            )
        lines.append(" ".join(words))
    pen_font = font(str(dice.choice(FONTS)), height)
    while max(_width(pen_font, line) for line in lines) + height > most[0]:
        lines = [line.rsplit(" ", 1)[0] if " " in line else line for line in lines]
        if all(" " not in line for line in lines):
            height = height * 4 // 5
            pen_font = font("", height)
    ink, paint = _INKS[int(dice.integers(len(_INKS)))]
    size = (int(max(_width(pen_font, line) for line in lines) + height), int(height * (1.4 * len(lines) + 0.7)))
    plate = Image.new("RGBA", size, (*paint, 0 if bare else 255))
    pen = ImageDraw.Draw(plate)
    for number, line in enumerate(lines):
        edge = {"stroke_width": max(2, height // 10), "stroke_fill": paint} if bare else {}
        pen.text((height / 2, height * (0.3 + 1.4 * number)), line, fill=ink, font=pen_font, **edge)
    return plate, lines


def _page(dice: np.random.Generator, size: tuple[int, int], height: int, columns: int) -> Written:
    paper = Image.new("RGB", size, tuple(int(each) for each in dice.integers(235, 256, 3)))
    pen = ImageDraw.Draw(paper)
    name = str(dice.choice(FONTS))
    heading = " ".join(_some(dice, _SIGN_WORDS) for _ in range(3))
    pen.text((60, 40), heading, fill=(10, 10, 10), font=font(name, height * 2))
    body = font(name, height)
    width = (size[0] - 120 - 50 * (columns - 1)) // columns
    lines = [heading]
    most = int((size[1] - 80 - height * 3.5) / (height * 1.45))
    for column in range(columns):
        for row in range(most):
            line = ""
            while True:
                longer = f"{line} {_some(dice, _PAGE_WORDS)}".strip()
                if _width(body, longer) > width:
                    break
                line = longer
            lines.append(line + ("." if row % 4 == 3 and _width(body, line + ".") <= width else ""))
            at = (60 + column * (width + 50), 40 + height * (3.5 + 1.45 * row))
            pen.text(at, lines[-1], fill=(25, 25, 25), font=body)
    return Written(np.asarray(paper), _words(lines), "page" if columns == 1 else f"page of {columns} columns")


def _width(pen_font: ImageFont.FreeTypeFont | ImageFont.ImageFont, line: str) -> float:
    return pen_font.getlength(line)


def _room(outer: Image.Image, inner: Image.Image) -> tuple[int, int]:
    return max(0, outer.width - inner.width), max(0, outer.height - inner.height)


def _background(dice: np.random.Generator, backgrounds: Sequence[Picture], size: tuple[int, int]) -> Image.Image:
    if backgrounds:
        photo = Image.fromarray(backgrounds[int(dice.integers(len(backgrounds)))])
        return photo.resize(size, Image.Resampling.BICUBIC)
    scene = np.zeros((size[1], size[0], 3), np.float32) + dice.integers(40, 200, 3)
    for octave in range(1, 7):
        light = dice.integers(0, 256, (2**octave, 2**octave, 1)) + dice.integers(-40, 41, (2**octave, 2**octave, 3))
        grain = Image.fromarray(np.clip(light, 0, 255).astype(np.uint8)).resize(size, Image.Resampling.BICUBIC)
        scene += (np.asarray(grain, np.float32) - 128) * (0.7 / octave)
    return Image.fromarray(np.clip(scene, 0, 255).astype(np.uint8))


def _bent(plate: Image.Image, share: float) -> Image.Image:
    """The plate on a cylinder seen from a little above: columns sink towards both ends, and grow narrow there."""
    sink = int(plate.height * share) + int(plate.width * share / 4)
    pixels = np.zeros((plate.height + sink, plate.width, 4), np.uint8)
    flat = np.asarray(plate)
    across = np.linspace(-1, 1, plate.width)
    sources = np.clip((np.arcsin(across * 0.9) / math.asin(0.9) + 1) / 2 * (plate.width - 1), 0, plate.width - 1)
    for column, (source, place) in enumerate(zip(sources.round().astype(int), across, strict=True)):
        top = round(sink * (1 - math.sqrt(1 - 0.8 * place**2)))
        pixels[top : top + plate.height, column] = flat[:, source]
    return Image.fromarray(pixels)


def _aslant(dice: np.random.Generator, plate: Image.Image, size: tuple[int, int], slant: float = 0.16) -> Image.Image:
    """The plate turned by up to 12 degrees and seen from one side, somewhere on an empty sheet of `size`, RGBA."""
    width, height = plate.size
    scale = min(1.0, 0.9 * size[0] / width, 0.85 * size[1] / height)
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float64) - (width / 2, height / 2)
    turn = math.radians(float(dice.uniform(-1, 1)) * 75 * slant)
    placed = corners * scale @ np.array([[math.cos(turn), math.sin(turn)], [-math.sin(turn), math.cos(turn)]])
    placed *= 1 + float(dice.uniform(-1, 1)) * slant * np.array([1, 1, -1, -1])[:, None] * (1, 0.3)
    placed *= 1 + float(dice.uniform(-1, 1)) * slant * np.array([1, -1, -1, 1])[:, None] * (0.3, 1)
    low, high = placed.min(0), placed.max(0)
    shrink = min(1.0, *(0.96 * np.array(size) / (high - low)))
    placed, low, high = placed * shrink, low * shrink, high * shrink
    placed += -low + dice.random(2) * np.maximum(0, np.array(size) - (high - low))
    return plate.transform(
        size,
        Image.Transform.PERSPECTIVE,
        _homography(placed, corners + np.array([width / 2, height / 2])).tolist(),
        Image.Resampling.BICUBIC,
    )


def _homography(come_from: NDArray[np.float64], go_to: NDArray[np.float64]) -> NDArray[np.float64]:
    """The eight numbers that take each of four points, f64[4, 2], to its counterpart, as Pillow wants them."""
    rows = []
    for (x, y), (u, v) in zip(come_from, go_to, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
    return np.asarray(np.linalg.solve(np.array(rows), go_to.reshape(-1)), np.float64)


def _through_a_camera(dice: np.random.Generator, scene: Image.Image, effect: str, height: int) -> Picture:
    blur = min(height / 14, 2.5) if effect == "blur" else float(dice.uniform(0, 0.8))
    pixels = np.asarray(scene.filter(ImageFilter.GaussianBlur(blur)), np.float32)
    if effect == "shadow":
        edge = np.linspace(-6, 6, scene.width) + float(dice.uniform(-3, 3))
        pixels = pixels * (0.35 + 0.65 / (1 + np.exp(-3 * edge)))[None, :, None]
    if effect == "low light":
        pixels = pixels * float(dice.uniform(0.12, 0.25))
    grain = {"noise": dice.uniform(12, 25), "low light": dice.uniform(3, 7)}.get(effect, dice.uniform(0, 5))
    pixels = np.clip(pixels + dice.normal(0, grain, pixels.shape), 0, 255).astype(np.uint8)
    packed = io.BytesIO()
    Image.fromarray(pixels).save(packed, "JPEG", quality=25 if effect == "compressed" else 85)
    return np.asarray(Image.open(packed).convert("RGB"))
