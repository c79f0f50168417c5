"""Decides which colour word a thing gets, and whether it gets one: only where one colour clearly dominates.

Colours are told apart in Oklab (Ottosson, "A perceptual color space for image processing", 2020), where equal distances
look equally large: lightness 0…1, chroma (distance from grey, up to about 0.3) and hue in degrees.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from runtime.types import Box, Picture

WORDS = ("black", "grey", "white", "red", "orange", "yellow", "green", "blue", "purple", "pink", "brown")
"""The basic colour terms of English (Berlin & Kay, "Basic Color Terms", 1969)."""

DOMINANT = {"black": 0.65, "grey": 0.75, "white": 0.5, "brown": 0.65}
"""Share of the middle of a thing that one of these must fill to be said of it: shadows are black, and what is white or
shiny looks grey in them; wood and skin are everywhere."""

VIVID = 0.4
"""The same share for the other colours: what else there is in the middle may be glass, shadow or print."""

RIVAL = 0.4
"""Largest share, of the first colour's, that another vivid one may fill: a thing in two colours gets no word."""

_ANIMALS = frozenset(("bird", "cat", "dog", "horse", "sheep", "cow", "bear"))
"""None of them is green or grey: grass is, and water, walls and white fur in the shade."""

OF = _ANIMALS | frozenset(
    (
        *("car", "bus", "train", "truck", "boat", "bench", "backpack", "umbrella", "handbag", "tie", "suitcase"),
        *("frisbee", "ball", "kite", "skateboard", "surfboard", "cup", "apple", "chair", "couch", "bed", "mouse"),
        *("keyboard", "phone", "refrigerator", "book", "teddy bear", "toothbrush"),
    )
)
"""Things that are said with a colour: those that have one, fill the middle of their box, and are not seen by what they
hold (a bowl, a vase), show (a laptop) or let through (a bottle, a bicycle). Never people."""

_WINDOWED = frozenset(("bus", "train", "car", "truck"))
_GLAZED = 0.8
"""Share that black must fill of things with windows, which look black too."""

_SHADED = 0.72
"""Lightness, of the brightest in the picture, from which grey may be white in the shade: then nothing is said."""

_MIDDLE = 0.6
"""Share of the box's sides that is looked at: towards the edges, boxes show what is behind the thing."""

_SMALL = 28
"""Pixels per side the middle is shrunk to: enough to count shares, and noise averages out."""

_LEAST = 12
"""Pixels a side of the middle must have in the picture, to be more than an edge."""

_NEAR = {
    frozenset(pair)
    for pair in (
        *[("red", "orange"), ("red", "pink"), ("orange", "yellow"), ("orange", "brown"), ("red", "brown")],
        *[("yellow", "brown"), ("blue", "purple"), ("purple", "pink")],
    )
}
"""Colours that shade into each other on one thing: light and shadow, so neither denies the other."""


def colour_of(name: str, rgb: Picture, box: Box) -> str:
    """The word for the colour of the thing `name` that `box` holds in the picture u8[height, width, 3]; empty where no
    colour dominates, and for kinds of things whose colour is not to be seen this way.
    """
    middle = _middle(rgb, box) if name in OF else None
    if middle is None:
        return ""
    shares = np.bincount(_words(middle).ravel(), minlength=len(WORDS)) / _SMALL**2
    vivid = {word: share for word, share in zip(WORDS, shares, strict=True) if word not in DOMINANT}
    first = max(vivid, key=lambda word: vivid[word])
    near = sum(share for word, share in zip(WORDS, shares, strict=True) if frozenset((first, word)) in _NEAR)
    if name not in _ANIMALS and vivid[first] + near / 2 >= VIVID and vivid[first] >= VIVID * 0.8:
        others = [share for word, share in vivid.items() if word != first and frozenset((first, word)) not in _NEAR]
        return first if max(others) <= RIVAL * vivid[first] and vivid[first] > shares[WORDS.index("brown")] else ""
    plain = max(DOMINANT, key=lambda word: shares[WORDS.index(word)])
    if shares[WORDS.index(plain)] < (_GLAZED if plain == "black" and name in _WINDOWED else DOMINANT[plain]):
        return ""
    if plain == "grey" and name in _ANIMALS:
        return ""
    if plain == "grey":
        brightest = np.percentile(oklab(rgb[::4, ::4])[..., 0], 98)
        return "" if oklab(middle)[..., 0].mean() > _SHADED * brightest else plain
    return plain


def oklab(rgb: Picture) -> NDArray[np.float32]:
    """sRGB u8[..., 3] as Oklab f32[..., 3]: lightness 0…1, then the axes green to red and blue to yellow."""
    value = rgb.astype(np.float32) / 255
    linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    return (np.cbrt(linear @ _TO_CONES) @ _TO_LAB).astype(np.float32)


_TO_CONES = np.array(
    [
        [0.4122214708, 0.2119034982, 0.0883024619],
        [0.5363325363, 0.6806995451, 0.2817188376],
        [0.0514459929, 0.1073969566, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 1.9779984951, 0.0259040371],
        [0.7936177850, -2.4285922050, 0.7827717662],
        [-0.0040720468, 0.4505937099, -0.8086757660],
    ]
)
"""The two matrices of Oklab's definition, transposed."""


def _middle(rgb: Picture, box: Box) -> Picture | None:
    height, width = rgb.shape[:2]
    x, y, wide, high = box
    margin = (1 - _MIDDLE) / 2
    left, right = ((x + wide * each) * width for each in (margin, 1 - margin))
    top, bottom = ((y + high * each) * height for each in (margin, 1 - margin))
    left, top, right, bottom = max(left, 0.0), max(top, 0.0), min(right, float(width)), min(bottom, float(height))
    if right - left < _LEAST or bottom - top < _LEAST:
        return None
    size = (_SMALL, _SMALL)
    box_filter = Image.Resampling.BOX
    return np.asarray(Image.fromarray(rgb).resize(size, box_filter, (left, top, right, bottom), reducing_gap=2))


def _words(rgb: Picture) -> NDArray[np.intp]:
    """The index in `WORDS` of each pixel's colour."""
    lab = oklab(rgb)
    light, red, yellow = lab[..., 0], lab[..., 1], lab[..., 2]
    chroma = np.hypot(red, yellow)
    hue = np.degrees(np.arctan2(yellow, red)) % 360
    grey = chroma < np.where(light < 0.4, 0.03, 0.045)
    vivid = chroma >= 0.11
    # First that holds, in this order. Borders lie half way between the focal colours, in light of a photo's usual cast.
    rules: list[tuple[NDArray[np.bool_], str]] = [
        (light < 0.27, "black"),
        (grey & (light < 0.40), "black"),
        (grey & (light > 0.82), "white"),
        (grey, "grey"),
        ((light > 0.92) & (chroma < 0.06), "white"),
        ((hue >= 8) & (hue < 42) & vivid & (light < 0.66), "red"),
        ((hue >= 14) & (hue < 42) & (chroma >= 0.16) & (light < 0.76), "red"),
        (((hue >= 330) | (hue < 42)) & (light >= 0.58), "pink"),
        ((hue >= 330) | (hue < 8), "red"),
        ((hue < 42), "brown"),
        ((hue < 82) & vivid & (light >= 0.62), "orange"),
        ((hue < 82), "brown"),
        ((hue < 118) & (chroma >= 0.08) & (light >= 0.62), "yellow"),
        ((hue < 100), "brown"),
        ((hue < 185), "green"),
        ((hue < 290), "blue"),
    ]
    word = np.full(light.shape, WORDS.index("purple"), np.intp)
    for holds, name in reversed(rules):
        word = np.where(holds, WORDS.index(name), word)
    return word
