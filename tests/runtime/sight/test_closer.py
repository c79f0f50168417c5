"""What changed is cut out where it changed, and named only where the eyes are sure."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.sight.closer import cut_out, named_changes, parts_changed
from runtime.sight.happened import Happened
from runtime.sight.scene import PATCH_COLUMNS, PATCH_ROWS, glance
from runtime.types import Percepts, SeenObject, Tag

PLAIN = np.full((480, 640, 3), 110, np.uint8)


def with_squares(*spots, size=80):
    picture = PLAIN.copy()
    for row, column in spots:
        picture[row : row + size, column : column + size] = (200, 40, 40)
    return picture


def test_each_part_that_changed_has_its_box_the_largest_first():
    now = with_squares((300, 40))
    now[100:300, 400:560] = (30, 60, 200)
    parts = parts_changed(glance(PLAIN), glance(now), 0.0)
    assert len(parts) == 2
    assert parts[0] == pytest.approx((400 / 640, 100 / 480, 160 / 640, 200 / 480), abs=0.02)
    assert parts[1] == pytest.approx((40 / 640, 300 / 480, 80 / 640, 80 / 480), abs=0.02)


def test_a_speck_and_what_never_rests_are_no_parts():
    assert parts_changed(glance(PLAIN), glance(with_squares((300, 40), size=8)), 0.0) == []
    ignored = np.zeros((PATCH_ROWS, PATCH_COLUMNS), bool)
    ignored[3:5, 0:2] = True
    assert parts_changed(glance(PLAIN), glance(with_squares((300, 40))), 0.0, ignored) == []


@given(st.integers(1, 300), st.integers(1, 300), st.tuples(*[st.floats(0, 1)] * 4))
def test_a_cut_out_is_a_square_within_the_picture(height, width, box):
    part = cut_out(np.zeros((height, width, 3), np.uint8), box)
    assert part.shape[0] == part.shape[1]
    assert 1 <= part.shape[0] <= min(height, width)


def test_a_cut_out_shows_the_part_and_what_is_around_it():
    part = cut_out(with_squares((200, 300)), (300 / 640, 200 / 480, 80 / 640, 80 / 480))
    assert part.shape == (120, 120, 3)
    assert (part[20:100, 20:100] == (200, 40, 40)).all()
    assert (part[:19] == 110).all()


def seen(confidence=0.9, box=(0.2, 0.2, 0.6, 0.6)):
    def look(rgb):
        return Percepts(objects=(SeenObject("cup", confidence, box),) if (rgb[..., 0] > 150).any() else ())

    return look


PART = [(300 / 640, 200 / 480, 80 / 640, 80 / 480)]


def changes(before, now, look):
    return [(each.what, each.name, each.colour) for each in named_changes(before, now, PART, look, 1.0)]


def test_what_is_named_after_and_not_before_has_appeared_and_the_other_way_round_has_left():
    there = with_squares((200, 300))
    assert changes(PLAIN, there, seen()) == [(Happened.APPEARED, "cup", "red")]
    assert changes(there, PLAIN, seen()) == [(Happened.LEFT, "cup", "")]
    assert changes(there, there, seen()) == []


def test_what_is_doubtful_or_beside_the_middle_is_not_named():
    there = with_squares((200, 300))
    assert changes(PLAIN, there, seen(confidence=0.4)) == []
    assert changes(PLAIN, there, seen(box=(0.0, 0.0, 0.3, 0.3))) == []


def test_a_tag_names_what_the_detector_has_no_kind_for():
    def look(rgb):
        return Percepts(tags=(Tag("an acoustic guitar", 0.8, "guitar"),) if (rgb[..., 0] > 150).any() else ())

    assert changes(PLAIN, with_squares((200, 300)), look) == [(Happened.APPEARED, "guitar", "")]
