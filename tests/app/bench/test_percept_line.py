"""The camera line is read back into what it says."""

import pytest

from app.bench.percept_line import Item, counts, items, writing


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Camera: a cup.", [Item("a cup", True, 1)]),
        (
            "Camera: a red cup (coffee mug, left), two books (left, right), perhaps a cat. Text: 'EXIT, 42.'.",
            [Item("a red cup", True, 1), Item("two books", True, 2), Item("a cat", False, 1)],
        ),
        ("Camera: several people, many birds.", [Item("several people", True, 0), Item("many birds", True, 0)]),
        ("Camera: perhaps three black cows (left).", [Item("three black cows", False, 3)]),
        ("Camera: nothing I can name.", []),
        ("Camera: it is too dark to tell.", []),
        ("Camera: Text: 'A cat.'.", []),
        ("", []),
    ],
)
def test_items_are_what_the_line_names(line, found):
    assert items(line) == found


def test_writing_is_not_taken_for_things():
    assert writing("Camera: a cup. Text: 'EXIT', 'A dog.'.") == "'EXIT', 'A dog.'."
    assert writing("Camera: a cup.") == ""


def test_things_are_counted_over_the_whole_line():
    assert counts("Camera: two red cups, a coffee mug, several people, a man.") == {"cup": 3, "person": 0}
    assert counts("Camera: perhaps at least three dogs (left, middle, right).") == {"dog": 3}
