"""How the student and its teachers are measured."""

import numpy as np
import pytest

from runtime.distill.evaluate import by_class, measure, mentions, met, within
from runtime.distill.names import COCO_IDS, NAMES

CAPTIONS = [
    ["A man with a cup.", "Two people at a table.", "A woman with a mug", "somebody", "A cat"],
    ["Dogs.", "A puppy runs", "grass", "grass", "A hot dog stand"],
]


def test_there_are_eighty_classes():
    assert len(NAMES) == len(set(NAMES)) == len(COCO_IDS) == 80
    assert COCO_IDS[-1] == 90


def test_people_are_counted_by_class_in_any_number_and_with_any_word():
    said = mentions(CAPTIONS)
    found = {name: said[:, number].tolist() for number, name in enumerate(NAMES) if said[:, number].any()}
    assert found["person"] == [4, 0]
    assert found["cup"] == [2, 0]
    assert found["table"] == [1, 0]
    assert found["dog"] == [0, 2]
    assert found["hot dog"] == [0, 1]


def test_words_that_merely_allow_a_thing_never_ask_for_it():
    said = mentions([["A desk.", "A desk!", "Someone's desk", "A desk and a computer", "A table"]])
    assert said[0, NAMES.index("table")] == 1
    assert said[0, NAMES.index("laptop")] == 1
    assert said[0, NAMES.index("cup")] == 0


def scored(**names):
    scores = np.zeros((2, 80), np.float32)
    for name, pair in names.items():
        scores[:, NAMES.index(name)] = pair
    return scores


def test_what_one_mentions_is_neither_missed_nor_wrong():
    scores = scored(person=(0.9, 0), cat=(0.9, 0), dog=(0, 0.3), car=(0.5, 0.5))
    # What counts: person, cup (photo one), dog (photo two). Wrong at 0.4: the car, twice.
    assert measure(scores, mentions(CAPTIONS), 0.4) == pytest.approx((1 / 3, 1.0))
    assert measure(scores, mentions(CAPTIONS), 0.2) == pytest.approx((2 / 3, 1.0))


def test_recall_within_a_budget_stops_before_the_wrong_name_too_many():
    scores = scored(person=(0.9, 0), dog=(0, 0.3), car=(0.5, 0), bus=(0, 0.2))
    recall, least = within(scores, mentions(CAPTIONS), 0.0)
    assert recall == pytest.approx(1 / 3)
    assert 0.5 < least < 0.51
    recall, least = within(scores, mentions(CAPTIONS), 0.5)
    assert recall == pytest.approx(2 / 3)
    assert 0.2 < least < 0.21


def test_classes_are_told_apart():
    told = by_class(scored(person=(0.9, 0.9), dog=(0, 0.9)), mentions(CAPTIONS), 0.5)
    assert told == {"person": (1, 1, 1), "cup": (1, 0, 0), "dog": (1, 1, 0)}


def test_a_box_is_met_by_one_of_its_class_on_it():
    wanted = np.array([[1, 0.9, 0, 0, 0.5, 0.5], [1, 0.8, 0.5, 0.5, 1, 1], [2, 0.1, 0, 0, 1, 1]], np.float32)
    found = np.array([[1, 0.3, 0, 0, 0.5, 0.45], [2, 0.9, 0.5, 0.5, 1, 1]], np.float32)
    assert met(wanted, found, 0.5) == (2, 1)
    assert met(wanted, np.zeros((0, 6), np.float32), 0.05) == (3, 0)
