"""Questions side by side are the same lessons as questions one by one."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.distill.connector_prompts import Lines, batch
from runtime.model.prompt import ChatFormat, Message
from runtime.model.soft_tokens import SoftTokens
from runtime.model.tokenizer import Tokenizer

WRITTEN = st.lists(st.integers(0, 3), min_size=2, max_size=12).flatmap(
    lambda tokens: st.tuples(st.just(tokens), st.integers(1, len(tokens) - 1), st.sampled_from([0.5, 1.0]))
)


@given(st.lists(st.lists(WRITTEN, min_size=1, max_size=4), min_size=1, max_size=3))
def test_every_question_sees_its_own_tokens_and_no_other(pictures):
    made = batch(pictures)
    for row, questions in enumerate(pictures):
        for number, (tokens, start, weight) in enumerate(questions, 1):
            shared = made.branch[row] == 0
            seen = shared | (made.branch[row] == number)
            assert made.tokens[row][seen].tolist() == tokens
            assert made.places[row][seen].tolist() == list(range(len(tokens)))
            worth = [weight * (at >= start) for at in range(len(tokens))]
            assert np.allclose(made.weight[row][seen], worth)
            # What foretells the first token of the answer stands right before it.
            assert not made.weight[row][shared].any()
            assert len(questions) == 1 or shared.sum() < start
    padding = made.branch < 0
    assert not made.weight[padding].any()


@pytest.fixture(scope="module")
def chat(pack):
    folder = pack.path / "core"
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    return ChatFormat(config["chat"], Tokenizer(folder / "tokenizer.json"))


@pytest.mark.parametrize("line", ["", "Camera: a cup, two books."])
def test_lessons_are_written_as_the_program_asks(chat, line):
    soft = SoftTokens(np.ones((5, 4), np.float32))
    lines = Lines(chat, "Be brief.", 5)
    tokens, start, _ = lines.write("How many books?", "Two.", line)
    text = f"{line}\nHow many books?" if line else "How many books?"
    asked = chat.encode([Message("system", "Be brief."), Message("user", text, soft)], 500)
    assert lines.before == asked[: asked.index(soft.numbers[0])]
    assert tokens[:start] == asked[len(lines.before) + 5 :]
    answer = tokens[start:]
    assert answer[-1] in chat.stop_tokens
    assert chat._tokenizer.decode(answer) == "Two."
