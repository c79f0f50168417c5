"""Which boxes are one object, and what two teachers together say."""

import numpy as np
import pytest

from runtime.distill.boxes import join, overlap, presence, suppress


def boxes(*rows):
    return np.array(rows, np.float32).reshape(-1, 6)


def test_overlap_is_intersection_over_union():
    one = np.array([0, 0, 0.5, 0.5], np.float32)
    many = np.array([[0, 0, 0.5, 0.5], [0.25, 0, 0.75, 0.5], [0.6, 0.6, 1, 1], [0.5, 0, 1, 0.5]], np.float32)
    assert overlap(one, many) == pytest.approx([1, 1 / 3, 0, 0])


def test_lesser_boxes_of_the_same_object_are_dropped():
    near = boxes(
        [7, 0.4, 0, 0, 0.5, 0.5], [7, 0.9, 0, 0, 0.5, 0.52], [8, 0.3, 0, 0, 0.5, 0.5], [7, 0.2, 0.5, 0.5, 1, 1]
    )
    kept = suppress(near, 0.05)
    assert kept[:, :2] == pytest.approx(np.array([[7, 0.9], [8, 0.3], [7, 0.2]]))
    assert len(suppress(near, 0.35)) == 1


def test_nothing_stays_nothing():
    assert suppress(boxes(), 0.1).shape == (0, 6)
    assert join(boxes(), boxes()).shape == (0, 6)


def test_agreement_is_the_mean_and_a_lone_box_keeps_half():
    first = boxes([1, 0.8, 0.0, 0.0, 0.4, 0.4], [2, 0.6, 0.5, 0.5, 1, 1])
    second = boxes([1, 0.4, 0.0, 0.0, 0.4, 0.46], [3, 0.2, 0, 0, 0.2, 0.2])
    joined = join(first, second)
    assert joined[:, 0].tolist() == [1, 2, 3]
    assert joined[:, 1] == pytest.approx([0.6, 0.3, 0.1])
    assert joined[0, 5] == pytest.approx((0.8 * 0.4 + 0.4 * 0.46) / 1.2)


def test_the_one_that_is_trusted_more_counts_more():
    first, second = boxes([1, 0.8, 0, 0, 0.4, 0.4]), boxes([1, 0.4, 0, 0, 0.4, 0.46], [3, 0.2, 0, 0, 0.2, 0.2])
    joined = join(first, second, trust=0.75)
    assert joined[:, 1] == pytest.approx([0.25 * 0.8 + 0.75 * 0.4, 0.75 * 0.2])
    assert joined[0, 5] == pytest.approx((0.2 * 0.4 + 0.3 * 0.46) / 0.5)
    assert join(first, second, trust=1.0)[0] == pytest.approx(second[0])


def test_a_box_meets_one_other_at_most():
    first = boxes([1, 0.8, 0, 0, 0.4, 0.4], [1, 0.7, 0, 0, 0.4, 0.38])
    assert join(first, boxes([1, 0.6, 0, 0, 0.4, 0.4]))[:, 1] == pytest.approx([0.7, 0.35])


def test_presence_is_the_best_box_of_each_class():
    found = presence(boxes([1, 0.2, 0, 0, 1, 1], [1, 0.7, 0, 0, 1, 1], [3, 0.1, 0, 0, 1, 1]), 4)
    assert found == pytest.approx([0, 0.7, 0, 0.1])
