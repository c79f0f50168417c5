"""When a picture counts as changed."""

import numpy as np
import pytest

from runtime.sight.scene import COLUMNS, ROWS, changed, glance

RANDOM = np.random.default_rng(6)


def room():
    y, x = np.mgrid[0:480, 0:640]
    shade = 90 + 40 * np.sin(x / 90) + 30 * np.cos(y / 70)
    return np.stack([shade, shade * 0.9, shade * 0.8], -1).clip(0, 255).astype(np.uint8)


def filmed(rgb, noise=8.0, brighter=0.0):
    return (rgb.astype(np.float32) + brighter + RANDOM.normal(0, noise, rgb.shape)).clip(0, 255).astype(np.uint8)


def test_a_glance_is_small_whatever_the_picture():
    for shape in [(480, 640, 3), (1, 1, 3), (2000, 30, 3)]:
        assert glance(np.full(shape, 50, np.uint8)).shape == (ROWS, COLUMNS)


def test_the_first_picture_is_a_change():
    assert changed(None, glance(room()))


def test_noise_and_automatic_exposure_are_no_change():
    before = glance(filmed(room()))
    for _ in range(20):
        assert not changed(before, glance(filmed(room())))
    assert not changed(before, glance(filmed(room(), brighter=12)))


def test_a_light_that_is_switched_is_a_change():
    assert changed(glance(filmed(room())), glance(filmed(room(), brighter=60)))
    assert changed(glance(filmed(room())), glance(filmed(room(), brighter=-60)))


@pytest.mark.parametrize("place", [(30, 40), (240, 320), (440, 600)])
def test_something_small_that_appears_moves_or_leaves_is_a_change(place):
    empty, there, aside = room(), room(), room()
    row, column = place
    there[row : row + 24, column : column + 24] = (200, 40, 40)
    aside[row : row + 24, column - 30 : column - 6] = (200, 40, 40)
    assert changed(glance(filmed(empty)), glance(filmed(there)))
    assert changed(glance(filmed(there)), glance(filmed(aside)))
    assert changed(glance(filmed(there)), glance(filmed(empty)))


def test_another_letter_on_a_sign_is_a_change():
    from PIL import Image, ImageDraw, ImageFont

    def sign(words):
        image = Image.fromarray(room())
        draw = ImageDraw.Draw(image)
        draw.rectangle((200, 200, 440, 260), fill="white")
        draw.text((220, 205), words, fill="black", font=ImageFont.load_default(40))
        return glance(filmed(np.asarray(image)))

    assert changed(sign("ROOM 41"), sign("ROOM 47"))
    assert not changed(sign("ROOM 41"), sign("ROOM 41"))
