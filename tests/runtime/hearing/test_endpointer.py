"""The endpointer's promises, over long random streams of probabilities and loudness."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.errors import BadInput
from runtime.hearing.endpointer import Decision, State, answered, interrupted, rules, step

PATIENCES = ("quick", "normal", "patient")
LOUD = 0.05


def run(windows, patience="normal", answers=lambda _: 0.0):
    """[(index, decision)] for a list of (probability, rms); `answers` is the turn model: number of the question → p."""
    these = rules(patience)
    state, out, asked = State(), [], 0
    for index, (probability, rms) in enumerate(windows):
        state, decision = step(these, state, probability, rms)
        if decision is Decision.ASK:
            out.append((index, decision))
            state, decision = answered(these, state, answers(asked))
            asked += 1
        if decision is not Decision.WAIT:
            out.append((index, decision))
    return out


def spoken(seconds):
    return [(0.95, LOUD)] * round(seconds / 0.032)


def silent(seconds):
    return [(0.02, 0.0005)] * round(seconds / 0.032)


def decisions(events):
    return [decision for _, decision in events]


streams = st.lists(
    st.tuples(
        st.floats(0, 1), st.sampled_from((0.0, 0.0005, 0.01, 0.3)), st.integers(1, 60)
    ),  # runs, so that speech and pauses of every length occur
    max_size=60,
).map(lambda runs: [(p, rms) for p, rms, n in runs for _ in range(n)])


@given(streams, st.sampled_from(PATIENCES), st.lists(st.floats(0, 1), min_size=1))
def test_every_end_has_its_beginning_and_every_utterance_is_bounded(windows, patience, answers):
    these = rules(patience)
    speaking, began = False, 0
    for index, decision in run(windows, patience, lambda asked: answers[asked % len(answers)]):
        if decision is Decision.BEGAN:
            assert not speaking
            speaking, began = True, index
        else:
            assert speaking, f"{decision} without a beginning"
            assert index - began <= these.longest
            speaking = decision is Decision.ASK


@given(streams, st.sampled_from(PATIENCES))
def test_what_is_too_quiet_to_be_a_voice_never_begins(windows, patience):
    assert run([(p, min(rms, 0.0009)) for p, rms in windows], patience) == []


@given(st.lists(st.floats(0, 0.49), max_size=2000), st.sampled_from(PATIENCES))
def test_improbable_speech_never_begins(probabilities, patience):
    assert run([(p, LOUD) for p in probabilities], patience) == []


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(3, 40)), max_size=40))
def test_clicks_never_add_up_to_speech(clicks):
    windows = [w for on, off in clicks for w in [(0.99, LOUD)] * on + [(0.01, LOUD)] * off]
    assert run(windows) == []


def test_speech_begins_within_a_quarter_of_a_second():
    (index, decision), *_ = run(silent(1) + spoken(1))
    assert decision is Decision.BEGAN
    assert (index + 1) * 0.032 - 1 <= 0.25


def test_a_cough_is_discarded_without_asking_anybody():
    assert decisions(run(silent(1) + spoken(0.2) + silent(2))) == [Decision.BEGAN, Decision.DISCARDED]


def test_a_word_is_an_utterance():
    got = decisions(run(silent(1) + spoken(0.3) + silent(4)))
    assert (got[0], got[-1]) == (Decision.BEGAN, Decision.ENDED)


def test_the_turn_model_ends_the_turn_a_fifth_of_a_second_after_the_last_word():
    events = run(spoken(1) + silent(1), answers=lambda _: 0.99)
    assert decisions(events) == [Decision.BEGAN, Decision.ASK, Decision.ENDED]
    assert events[-1][0] * 0.032 - 1 < 0.25


def test_an_unfinished_thought_is_waited_for_and_goes_on():
    events = run(spoken(1) + silent(0.5) + spoken(1) + silent(0.5), answers=lambda asked: float(asked == 1))
    assert decisions(events) == [Decision.BEGAN, Decision.ASK, Decision.ASK, Decision.ENDED]


def test_more_patience_means_a_longer_wait_and_a_surer_model():
    quick, normal, patient = (rules(each) for each in PATIENCES)
    assert quick.silence < normal.silence < patient.silence
    assert quick.finished_probability < normal.finished_probability < patient.finished_probability
    ends = [run(spoken(1) + silent(5), each)[-1] for each in PATIENCES]
    assert [decision for _, decision in ends] == [Decision.ENDED] * 3
    assert [index for index, _ in ends] == sorted({index for index, _ in ends})


def test_hysteresis_a_voice_that_fades_is_still_a_voice():
    assert decisions(run(spoken(0.5) + [(0.4, 0.01)] * 60)) == [Decision.BEGAN]
    assert run([(0.4, 0.01)] * 60) == []


def test_someone_who_never_pauses_is_cut_at_the_longest_and_heard_on():
    events = run(spoken(70))
    assert decisions(events)[:3] == [Decision.BEGAN, Decision.ENDED, Decision.BEGAN]


def test_a_stream_that_breaks_off_ends_what_was_said():
    these = rules()
    for windows, expected in ((spoken(1), Decision.ENDED), (spoken(0.2), Decision.DISCARDED), ([], Decision.WAIT)):
        state = State()
        for probability, rms in windows:
            state, _ = step(these, state, probability, rms)
        state, decision = interrupted(these, state)
        assert decision is expected
        assert not state.speaking


def test_an_unknown_patience_is_named():
    with pytest.raises(BadInput, match="quick, normal, patient"):
        rules("angelic")
