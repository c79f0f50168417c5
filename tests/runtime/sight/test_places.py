"""Where things are said to be, and on or behind what."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.distill.names import NAMES
from runtime.sight.places import place, relation
from runtime.types import SeenObject


def thing(name, left, top, right, bottom):
    return SeenObject(name, 0.9, (left, top, right - left, bottom - top))


@pytest.mark.parametrize(
    ("box", "said"),
    [
        ((0.0, 0.4, 0.2, 0.2), "left"),
        ((0.8, 0.4, 0.2, 0.2), "right"),
        ((0.4, 0.0, 0.2, 0.2), "top"),
        ((0.4, 0.8, 0.2, 0.2), "bottom"),
        ((0.0, 0.8, 0.2, 0.2), "bottom left"),
        ((0.4, 0.4, 0.2, 0.2), ""),
        ((0.0, 0.0, 1.0, 1.0), ""),
        ((0.0, 0.1, 0.65, 0.8), ""),
        ((0.0, 0.1, 0.3, 0.9), "left"),
    ],
)
def test_a_place_is_said_of_what_is_small_and_to_one_side(box, said):
    assert place(box) == said


@given(st.floats(0, 0.8), st.floats(0, 0.8), st.floats(0.01, 0.2), st.floats(0.01, 0.2))
def test_mirroring_swaps_left_and_right(x, y, width, height):
    swapped = {"left": "right", "right": "left"}
    said = place((x, y, width, height)).split()
    assert place((1 - x - width, y, width, height)).split() in (
        [swapped.get(word, word) for word in said],
        # on the border itself, rounding decides
        [word for word in said if word not in swapped],
    )


TABLE = thing("table", 0.1, 0.5, 0.9, 0.95)


def test_what_stands_on_a_table_is_said_to():
    assert relation(thing("cup", 0.4, 0.45, 0.5, 0.65), [TABLE]) == "on the table"
    assert relation(thing("cat", 0.4, 0.3, 0.6, 0.65), [thing("couch", 0.1, 0.3, 0.9, 0.9)]) == "on the couch"


@pytest.mark.parametrize(
    "other",
    [
        thing("cup", 0.4, 0.1, 0.5, 0.3),  # above it: on a shelf behind
        thing("cup", 0.4, 0.8, 0.5, 1.0),  # its foot is nearer than the table's edge
        thing("cup", 0.02, 0.5, 0.15, 0.65),  # half beside it
        thing("person", 0.4, 0.3, 0.6, 0.7),  # people stand behind tables
        thing("chair", 0.4, 0.4, 0.6, 0.8),
        thing("table", 0.4, 0.55, 0.6, 0.7),
    ],
)
def test_what_does_not_clearly_stand_on_the_table_is_not_said_to(other):
    assert relation(other, [TABLE, other]) != "on the table"


def test_what_is_hidden_by_something_nearer_is_behind_it():
    laptop, person = thing("laptop", 0.3, 0.5, 0.7, 0.95), thing("person", 0.35, 0.05, 0.7, 0.8)
    assert relation(person, [laptop, person]) == "behind the laptop"
    assert relation(laptop, [laptop, person]) == ""


@pytest.mark.parametrize(
    "person",
    [
        thing("person", 0.75, 0.05, 0.98, 0.8),  # beside it
        thing("person", 0.35, 0.05, 0.7, 0.99),  # stands as near
        thing("person", 0.4, 0.02, 0.6, 0.45),  # far above it
    ],
)
def test_what_boxes_leave_open_is_not_said(person):
    assert relation(person, [thing("laptop", 0.3, 0.5, 0.7, 0.95)]) == ""


def test_a_rider_is_on_the_horse_and_not_behind_it():
    horse, rider = thing("horse", 0.2, 0.4, 0.8, 0.95), thing("person", 0.4, 0.15, 0.6, 0.8)
    assert relation(rider, [horse]) == "on the horse"
    beside = thing("person", 0.05, 0.2, 0.25, 0.97)
    assert relation(beside, [horse]) == ""


boxes = st.tuples(st.floats(0, 0.9), st.floats(0, 0.9), st.floats(0.01, 0.9), st.floats(0.01, 0.9))
things = st.builds(SeenObject, st.sampled_from(NAMES), st.floats(0.2, 1), boxes)


@given(things, things)
def test_nothing_is_on_or_behind_itself_and_no_two_are_behind_each_other(one, other):
    assert relation(one, [one]) == ""
    assert not (relation(one, [other]) and relation(other, [one]))
