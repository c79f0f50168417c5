"""When a picture counts as changed, where, and which frames of a video are worth a look."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.sight.scene import (
    COLUMNS,
    PATCH_COLUMNS,
    PATCH_ROWS,
    ROWS,
    SLICE,
    SLICES,
    Patches,
    changed,
    differing,
    glance,
    patches_of,
    place_of,
    share,
    worth_a_look,
)
from runtime.types import VideoFrame

RANDOM = np.random.default_rng(6)


def room():
    y, x = np.mgrid[0:480, 0:640]
    shade = 90 + 40 * np.sin(x / 90) + 30 * np.cos(y / 70)
    return np.stack([shade, shade * 0.9, shade * 0.8], -1).clip(0, 255).astype(np.uint8)


def filmed(rgb, noise=8.0, brighter=0.0):
    return (rgb.astype(np.float32) + brighter + RANDOM.normal(0, noise, rgb.shape)).clip(0, 255).astype(np.uint8)


def test_a_glance_is_small_whatever_the_picture():
    for shape in [(480, 640, 3), (1, 1, 3), (2000, 30, 3)]:
        assert glance(np.full(shape, 50, np.uint8)).shape == (ROWS, COLUMNS, 3)


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


def test_another_colour_as_bright_as_before_is_a_change():
    red, blue = room(), room()
    red[200:260, 300:380] = (180, 60, 60)
    blue[200:260, 300:380] = (60, 76, 180 + 60)
    assert abs(float(glance(red)[..., 0].mean() - glance(blue)[..., 0].mean())) < 1
    assert changed(glance(filmed(red)), glance(filmed(blue)))


def test_what_differs_is_found_where_it_is():
    there = room()
    there[240:360, 480:600] = (200, 40, 40)
    cells = differing(glance(filmed(room())), glance(filmed(there)))
    assert share(cells, (0.75, 0.5, 0.1875, 0.25)) > 0.95
    assert share(cells, (0.0, 0.0, 0.7, 1.0)) == 0
    left, top, width, height = place_of(patches_of(cells))
    assert (left, top, left + width, top + height) == pytest.approx((0.75, 0.5, 1.0, 0.833), abs=0.01)
    assert place_of(patches_of(cells & False)) is None


@given(st.tuples(*[st.floats(0, 1)] * 4))
def test_every_box_has_a_share(box):
    assert share(np.ones((ROWS, COLUMNS), bool), box) == 1.0


def spot(column, frame=None):
    picture = room() if frame is None else frame
    picture[200:280, column : column + 60] = (210, 50, 50)
    return picture


def test_patches_say_where_and_when_something_stirred():
    patches = Patches()
    for number in range(20):
        picture = spot(40 + 20 * number) if 5 <= number < 8 else room()
        patches = patches.then(glance(filmed(picture)), number * 0.2)
    assert patches.at_rest
    assert len(patches.slices) == len(patches.begins) <= SLICES
    assert not patches.stirred(2.5).any()
    rows, columns = np.nonzero(patches.stirred(0.9))
    assert set(rows) == {2, 3}
    assert set(columns) <= {1, 2, 3}


def test_a_camera_at_rest_stirs_nothing_and_its_noise_is_learned():
    patches = Patches()
    for number in range(60):
        patches = patches.then(glance(filmed(room(), noise=20.0)), number * 0.2)
    assert patches.at_rest
    assert not patches.restless.any()
    assert 4 < patches.noise < 7  # 20 per pixel, 16 pixels to a cell, two glances
    before, now = glance(filmed(room(), noise=20.0)), glance(filmed(room(), noise=20.0))
    assert not changed(before, now, patches.noise)
    assert changed(before, glance(filmed(spot(300), noise=20.0)), patches.noise)


def test_what_never_rests_is_known_and_does_not_hide_the_rest():
    patches = Patches()
    for number in range(60):
        flicker = room()
        flicker[0:80, 0:80] = 255 * (number % 2)
        patches = patches.then(glance(filmed(flicker)), number * 0.2)
    assert patches.restless[0, 0]
    assert patches.restless.sum() == 1
    assert patches.at_rest
    patches = patches.then(glance(filmed(spot(300))), 60 * 0.2)
    assert not patches.at_rest


def test_patches_begin_anew_when_time_runs_backwards():
    patches = Patches().then(glance(room()), 100.0).then(glance(spot(300)), 100.2)
    assert not patches.at_rest
    again = patches.then(glance(room()), 5.0)
    assert again.begins == (5.0,)
    assert again.at_rest


@given(st.lists(st.floats(0.01, 3.0), min_size=1, max_size=60))
def test_patches_are_bounded_and_in_order(gaps):
    patches, at = Patches(), 0.0
    flat = np.zeros((ROWS, COLUMNS, 3), np.float32)
    for gap in gaps:
        at += gap
        patches = patches.then(flat, at)
    assert patches.slices.shape == (len(patches.begins), PATCH_ROWS, PATCH_COLUMNS)
    assert len(patches.begins) <= SLICES
    assert list(patches.begins) == sorted(patches.begins)
    assert all(later - earlier >= SLICE for earlier, later in zip(patches.begins, patches.begins[1:], strict=False))


def film(pictures, gap=0.25):
    return [VideoFrame(filmed(picture, noise=4.0), number * gap, number) for number, picture in enumerate(pictures)]


def test_of_a_video_that_stands_still_the_first_and_the_last_frame_are_kept():
    frames = film([room()] * 30)
    assert worth_a_look(iter(frames), 8) == (frames[0], frames[-1])
    assert worth_a_look(frames[:1], 8) == (frames[0],)
    assert worth_a_look((), 8) == ()


def test_of_a_video_in_which_something_happens_the_stretches_before_and_after_are_kept():
    frames = film([room()] * 10 + [spot(20), spot(120), spot(220)] + [spot(400)] * 10)
    assert [frame.index for frame in worth_a_look(frames, 8)] == [0, 9, 10, 11, 12, 13, 22]
    before, until, _, after, end = (frame.index for frame in worth_a_look(frames, 3))
    assert (before, until, after, end) == (0, 9, 13, 22)


def test_however_much_happens_few_frames_are_kept_all_over_the_video():
    frames = film([spot(9 * number) for number in range(60)])
    kept = [frame.index for frame in worth_a_look(frames, 8)]
    assert len(kept) == 8
    assert (kept[0], kept[-1]) == (0, 59)
    assert max(np.diff(kept)) <= 24
