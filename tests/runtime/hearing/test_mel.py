"""The log-mel spectrogram against the definition, computed slowly and frame by frame."""

import numpy as np
import pytest

from runtime.hearing.mel import BINS, HOP, WINDOW, filters, log_mel


def slaney_mel(hertz):
    return hertz / (200 / 3) if hertz < 1000 else 15 + 27 * np.log(hertz / 1000) / np.log(6.4)


def slaney_hertz(mel):
    return mel * 200 / 3 if mel < 15 else 1000 * 6.4 ** ((mel - 15) / 27)


def slow_filters():
    edges = [slaney_hertz(slaney_mel(8000.0) * index / (BINS + 1)) for index in range(BINS + 2)]
    bank = np.zeros((BINS, WINDOW // 2 + 1))
    for band in range(BINS):
        low, centre, high = edges[band : band + 3]
        for index in range(WINDOW // 2 + 1):
            hertz = index * 16000 / WINDOW
            if low < hertz <= centre:
                bank[band, index] = (hertz - low) / (centre - low)
            elif centre < hertz < high:
                bank[band, index] = (high - hertz) / (high - centre)
        bank[band] *= 2 / (high - low)
    return bank


def slow_log_mel(samples):
    """Whisper's definition with one discrete Fourier transform a frame, in double precision."""
    count = len(samples)
    bank = slow_filters()
    columns = []
    for frame in range(count // HOP):
        window = np.zeros(WINDOW)
        for offset in range(WINDOW):
            at = frame * HOP + offset - WINDOW // 2
            at = -at if at < 0 else at
            at = 2 * (count - 1) - at if at >= count else at
            window[offset] = samples[at] * (0.5 - 0.5 * np.cos(2 * np.pi * offset / WINDOW))
        columns.append(bank @ np.abs(np.fft.fft(window)[: WINDOW // 2 + 1]) ** 2)
    logarithm = np.log10(np.maximum(np.array(columns).T, 1e-10))
    return (np.maximum(logarithm, logarithm.max() - 8) + 4) / 4


def chirp(count):
    time = np.arange(count) / 16000
    noise = np.random.default_rng(3).normal(0, 0.01, count)
    return (0.4 * np.sin(2 * np.pi * (200 + 1500 * time) * time) + noise).astype(np.float32)


@pytest.mark.parametrize("count", [1600, 4000, 4096])
def test_equals_the_definition(count):
    sound = chirp(count)
    np.testing.assert_allclose(log_mel(sound), slow_log_mel(sound.astype(np.float64)), atol=2e-4)


def test_filters_equal_the_definition():
    np.testing.assert_allclose(filters(), slow_filters(), atol=1e-7)


def test_one_frame_for_each_full_hop():
    assert log_mel(chirp(HOP * 7 + 159)).shape == (BINS, 7)
    assert log_mel(chirp(HOP - 1)).shape == (BINS, 0)
    assert log_mel(chirp(HOP)).shape == (BINS, 1)


def test_silence_is_flat_and_finite():
    mel = log_mel(np.zeros(16000, np.float32))
    assert np.all(mel == mel[0, 0])
    assert mel[0, 0] == pytest.approx((-10 + 4) / 4)


def test_silence_behind_speech_changes_nothing_before_it():
    sound = chirp(8000)
    longer = log_mel(np.pad(sound, (0, 8000)))
    further = log_mel(np.pad(sound, (0, 80000)))
    np.testing.assert_array_equal(longer[:, :90], further[:, :90])
