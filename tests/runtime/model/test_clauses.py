import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.model.clauses import FIRST_COMMA, LONGEST, Clauses, split

REPLY = (
    "Of course, I can help. Dr. J. K. Rowling paid $3.50, e.g. for tea at 5 p.m. The U.S. Army left... maybe. "
    'Visit https://x.org/a.b, then call! "Stop! Now!" he said.\n\n1. Wash.\n2. Dry (see p. 5. It helps).\n'
    "```py\nx = 1. y\n\nz = 2.\n```\n| a. b | c |\nDone."
)
prose = st.text(alphabet=st.sampled_from(list("abIT .,!?;:—…\n\"'()[]`*|-0159“”é。😀")), max_size=400)


def texts(reply: str, early: bool = False) -> list[str]:
    return [clause.text for clause in split([reply], early)]


@given(prose)
def test_clauses_joined_are_the_reply_and_end_counts_its_characters(reply):
    covered = ""
    for clause in split([reply]):
        assert clause.text
        covered += clause.text
        assert clause.end == len(covered)
    assert covered == reply


@given(prose, st.lists(st.integers(1, 7), min_size=1, max_size=50))
def test_the_size_of_the_pieces_changes_nothing(reply, sizes):
    pieces, at = [], 0
    while at < len(reply):
        size = sizes[len(pieces) % len(sizes)]
        pieces.append(reply[at : at + size])
        at += size
    assert list(split(pieces)) == list(split([reply]))


@given(prose)
def test_no_spoken_clause_is_longer_than_the_limit(reply):
    for text in texts(reply, early=True):
        if not text.lstrip().startswith(("```", "|")):
            assert len(text.strip()) <= LONGEST


def test_a_sentence_leaves_as_soon_as_the_next_one_begins():
    clauses = Clauses()
    ready = [clause.text for sign in "It is a cup. It" for clause in clauses.feed(sign)]
    assert ready == ["It is a cup. "]
    assert [clause.text for clause in clauses.finish()] == ["It"]
    assert clauses.finish() == []


def test_the_first_clause_leaves_at_a_comma_and_later_ones_do_not():
    assert texts("Of course, I can. Later on, we go, too.", early=True) == [
        "Of course, ",
        "I can. ",
        "Later on, we go, too.",
    ]
    assert texts("Of course, I can.") == ["Of course, I can."]


def test_the_first_clause_is_not_a_single_short_word():
    first = texts("Yes, sure, I can help you.", early=True)[0]
    assert len(first.strip()) >= FIRST_COMMA


def test_a_long_beginning_leaves_before_a_joining_word():
    reply = "The capital of France is the old city called Paris which lies on the river Seine."
    assert texts(reply, early=True)[0] == "The capital of France is the old city called Paris "


@pytest.mark.parametrize(
    "sentence",
    [
        "Dr. Smith met Mr. Jones and Prof. Lee.",
        "J. K. Rowling wrote it.",
        "It weighs 3.5 kg, e.g. Like this one.",
        "Bring fruit, i.e. Apples.",
        "The U.S. Army and the U.K. Government agreed.",
        "Well... maybe it is.",
        "Hmm… perhaps.",
        "See example.com and https://x.org/a.b?c=d. it works.",
        'He said "Stop! Now!" and left.',
        "He said “Really? Yes.” and left.",
        "It (see Fig. 3. There) helps.",
        "On Jan. 5 we left No. 10 behind.",
        "Version 2.0.1 is out.",
        "Use `a. B` here.",
        "Yahoo! is a company.",
        "She has a Ph.D. From Oxford too.",
        "Cats vs. Dogs.",
    ],
)
def test_does_not_cut_inside(sentence):
    assert texts(sentence) == [sentence]


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("It costs $5. Then go.", ["It costs $5. ", "Then go."]),
        ("It is 5 p.m. Then go.", ["It is 5 p.m. ", "Then go."]),
        ("Really?! Yes!! Go.", ["Really?! ", "Yes!! ", "Go."]),
        ("**Note.** Then go.", ["**Note.** ", "Then go."]),
        ('"Go." "No."', ['"Go." ', '"No."']),
        ("One\nTwo", ["One\n", "Two"]),
        ("List:\n- one\n- two", ["List:\n", "- one\n", "- two"]),
        ("你好。再见。", ["你好。", "再见。"]),
        ("It was I. Then we left.", ["It was I. ", "Then we left."]),
        ("No. It is not.", ["No. ", "It is not."]),
        ("Good! 😀 And you?", ["Good! ", "😀 And you?"]),
    ],
)
def test_cuts_between(reply, expected):
    assert texts(reply) == expected


def test_code_and_tables_stay_whole():
    found = texts(REPLY)
    assert "```py\nx = 1. y\n\nz = 2.\n```\n" in found
    assert "| a. b | c |\n" in found
    assert found[-1] == "Done."


def test_a_sentence_without_end_is_cut_after_a_comma_or_a_space():
    words = "word " * 200
    assert all(text.endswith(" ") for text in texts(words)[:-1])
    assert texts("a" * (LONGEST * 2)) == ["a" * LONGEST] * 2
    listed = texts("a cup, " * 60)
    assert all(text.endswith(", ") for text in listed)
