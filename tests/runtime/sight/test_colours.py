"""Which colour word a thing gets, on patches rendered in many lights and on a photo."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.distill.names import NAMES
from runtime.sight.colours import OF, WORDS, colour_of, oklab

WHOLE = (0.0, 0.0, 1.0, 1.0)
PAINTS = {
    "black": [(10, 10, 10), (30, 28, 32), (35, 40, 45)],
    "grey": [(95, 95, 95), (110, 112, 108), (85, 90, 95)],
    "white": [(245, 245, 245), (235, 232, 228), (255, 255, 250)],
    "red": [(200, 30, 30), (160, 20, 30), (230, 40, 45)],
    "orange": [(240, 130, 20), (255, 140, 0), (230, 120, 40)],
    "yellow": [(250, 220, 40), (255, 235, 80), (220, 190, 30)],
    "green": [(30, 140, 50), (90, 180, 80), (20, 90, 40)],
    "blue": [(30, 60, 180), (70, 130, 210), (20, 40, 110)],
    "purple": [(120, 40, 160), (90, 30, 130), (150, 80, 190)],
    "pink": [(250, 150, 190), (255, 105, 180), (240, 130, 160)],
    "brown": [(110, 70, 40), (130, 80, 45), (90, 55, 35)],
}


def painted(colour, noise=0.0, size=(60, 80)):
    random = np.random.default_rng(7)
    return np.clip(np.array(colour) + random.normal(0, noise, (*size, 3)), 0, 255).astype(np.uint8)


def on_white(patch):
    """The patch in the middle of a white picture, and its box there."""
    picture = np.full((patch.shape[0] * 2, patch.shape[1] * 2, 3), 250, np.uint8)
    top, left = patch.shape[0] // 2, patch.shape[1] // 2
    picture[top : top + patch.shape[0], left : left + patch.shape[1]] = patch
    return picture, (0.25, 0.25, 0.5, 0.5)


@pytest.mark.parametrize(("word", "paint"), [(word, paint) for word, paints in PAINTS.items() for paint in paints])
def test_paints_get_their_word_with_noise_shade_and_a_warm_lamp(word, paint):
    assert colour_of("cup", *on_white(painted(paint))) == word
    assert colour_of("cup", *on_white(painted(paint, noise=12))) == word
    warm = np.array(paint) * (1.0, 0.96, 0.9)
    if word not in ("black", "pink"):
        assert colour_of("cup", *on_white(painted(warm))) in (word, "")


def test_all_the_words_are_painted():
    assert set(PAINTS) == set(WORDS)


def test_two_colours_or_a_pattern_get_no_word():
    halves = painted((200, 30, 30))
    halves[:, :40] = (30, 60, 180)
    assert colour_of("cup", halves, WHOLE) == ""
    chequered = painted((20, 20, 20))
    chequered[::2] = 250
    chequered[:, ::2] = 250
    stripes = painted((20, 20, 20))
    stripes[:, :28] = stripes[:, 52:] = (250, 250, 250)
    assert colour_of("umbrella", stripes, WHOLE) in ("", "white")


def test_paint_decides_where_windows_and_shadow_are_black():
    bus = painted((190, 30, 30))
    bus[20:38] = 20
    assert colour_of("bus", bus, WHOLE) == "red"
    dark = painted((20, 20, 20))
    dark[:18] = 128
    dark[46:] = 128
    assert colour_of("bus", dark, WHOLE) == ""


def test_animals_do_not_take_the_colour_of_grass_or_walls():
    assert colour_of("horse", painted((70, 150, 50)), WHOLE) == ""
    assert colour_of("horse", painted((105, 105, 105)), WHOLE) == ""
    assert colour_of("horse", painted((110, 70, 40)), WHOLE) == "brown"


def test_white_in_the_shade_is_not_called_grey():
    picture, box = on_white(painted((200, 200, 202)))
    assert colour_of("cup", picture, box) in ("", "white")


@pytest.mark.parametrize("name", ["person", "bottle", "television", "zebra", "table"])
def test_some_things_get_no_colour(name):
    assert colour_of(name, painted((200, 30, 30)), WHOLE) == ""


def test_things_with_a_colour_are_everyday_things_and_no_people():
    assert set(OF) <= set(NAMES)
    assert "person" not in OF


@pytest.mark.parametrize("box", [(0.5, 0.5, 0.0, 0.0), (0.9, 0.9, 0.4, 0.4), (0.2, 0.2, 0.05, 0.05), (-0.5, 0, 2, 1)])
def test_boxes_that_are_tiny_or_lie_outside_do_no_harm(box):
    assert colour_of("cup", painted((200, 30, 30)), box) in ("", "red")


def test_oklab_of_the_primaries_is_that_of_its_definition():
    white, red = oklab(np.array([[255, 255, 255], [255, 0, 0]], np.uint8))
    np.testing.assert_allclose(white, [1, 0, 0], atol=1e-3)
    np.testing.assert_allclose(red, [0.628, 0.2249, 0.1258], atol=1e-3)


@given(st.integers(0, 255), st.integers(0, 255), st.integers(0, 255))
def test_every_even_colour_gets_at_most_one_word_and_greys_only_grey_ones(red, green, blue):
    assert colour_of("cup", painted((red, green, blue)), WHOLE) in ("", *WORDS)
    level = (red, red, red)
    assert colour_of("cup", painted(level), WHOLE) in ("", "black", "grey", "white")
