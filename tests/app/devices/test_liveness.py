"""What tells a frozen camera from a still picture, a covered lens and a slow source."""

import numpy as np
import pytest

from app.devices.liveness import FROZEN, Pulse

DICE = np.random.default_rng(3)
SCENE = DICE.integers(0, 255, (90, 160, 3), np.uint8)


def living(count, base=SCENE):
    return [np.clip(base.astype(int) + DICE.integers(-5, 6, base.shape), 0, 255).astype(np.uint8) for _ in range(count)]


def shown(pulse, pictures, rate=15.0, start=0.0):
    """When each picture was really captured, and the time after the last."""
    times = [start + number / rate for number in range(len(pictures))]
    return [pulse.take(picture, at) for picture, at in zip(pictures, times, strict=True)], start + len(pictures) / rate


def test_a_living_camera_is_never_frozen():
    pulse = Pulse()
    captured, now = shown(pulse, living(60))
    assert captured == [number / 15 for number in range(60)]
    assert not pulse.frozen(now)


def test_a_living_camera_that_repeats_itself_has_frozen_and_its_pictures_grow_old():
    pulse, alive = Pulse(), living(40)
    _, now = shown(pulse, alive)
    captured, later = shown(pulse, [alive[-1]] * 80, start=now)
    assert set(captured) == {39 / 15}
    assert later - captured[0] > FROZEN
    assert pulse.frozen(later)
    assert not pulse.frozen(captured[0] + FROZEN - 0.1)


def test_one_new_picture_is_life_again():
    pulse, alive = Pulse(), living(40)
    _, now = shown(pulse, alive + [alive[-1]] * 80)
    assert pulse.frozen(now)
    assert pulse.take(living(1)[0], now) == now
    assert not pulse.frozen(now)


def test_a_stream_that_doubles_its_pictures_lives():
    pulse = Pulse()
    _, now = shown(pulse, [each for picture in living(40) for each in (picture, picture)], rate=30)
    assert not pulse.frozen(now)


def test_a_still_picture_is_believed_and_stays_new():
    pulse = Pulse()
    captured, now = shown(pulse, [SCENE] * 200)
    assert captured == [number / 15 for number in range(200)]
    assert not pulse.frozen(now)


def test_still_pictures_that_change_now_and_then_are_believed():
    pulse = Pulse()
    captured, now = shown(pulse, [picture for picture in living(5) for _ in range(60)])
    assert captured == [number / 15 for number in range(300)]
    assert not pulse.frozen(now)


@pytest.mark.parametrize("value", [0, 20, 255])
def test_a_covered_lens_has_not_frozen(value):
    pulse = Pulse()
    flat = np.full_like(SCENE, value)
    _, now = shown(pulse, living(40))
    captured, later = shown(pulse, [flat] * 100, start=now)
    assert captured[-1] == pytest.approx(later - 1 / 15)
    assert not pulse.frozen(later)


def test_a_slow_source_has_not_frozen():
    pulse, alive = Pulse(), living(30)
    _, now = shown(pulse, alive, rate=1)
    _, later = shown(pulse, [alive[-1]] * 5, rate=1, start=now)
    assert not pulse.frozen(later)


def test_the_picture_it_froze_to_proves_nothing_when_it_is_opened_again():
    pulse = Pulse(stuck=SCENE)
    assert shown(pulse, [SCENE] * 30)[0] == [None] * 30
    assert pulse.take(living(1)[0], 9.0) == 9.0
    assert pulse.take(SCENE[:40], 9.1) == 9.1
