"""The state of the window follows from events; every phase has a face of its own."""

from dataclasses import replace

from app.models.state import Face, State, failed, step, with_trouble, without_trouble
from runtime.events import DuplexChanged, Loading, Phase, PhaseChanged, Ready, Trouble, TroubleOver
from runtime.types import ProviderChoice

READY = Ready(ProviderChoice("CPU", "There is no GPU.", 2), "mini")


def test_from_start_to_ready():
    state = State()
    assert state.face is Face.LOADING
    state = step(state, Loading("Loading hearing", 0.5))
    assert state.loading == Loading("Loading hearing", 0.5)
    state = step(state, READY)
    assert state.ready
    assert (state.face, state.pack) == (Face.IDLE, "mini")


def test_every_phase_has_its_face():
    ready = step(State(), READY)
    faces = {step(ready, PhaseChanged(phase, 1)).face for phase in Phase}
    assert len(faces) == len(Phase)


def test_mute_shows_only_while_the_microphone_would_be_heard():
    muted = replace(step(State(), READY), muted=True)
    assert step(muted, PhaseChanged(Phase.LISTENING, 1)).face is Face.MUTED
    assert step(muted, PhaseChanged(Phase.SPEAKING, 1)).face is Face.SPEAKING


def test_talking_lasts_from_listening_to_idle():
    state = step(step(State(), READY), PhaseChanged(Phase.LISTENING, 0))
    assert state.talking
    assert step(state, PhaseChanged(Phase.SPEAKING, 1)).talking
    assert not step(state, PhaseChanged(Phase.IDLE, 1)).talking


def test_a_typed_question_does_not_open_the_microphone():
    state = step(step(State(), READY), PhaseChanged(Phase.THINKING, 1))
    assert not state.talking
    assert state.can_stop


def test_a_trouble_before_anything_is_ready_is_why_it_is_not():
    state = step(step(State(), Loading("Loading voice", 0.2)), Trouble("The voice is damaged."))
    assert state.face is Face.FAILED
    assert step(state, READY).face is Face.IDLE


def test_a_trouble_while_changing_the_model_keeps_the_old_one():
    state = step(step(State(), READY), Loading("Loading language", 0.1))
    state = step(state, Trouble("There is no GPU."))
    assert state.face is Face.IDLE
    assert state.troubles == (Trouble("There is no GPU."),)


def test_troubles_are_few_new_ones_first_and_each_once():
    state = State()
    for what in ("a", "b", "c", "d", "b"):
        state = with_trouble(state, Trouble(what))
    assert [each.what for each in state.troubles] == ["b", "d", "c"]
    assert [each.what for each in without_trouble(state, "d").troubles] == ["b", "c"]


def test_a_trouble_that_is_over_becomes_news_unless_it_was_dismissed():
    state = with_trouble(with_trouble(State(), Trouble("a")), Trouble("b"))
    over = step(state, TroubleOver("a", "All is well."))
    assert ([each.what for each in over.troubles], over.news) == (["b"], "All is well.")
    assert step(over, TroubleOver("a", "Again?")) is over
    assert with_trouble(over, Trouble("a")).news == "", "old news contradict a new trouble"


def test_duplex_is_kept_with_its_reason():
    state = step(State(), DuplexChanged(True, "Headphones."))
    assert (state.full_duplex, state.duplex_reason) == (True, "Headphones.")


def test_a_failure_ends_the_conversation_by_voice():
    talking = step(step(State(), READY), PhaseChanged(Phase.LISTENING, 0))
    state = failed(talking, Trouble("The pack mini is not built."))
    assert (state.face, state.talking, state.ready) == (Face.FAILED, False, False)
