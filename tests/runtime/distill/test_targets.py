"""What each cell of the student's map should say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.distill.targets import CERTAIN, assign


def boxes(*rows):
    return np.array(rows, np.float32).reshape(-1, 6)


def test_the_middle_half_of_a_box_is_wanted():
    scores, places = assign(boxes([2, 0.9, 0, 0, 1, 0.5]), 8, 3)
    drawn = scores.reshape(8, 8, 3)[..., 2] > 0
    assert np.argwhere(drawn).tolist() == [[row, column] for row in (1, 2) for column in (2, 3, 4, 5)]
    assert scores[:, :2].max() == 0
    assert places[drawn.ravel()] == pytest.approx(np.tile([0, 0, 1, 0.5], (8, 1)))
    assert places[~drawn.ravel()].max() == 0


def test_what_is_smaller_than_a_cell_has_the_cell_it_is_in():
    scores, _ = assign(boxes([0, 0.5, 0.99, 0.01, 1.0, 0.02]), 4, 1)
    assert np.flatnonzero(scores[:, 0]).tolist() == [3]


def test_the_smaller_of_two_boxes_has_the_place_and_the_surer_the_score():
    small, large = [0, 0.4, 0.4, 0.4, 0.6, 0.6], [0, 0.8, 0, 0, 1, 1]
    for order in (boxes(small, large), boxes(large, small)):
        scores, places = assign(order, 5, 1)
        assert scores[12, 0] == pytest.approx(0.8)
        assert places[12] == pytest.approx(small[2:])


def test_a_doubtful_box_has_a_score_but_no_place():
    scores, places = assign(boxes([0, CERTAIN / 2, 0, 0, 1, 1]), 4, 1)
    assert scores.max() > 0
    assert places.max() == 0


def test_no_box_wants_nothing():
    scores, places = assign(boxes(), 4, 2)
    assert scores.shape == (16, 2)
    assert places.shape == (16, 4)
    assert not scores.any()


@given(st.tuples(*[st.floats(0, 1, width=32)] * 4), st.integers(1, 20))
def test_every_box_is_wanted_somewhere(place, cells):
    left, right = sorted(place[::2])
    top, bottom = sorted(place[1::2])
    scores, _ = assign(boxes([0, 1.0, left, top, right, bottom]), cells, 1)
    assert scores.max() == 1
