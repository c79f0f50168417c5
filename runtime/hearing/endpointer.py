"""Decides when speech began, when it was only a cough, and when the person has finished; pure, counted in windows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from runtime.errors import BadInput


class Decision(Enum):
    """What a step found out. `ASK`: there is a pause, the turn model should say whether the thought is complete."""

    WAIT = "wait"
    BEGAN = "began"
    ASK = "ask"
    DISCARDED = "discarded"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Rules:
    """When a decision is due. Counts are windows of the voice detector; probabilities 0…1; loudness is linear RMS.

    `begin_probability` and `end_probability` form the hysteresis: it takes more to start than to go on.
    `confirm` windows of speech make a beginning, so a click is never one; fewer than `least` by the end were a cough.
    The turn model is asked after `pause` quiet windows and every `ask_again` further ones, and believed from
    `finished_probability` on; after `silence` quiet windows the person has finished whatever it says. No utterance is
    longer than `longest`. Speech is as loud as `least_rms`, and at its beginning `above_noise` times the room's noise.
    """

    begin_probability: float
    end_probability: float
    confirm: int
    least: int
    pause: int
    ask_again: int
    finished_probability: float
    silence: int
    longest: int
    least_rms: float
    above_noise: float


@dataclass(frozen=True, slots=True)
class State:
    """Where the stream is. `length` counts windows since the first one of this speech, `speech` those of them that were
    speech, `quiet` those since the last that was (kept for one step after the end: how much silence ended it); `noise`
    is the loudness of the room, None before it is known.
    """

    speaking: bool = False
    length: int = 0
    speech: int = 0
    quiet: int = 0
    noise: float | None = None


# Seconds of silence that end a turn, and how sure the turn model must be to end it sooner. Smart Turn calls 0.5 even.
_PATIENCE = {"quick": (0.8, 0.35), "normal": (1.6, 0.5), "patient": (3.0, 0.8)}
_ADAPT = 0.05  # share of the newest quiet window in the noise estimate: it follows the room within about a second


def rules(patience: str = "normal", window_seconds: float = 0.032, longest_seconds: float = 28.0) -> Rules:
    """The rules for a person's `patience`; the only place where seconds become windows.

    The default of `longest_seconds` leaves room for the pre-roll in the transcriber's 30 s. Raises `BadInput` on an
    unknown patience.
    """
    if patience not in _PATIENCE:
        raise BadInput(f"There is no patience {patience!r}.", available=f"Choose one of {', '.join(_PATIENCE)}.")
    silence, finished = _PATIENCE[patience]

    def windows(seconds: float) -> int:
        return max(1, round(seconds / window_seconds))

    return Rules(
        begin_probability=0.5,
        end_probability=0.35,
        confirm=windows(0.2),
        least=windows(0.25),
        pause=windows(0.2),
        ask_again=windows(0.4),
        finished_probability=finished,
        silence=windows(silence),
        longest=windows(longest_seconds),
        least_rms=0.001,  # -60 dBFS: below it is a muted or unplugged microphone, whatever the detector thinks
        # Louder than the room, but no more: asking for 3 dB missed 8 of 38 spoken orders as loud as the kitchen noise
        # around them, this misses none, and the detector alone already tells the noise from a voice.
        above_noise=1.0,
    )


def step(rules: Rules, state: State, probability: float, rms: float) -> tuple[State, Decision]:
    """Take one more window, of this speech `probability` and loudness `rms`.

    After `ASK` the answer belongs in `answered` before the next step.
    """
    if not state.speaking:
        return _wait_for_speech(rules, state, probability, rms)
    spoken = probability >= rules.end_probability and rms >= rules.least_rms
    state = replace(
        state,
        length=state.length + 1,
        speech=state.speech + spoken,
        quiet=0 if spoken else state.quiet + 1,
    )
    if state.length >= rules.longest:
        return _over(state), Decision.ENDED
    if state.quiet < rules.pause or spoken:
        return state, Decision.WAIT
    if state.speech < rules.least:
        return _over(state), Decision.DISCARDED
    if state.quiet >= rules.silence:
        return _over(state), Decision.ENDED
    if (state.quiet - rules.pause) % rules.ask_again == 0:
        return state, Decision.ASK
    return state, Decision.WAIT


def answered(rules: Rules, state: State, finished: float) -> tuple[State, Decision]:
    """The turn model's answer to `ASK`: how likely the thought is finished, 0…1."""
    if state.speaking and finished >= rules.finished_probability:
        return _over(state), Decision.ENDED
    return state, Decision.WAIT


def interrupted(rules: Rules, state: State) -> tuple[State, Decision]:
    """The stream broke off: speech in progress ends as it stands, or is discarded when there was too little."""
    if not state.speaking:
        return State(noise=state.noise), Decision.WAIT
    return _over(state), Decision.ENDED if state.speech >= rules.least else Decision.DISCARDED


def _wait_for_speech(rules: Rules, state: State, probability: float, rms: float) -> tuple[State, Decision]:
    loud_enough = rms >= max(rules.least_rms, (state.noise or 0.0) * rules.above_noise)
    if probability >= rules.begin_probability and loud_enough:
        state = replace(state, length=state.length + 1, speech=state.speech + 1, quiet=0)
        if state.speech >= rules.confirm:
            return replace(state, speaking=True), Decision.BEGAN
        return state, Decision.WAIT
    noise = state.noise
    if probability < rules.end_probability:
        noise = rms if noise is None else noise + _ADAPT * (rms - noise)
    # A dip inside a first word costs twice what a window of speech gains, so hums and rattles never add up.
    speech = max(0, state.speech - 2)
    return State(False, state.length + 1 if speech else 0, speech, 0, noise), Decision.WAIT


def _over(state: State) -> State:
    return State(quiet=state.quiet, noise=state.noise)
