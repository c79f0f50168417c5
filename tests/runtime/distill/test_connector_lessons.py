"""What the teachers' boxes teach the connector."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from runtime.distill.connector_lessons import ABSENT, SURE, from_boxes, sentence, slot_words, things
from runtime.distill.names import NAMES

COMMON = np.ones(len(NAMES))


def box(name, score, left=0.0, top=0.0, right=1.0, bottom=1.0):
    return [NAMES.index(name), score, left, top, right, bottom]


BOXES = st.lists(
    st.tuples(st.sampled_from(NAMES), st.sampled_from([0.05, 0.3, 0.9]), st.sampled_from([0.2, 1.0])), max_size=8
).map(lambda each: np.array([box(name, score, right=wide) for name, score, wide in each], np.float32).reshape(-1, 6))


def test_answers_are_written_as_sentences():
    assert [sentence(each) for each in ("yes", "2", "17", "cat", "apple", "on the table")] == [
        "Yes.",
        "Two.",
        "17.",
        "A cat.",
        "An apple.",
        "On the table.",
    ]


def test_things_are_told_by_prominence_with_their_number():
    boxes = np.array([box("dog", 0.9, right=0.2), box("dog", 0.8, left=0.5, right=0.6), box("cat", 0.9)], np.float32)
    assert things(boxes) == [(NAMES.index("cat"), 1), (NAMES.index("dog"), 2)]
    assert slot_words(boxes, 3) == [" one", " cat", " two", " dog", ".", "."]
    asked = {each.question: each.answer for each in from_boxes(boxes, COMMON, np.random.default_rng(0))}
    assert "A cat and two dogs." in asked.values()


@given(BOXES, st.integers(0, 1000))
def test_only_what_the_teachers_are_sure_of_is_taught(boxes, seed):
    there = {NAMES[int(each[0])] for each in boxes if each[1] >= SURE}
    doubtful = {NAMES[int(each[0])] for each in boxes if each[1] >= ABSENT}
    for each in from_boxes(boxes, COMMON, np.random.default_rng(seed)):
        named = {name for name in NAMES if f" {name}?" in each.question or f" {name} " in each.question}
        if each.answer == "Yes.":
            assert named & there
        if each.answer == "No.":
            assert not named & doubtful
