"""The order in which lines of writing are read."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from runtime.sight.reading_order import reading_order


def line(x, y, width=200, height=20):
    return np.array([(x, y), (x + width, y), (x + width, y + height), (x, y + height)], np.float32)


def tilted(lines, degrees):
    turn = np.radians(degrees)
    matrix = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]], np.float32)
    return [each @ matrix for each in lines]


def in_order(lines, seed=0):
    """The order found when the lines come in any order, as numbers of the `lines` given in the right order."""
    mixed = np.random.default_rng(seed).permutation(len(lines))
    return [int(mixed[number]) for number in reading_order([lines[each] for each in mixed])]


def test_rows_are_read_from_above_and_each_from_the_left():
    lines = [line(50, 100), line(400, 96), line(50, 300), line(400, 307), line(50, 340)]
    assert in_order(lines) == [0, 1, 2, 3, 4]
    assert reading_order([]) == []


def test_columns_of_text_are_read_one_after_the_other_below_their_heading():
    heading = [line(50, 10, 900, 40)]
    columns = [line(x, 100 + 30 * row, 400) for x in (50, 500) for row in range(8)]
    assert in_order(heading + columns) == list(range(17))


def test_three_columns():
    assert in_order([line(x, 30 * row, 250) for x in (0, 300, 600) for row in range(5)]) == list(range(15))


def test_a_list_with_prices_is_read_row_by_row():
    assert in_order([each for row in range(6) for each in (line(0, 40 * row, 300), line(600, 40 * row, 60))]) == list(
        range(12)
    )


def test_the_order_survives_a_tilted_or_turned_camera():
    # The last line of a paragraph is short: its middle lies far to the left, where a tilted sheet is higher.
    lines = [line(0, 30 * row, 200 if row % 4 == 3 else 1000) for row in range(12)]
    columns = [line(x, 30 * row, 400) for x in (0, 450) for row in range(8)]
    for degrees in (-20, -6, 6, 20, 176, 180, -177):
        assert in_order(tilted(lines, degrees)) == list(range(12))
        assert in_order(tilted(columns, degrees)) == list(range(16))


places = st.tuples(*[st.integers(0, 1000)] * 2, *[st.integers(1, 300)] * 2)


@given(st.lists(places, max_size=24), st.integers(0, 1000))
def test_every_line_is_read_once_whatever_order_they_are_found_in(found, seed):
    lines = [line(*each) for each in dict.fromkeys(found)]
    order = in_order(lines, seed)
    assert sorted(order) == list(range(len(lines)))
