"""The views a photo is shown in."""

import numpy as np
import pytest
from PIL import Image

from runtime.distill.photos import SIDE, View, boxes_in, choose, show, worsen


def marked(box):
    """A black photo that is white in the box (shares of its sides)."""
    pixels = np.zeros((200, 160, 3), np.uint8)
    left, top, right, bottom = (round(each * side) for each, side in zip(box, (160, 200, 160, 200), strict=True))
    pixels[top:bottom, left:right] = 255
    return Image.fromarray(pixels)


@pytest.mark.parametrize("seed", range(12))
def test_a_box_lies_in_the_view_where_its_object_does(seed):
    view = choose(np.random.default_rng(seed))
    box = (0.375, 0.4, 0.625, 0.6)
    seen = np.asarray(show(marked(box), view).convert("L")) > 200
    placed = boxes_in(view, np.array([[0, 1, *box]], np.float32))
    rows, columns = np.flatnonzero(seen.any(1)), np.flatnonzero(seen.any(0))
    found = np.array([columns[0], rows[0], columns[-1] + 1, rows[-1] + 1]) / SIDE
    assert placed[0, 2:] == pytest.approx(found, abs=0.02)


def test_what_a_view_hardly_shows_is_not_in_it():
    view = View(0.5, 0, 0.5, 1)
    boxes = np.array([[0, 1, 0.0, 0, 0.6, 1], [1, 1, 0.4, 0, 0.8, 1]], np.float32)
    placed = boxes_in(view, boxes)
    assert placed[:, 0].tolist() == [1]
    assert placed[0, 2:] == pytest.approx([0, 0, 0.6, 1])


def test_mirroring_twice_changes_nothing():
    boxes = np.array([[0, 1, 0.1, 0.2, 0.3, 0.4]], np.float32)
    once = boxes_in(View(mirrored=True), boxes)
    assert once[0, 2:] == pytest.approx([0.7, 0.2, 0.9, 0.4])
    assert boxes_in(View(mirrored=True), once) == pytest.approx(boxes)


def test_a_worse_picture_is_seeded_and_still_a_picture():
    picture = show(marked((0.2, 0.2, 0.8, 0.8)), View())
    once, again = (np.asarray(worsen(picture, np.random.default_rng(5))) for _ in range(2))
    assert once.shape == (SIDE, SIDE, 3)
    assert np.array_equal(once, again)
    assert not np.array_equal(once, np.asarray(picture))
