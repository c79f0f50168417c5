"""Which everyday things a caption mentions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.distill.captions import lexicon, read
from runtime.distill.names import NAMES


@pytest.mark.parametrize(
    ("sentence", "meant", "allowed"),
    [
        ("A cat plays with an old computer mouse", "cat, mouse", ""),
        ("A computer on a desk", "", "television, laptop, keyboard, mouse, table"),
        ("A laptop computer sits on a desk", "laptop", "table"),
        ("Someone holds a teddy bear in the crowd", "person, teddy bear", ""),
        ("A bear in the woods", "bear", ""),
        ("Two women playing tennis", "person", "ball, tennis racket"),
        ("A tennis player hits the ball with her racquet", "person, ball, tennis racket", ""),
        ("a catcher waiting for a baseball", "person, ball", "baseball bat, baseball glove"),
        ("Boys play baseball", "person", "ball, baseball bat, baseball glove"),
        ("A car bridge over a commuter train", "train", "car"),
        ("Buses stuck in traffic", "bus", "car, truck, motorcycle"),
        ("A trolley car rolls by", "", "bus, train"),
        ("A hot dog and a dog", "hot dog, dog", ""),
        ("Stop signs and parking meters", "stop sign, parking meter", ""),
        ("three knives, two wine glasses and loaves", "knife, wine glass", ""),
        ("A woman wearing glasses", "person", ""),
        ("She fills a glass", "", "person, wine glass, cup, bottle, vase"),
        ("a glass of wine by the wine bottle", "wine glass, bottle", ""),
        ("A couple of zebras, a group of sheep and a pair of cows", "zebra, sheep, cow", ""),
        ("a couple on a bench", "person, bench", "chair, couch"),
        ("A mother and her baby", "person", ""),
        ("A mother giraffe and her baby", "giraffe", "person"),
        ("a skateboarder in a skate park", "person", "skateboard"),
        ("A boy on a skate board with a lap top", "person, skateboard, laptop", ""),
        ("the teacher's desk", "", "table"),
        ("an apple laptop and an apple", "laptop, apple", ""),
        ("an orange cat and a white and orange dog", "cat, dog", ""),
        ("an orange, and oranges", "orange", ""),
        ("There are no people and no cars, and a dog without a tie", "dog", ""),
        (
            "A statue of a man next to a bench, with a toy train",
            "bench",
            "person, train",
        ),
        ("Somebody is standing in a train station", "person", "train"),
        ("A telephone pole behind a telephone", "phone", ""),
        ("a remote area", "", ""),
        ("Remote controls and a Wii controller", "remote", ""),
        ("A woman training her horse", "person, horse", ""),
        ("", "", ""),
    ],
)
def test_a_sentence_mentions_what_it_is_about(sentence, meant, allowed):
    found = read(sentence)
    assert found.meant == set(filter(None, meant.split(", ")))
    assert found.allowed >= set(filter(None, allowed.split(", ")))


@pytest.mark.parametrize(
    ("sentence", "wrong"),
    [
        ("A computer mouse", "laptop"),
        ("A teddy bear", "bear"),
        ("A hot dog", "dog"),
        ("A baseball cap", "ball"),
        ("The front of a stop sign", "bus"),
        ("A tree full of oranges", "plant"),
        ("A kitchen counter", "table"),
        ("Sheep in a field", "cow"),
    ],
)
def test_a_word_within_another_expression_allows_nothing(sentence, wrong):
    found = read(sentence)
    assert wrong not in found.meant | found.allowed


@given(st.text())
def test_any_text_can_be_read_and_says_nothing_twice(text):
    found = read(text)
    assert not found.meant & found.allowed
    assert found.meant | found.allowed <= set(NAMES)


@given(st.sampled_from(NAMES), st.sampled_from(["there is a {}", "Near the {}.", "The {} and I, I think"]))
def test_each_thing_is_mentioned_by_its_own_name(name, frame):
    assert read(frame.format(name)).meant == {name}


def test_every_expression_can_be_met():
    senses, longest = lexicon()
    assert max(len(words.split()) for words in senses) == longest
    for words in senses:
        assert words == " ".join(words.lower().split())
