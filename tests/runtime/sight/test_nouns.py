"""How things are called: articles, plurals, lists."""

import pytest

from runtime.distill.names import NAMES
from runtime.sight.nouns import article, listed, one, plural


@pytest.mark.parametrize(
    ("noun", "several"),
    [
        *[("person", "people"), ("knife", "knives"), ("mouse", "mice"), ("sheep", "sheep"), ("bus", "buses")],
        *[("wine glass", "wine glasses"), ("bench", "benches"), ("toothbrush", "toothbrushes"), ("couch", "couches")],
        *[("teddy bear", "teddy bears"), ("toy", "toys"), ("lady", "ladies"), ("scissors", "pairs of scissors")],
    ],
)
def test_plurals(noun, several):
    assert plural(noun) == several


@pytest.mark.parametrize(
    ("noun", "said"),
    [
        *[("cup", "a cup"), ("orange bus", "an orange bus"), ("umbrella", "an umbrella"), ("apple", "an apple")],
        *[("scissors", "scissors"), ("red scissors", "red scissors"), ("broccoli", "broccoli"), ("skis", "skis")],
    ],
)
def test_articles(noun, said):
    assert one(noun) == said


def test_every_everyday_thing_has_a_singular_and_another_plural():
    for name in NAMES:
        assert one(name).endswith(name)
        assert article(name) in ("a", "an", "")
        assert plural(name) != name or name == "sheep"


def test_lists():
    assert listed(["a cup"]) == "a cup"
    assert listed(["a cup", "a book"]) == "a cup and a book"
    assert listed(["a cup", "a book", "a cat"]) == "a cup, a book and a cat"
