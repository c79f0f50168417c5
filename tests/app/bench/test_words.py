"""Counting by how many words two texts differ, and noticing texts that repeat themselves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.bench.words import edits, repeats, word_error_rate, words

TEXTS = st.lists(st.sampled_from(["a", "b", "c"]), max_size=8)


def test_words_forget_signs_and_capitals():
    assert words("I'd like an 8-ounce Latte, please!") == ["i'd", "like", "an", "8", "ounce", "latte", "please"]
    assert words("It’s ＯＫ …") == ["it's", "ok"]
    assert words("") == []


@pytest.mark.parametrize(
    ("one", "other", "count"),
    [("", "", 0), ("a b c", "a b c", 0), ("a b c", "a c", 1), ("a b", "a x b", 1), ("a b", "c d", 2), ("a b c", "", 3)],
)
def test_edits(one, other, count):
    assert edits(one.split(), other.split()) == count


@given(TEXTS, TEXTS, TEXTS)
def test_edits_are_a_distance(one, other, third):
    assert (edits(one, other) == 0) == (one == other)
    assert edits(one, other) == edits(other, one)
    assert edits(one, third) <= edits(one, other) + edits(other, third)
    assert abs(len(one) - len(other)) <= edits(one, other) <= max(len(one), len(other))


def test_word_error_rate_weighs_texts_by_their_words():
    assert word_error_rate([("a b c d", "a b c d"), ("e", "f")]) == pytest.approx(0.2)
    assert word_error_rate([]) == 0


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Make me a latte. Make me a latte.", True),
        ("Can I get a trip? Can I get a trip? Can I get a", True),
        ("no no no", False),
        ("no no no no", True),
        ("a little bit, a little bit of sugar", True),
        ("I want a latte and I want a mocha", False),
        ("", False),
    ],
)
def test_repeats(text, found):
    assert repeats(text) is found
