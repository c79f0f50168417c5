"""A sound file that breaks off is known by what it promises."""

import numpy as np
import pytest
import soundfile

from app.cut_off import is_cut_off
from runtime.media import read_audio


@pytest.mark.parametrize("kind", ["wav", "flac", "ogg"])
def test_a_whole_file_is_whole(tmp_path, kind):
    path = tmp_path / f"whole.{kind}"
    soundfile.write(path, np.random.default_rng(0).uniform(-0.1, 0.1, 22_051), 22_050)
    assert not is_cut_off(path, read_audio(path))


@pytest.mark.parametrize("kind", ["wav", "flac"])
def test_half_a_file_is_cut_off(tmp_path, kind):
    path = tmp_path / f"half.{kind}"
    soundfile.write(path, np.random.default_rng(0).uniform(-0.1, 0.1, 480_000), 16_000)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert is_cut_off(path, read_audio(path))


def test_a_file_written_to_a_pipe_does_not_know_its_length(tmp_path):
    path = tmp_path / "piped.wav"
    soundfile.write(path, np.zeros(16_000, np.float32), 16_000, subtype="PCM_16")
    whole = bytearray(path.read_bytes())
    at = whole.index(b"data") + 4
    whole[at : at + 4] = b"\xff\xff\xff\xff"
    path.write_bytes(whole)
    assert not is_cut_off(path, read_audio(path))
