"""What happened fits a budget of tokens, whatever it was."""

import itertools

import pytest

from runtime.model.tokenizer import Tokenizer
from runtime.sight.happened import Event, Happened
from runtime.sight.memory import Memory
from runtime.sight.telling import LONGEST, TOLD, just_now

NAMES = ("teddy bear", "refrigerator", "skateboard", "pair of sunglasses", "hair dryer", "wine glass")
LEFT, RIGHT = (0.0, 0.0, 0.1, 0.1), (0.9, 0.9, 0.1, 0.1)


@pytest.fixture(scope="module")
def tokenizer(pack):
    return Tokenizer(pack.path / "core" / "tokenizer.json")


def test_what_happened_takes_few_tokens_however_much_it_was(tokenizer):
    most = 0
    for name, what in itertools.product(NAMES, Happened):
        before = tuple((each, "yellow") for each in NAMES)
        events = tuple(Event(what, float(at), name, "orange", RIGHT, LEFT, before) for at in range(10))
        crowd = tuple(Event(what, float(at), each, "orange", RIGHT, LEFT) for at, each in enumerate(NAMES * 2))
        for told in (just_now(Memory(events=events), 9.0), just_now(Memory(events=crowd), 12.0)):
            assert told.count(" appeared") <= TOLD
            assert len(told) <= LONGEST + 130
            most = max(most, len(tokenizer.encode(told)))
    assert 20 < most <= 64


def test_an_event_takes_a_dozen_tokens(tokenizer):
    event = Event(Happened.APPEARED, 1.0, "book", "", RIGHT)
    assert len(tokenizer.encode(just_now(Memory(events=(event,)), 2.0))) <= 14
