"""Which frame goes with a question, and when a sound was heard."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.events import Typed
from runtime.moments import FRESH, RecentFrames, SoundClock
from runtime.types import AudioChunk, Utterance, VideoFrame


def frame(moment, size=(4, 4)):
    return VideoFrame(np.zeros((*size, 3), np.uint8), moment, round(moment * 1000))


def recent(moments):
    frames = RecentFrames()
    for moment in moments:
        frames.keep(frame(moment))
    return frames


@given(st.floats(0.0, 3.9))
def test_the_frame_nearest_to_any_moment_of_the_last_seconds_is_found(ago):
    frames = recent(100 + number / 5 for number in range(100))
    asked = 119.8 - ago
    assert abs(frames.nearest(asked).captured - asked) <= 0.21


def test_the_newest_frame_is_always_there():
    for count in range(1, 30):
        moments = [number / 15 for number in range(count)]
        assert recent(moments).nearest(moments[-1]).captured == moments[-1]


def test_a_frame_that_is_far_from_the_question_stays_behind():
    frames = recent([10.0])
    assert frames.nearest(10.0 + FRESH) is not None
    assert frames.nearest(10.1 + FRESH) is None
    assert frames.nearest(9.9 - FRESH) is None


def test_nothing_is_kept_of_a_camera_that_was_switched_off():
    frames = recent([10.0])
    assert not frames.none
    frames.keep(None)
    assert frames.none
    assert frames.nearest(10.0) is None


@given(st.lists(st.floats(0.01, 2.0), max_size=60), st.sampled_from([(4, 4), (1080, 1920), (2160, 3840)]))
def test_what_is_kept_is_bounded(gaps, size):
    frames, pixels = RecentFrames(), np.broadcast_to(np.zeros(3, np.uint8), (*size, 3))
    for moment in np.cumsum(gaps):
        frames.keep(VideoFrame(pixels, float(moment)))
    assert len(frames._kept) <= 12
    assert len(frames._kept) <= 1 or sum(each.rgb.nbytes for each in frames._kept) <= 48 << 20


def clocked(lates, rate=16_000, chunk=160, opened=50.0, first=0):
    clock, at = SoundClock(), first
    for late in lates:
        at += chunk
        clock.note(AudioChunk(np.zeros(chunk, np.float32), rate, at - chunk), opened + (at - first) / rate + late)
    return clock


@given(st.lists(st.floats(0.0, 0.3), min_size=5, max_size=80))
def test_a_sound_is_placed_in_time_though_chunks_come_late(lates):
    moment = clocked(lates).asked_at([Utterance(np.zeros(16_000, np.float32), 16_000, 32_000)])
    assert 53.0 + min(lates) - 1e-6 <= moment <= 53.0 + max(lates) + 1e-6


def test_the_clock_forgets_a_late_beginning_and_follows_a_stream_opened_anew():
    clock = clocked([0.5, 0.4, 0.3, 0.0, 0.0, 0.2, 0.0])
    said = [Utterance(np.zeros(1600, np.float32), 16_000, 0)]
    assert clock.asked_at(said) == pytest.approx(50.1, abs=0.005)
    clock.note(AudioChunk(np.zeros(160, np.float32), 16_000, 0), 80.01)
    assert clock.asked_at(said) == pytest.approx(80.1, abs=0.005)


def test_the_last_contribution_says_when_it_was_asked():
    clock = clocked([0.0] * 4)
    said = Utterance(np.zeros(1600, np.float32), 16_000, 0)
    assert clock.asked_at([said, Typed("And this?", at=77.0)]) == 77.0
    assert clock.asked_at([Typed("And this?", at=77.0), said]) == pytest.approx(50.1, abs=0.005)


def test_what_has_no_time_was_asked_now(monkeypatch):
    monkeypatch.setattr("time.monotonic", lambda: 123.0)
    assert SoundClock().asked_at([Typed("Hello")]) == 123.0
    assert SoundClock().asked_at([Utterance(np.zeros(9, np.float32), 16_000)]) == 123.0
    assert SoundClock().asked_at([]) == 123.0
