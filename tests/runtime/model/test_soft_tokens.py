"""Soft tokens are read like words, and the cache knows one picture's from another's."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from runtime.model.omni import Core
from runtime.model.prompt import Message
from runtime.model.sampler import Sampling
from runtime.model.session import OnnxSessions
from runtime.model.soft_tokens import FIRST, SoftTokens
from runtime.ports import never

ROWS = arrays(np.float32, (4, 3), elements=st.sampled_from([0.0, 0.5, 1.0]))


@given(ROWS)
def test_equal_embeddings_and_no_others_have_one_number(rows):
    numbers = SoftTokens(rows).numbers
    assert min(numbers) >= FIRST
    for one in range(4):
        for other in range(4):
            assert (numbers[one] == numbers[other]) == bool((rows[one] == rows[other]).all())


@pytest.fixture(scope="module")
def core(pack):
    core = Core(pack.path / "core", OnnxSessions("cpu"))
    core.load()
    return core


def embeddings(core, text):
    decoder, tokenizer, _ = core._ready()
    (rows,) = decoder._embed.run(None, {"tokens": np.array([tokenizer.encode(text)], np.int64)})
    return SoftTokens(rows[0])


def asked(core, soft, question):
    return [Message("system", core.system_prompt), Message("user", question, soft)]


def test_the_embeddings_of_words_are_read_as_the_words(core):
    decoder, tokenizer, _ = core._ready()
    words = tokenizer.encode("The capital of France is the city of")
    soft = embeddings(core, "The capital of France is the city of")
    decoder.cache.cut(0)
    plain = decoder.prefill(words, never).copy()
    decoder.cache.cut(0)
    rows = dict(zip(soft.numbers, soft.embeds, strict=True))
    assert np.array_equal(decoder.prefill(list(soft.numbers), never, rows), plain)


def test_a_prompt_may_end_in_a_piece_of_one_soft_token(core):
    decoder, tokenizer, _ = core._ready()
    words = (tokenizer.encode("A long walk through the city of Paris. ") * 20)[:129]
    soft = embeddings(core, "A long walk through the city of Paris. ")
    last = soft.numbers[128 % len(soft.numbers)]
    decoder.cache.cut(0)
    plain = decoder.prefill(words, never).copy()
    decoder.cache.cut(0)
    rows = dict(zip(soft.numbers, soft.embeds, strict=True))
    softly = decoder.prefill([*words[:128], last], never, rows)
    assert np.array_equal(softly, plain)


def test_a_second_question_about_a_picture_reads_only_the_question(core):
    decoder, _, chat = core._ready()
    soft = embeddings(core, "a red cup, two books, a person")
    list(core.generate(asked(core, soft, "What do you see?"), Sampling(max_tokens=4)))
    second = core.generate(asked(core, soft, "How many books are there?"), Sampling(max_tokens=4))
    list(second)
    assert second.prompt_tokens - second.reused_tokens < 16
    prompt = chat.encode(asked(core, soft, "How many books are there?"), 500)
    rows = dict(zip(soft.numbers, soft.embeds, strict=True))
    decoder.cache.cut(second.reused_tokens)
    cached = decoder.prefill(prompt[second.reused_tokens :], never, rows).copy()
    decoder.cache.cut(0)
    whole = decoder.prefill(prompt, never, rows)
    # The bound of test_cached_logits_are_uncached_logits, and for its reason.
    assert (cached - whole).std() / whole.std() < 0.05
    assert cached.argmax() == whole.argmax()


def test_another_picture_is_read_anew(core):
    first = embeddings(core, "a red cup, two books, a person")
    changed = first.embeds.copy()
    changed[2] += 0.25
    list(core.generate(asked(core, first, "What do you see?"), Sampling(max_tokens=2)))
    second = core.generate(asked(core, SoftTokens(changed), "What do you see?"), Sampling(max_tokens=2))
    list(second)
    _, _, chat = core._ready()
    prompt = chat.encode(asked(core, first, "What do you see?"), 500)
    assert second.reused_tokens == prompt.index(first.numbers[2])
