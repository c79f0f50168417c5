"""What the hearing bench counts, on ears that hear what they are told to."""

import numpy as np
import pytest

from app.bench.hearing import noise, rows, trimmed
from runtime.errors import BadInput
from runtime.media import write_wav
from runtime.types import Transcription

RATE = 16_000


class Told:
    """Ears that answer with the text for the loudest sample."""

    def __init__(self, texts):
        self.texts = texts

    def transcribe(self, samples, _language=""):
        loudest = round(float(np.abs(samples).max()), 1) if len(samples) else 0.0
        return Transcription(self.texts.get(loudest, ""), "en", 1.0, 0.0, (), len(samples) / RATE)


@pytest.fixture
def data(tmp_path):
    for index, loudness in enumerate((0.4, 0.6)):
        sound = np.zeros(2 * RATE, np.float32)
        sound[RATE : RATE + 8000] = loudness
        write_wav(tmp_path / "a.wav", sound, RATE)
        (tmp_path / "speech").mkdir(exist_ok=True)
        # The bench looks for recordings by their ending; what is inside is found out by reading.
        (tmp_path / "a.wav").rename(tmp_path / "speech" / f"{index}.flac")
    return tmp_path


def test_counts_words_repeats_and_noise(data):
    ours = Told({0.4: "one two three", 0.6: "you and me you and me", 0.8: "Thank you!"})
    whole = Told({0.4: "one two four", 0.6: "you and me you and me"})
    figures = {row.name: row for row in rows(ours, whole, data)}
    for name in ("recordings", "utterances"):
        assert figures[f"hearing {name}: words unlike the 30 s window's"].ours == pytest.approx(100 / 9)
        assert figures[f"hearing {name}: words unlike the 30 s window's"].met is False
        assert figures[f"hearing {name}: transcripts that repeat"].ours == 1
    assert figures["hearing noise: words where nobody spoke"].ours == 1  # the clicks, whose loudest sample is 0.8


def test_no_recordings_is_bad_input(tmp_path):
    with pytest.raises(BadInput, match="no recordings"):
        list(rows(Told({}), Told({}), tmp_path))


def test_trimmed_keeps_the_sound_and_a_margin():
    sound = np.zeros(5 * RATE, np.float32)
    sound[2 * RATE : 3 * RATE] = 0.5
    kept = trimmed(sound)
    assert np.count_nonzero(kept) == RATE
    assert 1.5 * RATE < len(kept) < 1.8 * RATE
    assert len(trimmed(np.zeros(RATE, np.float32))) == RATE


def test_noise_is_within_range(tmp_path):
    found = list(noise(tmp_path))
    assert len(found) == 21
    assert all(len(each) == 3 * RATE and np.abs(each).max() <= 1 for each in found)
