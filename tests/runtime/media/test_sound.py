"""Sound of any kind becomes 16 kHz mono, what is none is refused in words, and a WAV is written whole or not at all."""

import struct
import subprocess
import sys
import wave

import numpy as np
import pytest
import soundfile

from runtime import media
from runtime.errors import BadInput
from tests.media_files import ROOT, refused, tone


def loudest_hz(samples, rate=16_000):
    return np.abs(np.fft.rfft(samples * np.hanning(len(samples)))).argmax() * rate / len(samples)


@pytest.mark.parametrize(
    ("rate", "channels", "kind", "subtype"),
    [
        (8_000, 1, "WAV", "PCM_16"),
        (16_000, 1, "WAV", "PCM_U8"),
        (22_050, 1, "AIFF", "PCM_16"),
        (44_100, 2, "FLAC", "PCM_24"),
        (48_000, 2, "OGG", "VORBIS"),
        (44_100, 1, "MP3", "MPEG_LAYER_III"),
        (96_000, 2, "WAV", "PCM_32"),
        (96_000, 6, "WAV", "FLOAT"),
    ],
)
def test_sound_of_any_kind_becomes_16_khz_mono(tmp_path, rate, channels, kind, subtype):
    file = tmp_path / "sound.bin"  # the name's ending must not matter
    soundfile.write(file, np.repeat(tone(rate)[:, None], channels, 1), rate, subtype, format=kind)
    heard = media.read_audio(file)
    assert heard.rate == 16_000
    assert heard.samples.dtype == np.float32
    assert heard.samples.ndim == 1
    assert abs(heard.seconds - 1.0) < 0.08
    assert abs(loudest_hz(heard.samples) - 440) < 3
    assert 0.4 < np.abs(heard.samples).max() < 0.6


def test_what_lies_above_hearing_does_not_fold_down(tmp_path):
    file = tmp_path / "high.wav"
    soundfile.write(file, tone(96_000, hz=20_000), 96_000)
    assert np.abs(media.read_audio(file).samples[400:-400]).max() < 1e-3  # the tone's own ends are clicks


def test_a_float_file_beyond_full_scale_is_brought_down_to_it(tmp_path):
    file = tmp_path / "loud.wav"
    samples = tone(16_000, loud=30_000.0)
    samples[:50] = [np.nan, np.inf, -np.inf, 0, 1] * 10
    soundfile.write(file, samples, 16_000, "FLOAT")
    heard = media.read_audio(file).samples
    assert np.isfinite(heard).all()
    assert 0.9 < np.abs(heard).max() <= 1.0
    assert abs(loudest_hz(heard) - 440) < 3


def test_silence_is_sound(tmp_path):
    file = tmp_path / "silence.wav"
    soundfile.write(file, np.zeros(8_000, np.float32), 16_000)
    heard = media.read_audio(file)
    assert len(heard.samples) == 8_000
    assert not heard.samples.any()


def test_of_a_wav_that_is_cut_off_the_rest_is_heard(tmp_path):
    whole, cut = tmp_path / "whole.wav", tmp_path / "cut.wav"
    soundfile.write(whole, tone(16_000), 16_000)
    cut.write_bytes(whole.read_bytes()[:-12_000])
    assert len(media.read_audio(cut).samples) == 10_000


def test_of_a_flac_that_is_cut_off_the_rest_is_heard_or_it_is_refused_in_words(tmp_path):
    whole, cut = tmp_path / "whole.flac", tmp_path / "cut.flac"
    soundfile.write(whole, tone(16_000, seconds=20), 16_000)
    content = whole.read_bytes()
    cut.write_bytes(content[: len(content) * 3 // 4])
    assert 4 < media.read_audio(cut).seconds < 20.5
    cut.write_bytes(content[:60])
    with pytest.raises(BadInput, match=r"cut\.flac"):
        media.read_audio(cut)


def test_a_sound_file_without_a_sample_is_refused(tmp_path):
    file = tmp_path / "none.wav"
    soundfile.write(file, np.zeros(0, np.float32), 16_000)
    assert "no samples" in refused(media.read_audio, file)


@pytest.mark.parametrize("name", ["notes.wav", "notes.raw", "notes.mp3"])
@pytest.mark.parametrize(
    "content", [b"these are notes, not a sound\n" * 40, bytes(range(256)) * 9, b"RIFF", b"RIFF\0\0"]
)
def test_what_is_no_sound_is_refused(tmp_path, name, content):
    file = tmp_path / name
    file.write_bytes(content)
    assert "not a sound" in refused(media.read_audio, file)


def test_a_sound_that_is_too_long_is_refused_before_it_fills_the_memory(tmp_path):
    file = tmp_path / "long.wav"
    seconds = media.LONGEST_MINUTES * 60 + 10
    with wave.open(str(file), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(1)
        out.setframerate(2_000)
        out.writeframes(bytes(2_000 * seconds))
    assert "longer than 30 minutes" in refused(media.read_audio, file)


def test_a_header_that_promises_too_much_is_not_believed(tmp_path):
    file = tmp_path / "liar.wav"
    soundfile.write(file, tone(16_000), 16_000)
    content = bytearray(file.read_bytes())
    place = content.index(b"data") + 4
    content[place : place + 4] = struct.pack("<I", 0xFFFFFFF0)
    file.write_bytes(content)
    assert media.read_audio(file).seconds == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize("rate", [1, 4_000_000])
def test_an_impossible_rate_is_refused(tmp_path, rate):
    file = tmp_path / "rate.wav"
    soundfile.write(file, tone(16_000), 16_000)
    content = bytearray(file.read_bytes())
    content[24:28] = struct.pack("<I", rate)
    file.write_bytes(content)
    assert "samples a second" in refused(media.read_audio, file)


def test_a_wav_comes_back_as_it_was_written(tmp_path):
    file = tmp_path / "reply.wav"
    samples = np.concatenate([tone(24_000), [2.0, -2.0, np.nan]]).astype(np.float32)
    media.write_wav(file, samples, 24_000)
    back, rate = soundfile.read(file, dtype="float32")
    assert rate == 24_000
    assert soundfile.info(file).subtype == "PCM_16"
    np.testing.assert_allclose(back, np.clip(np.nan_to_num(samples), -1, 1), atol=1e-4)
    assert [path.name for path in tmp_path.iterdir()] == ["reply.wav"]


def test_a_wav_replaces_an_older_one_whole(tmp_path):
    file = tmp_path / "reply.wav"
    media.write_wav(file, tone(24_000), 24_000)
    media.write_wav(file, tone(16_000, seconds=0.1), 16_000)
    assert soundfile.info(file).frames == 1600


def test_where_nothing_can_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("in the way")
    (tmp_path / "folder").mkdir()
    for target in (tmp_path / "missing" / "a.wav", tmp_path / "file" / "a.wav"):
        assert "cannot be written" in refused(lambda path: media.write_wav(path, tone(16_000), 16_000), target)
    assert "not an ordinary file" in refused(
        lambda path: media.write_wav(path, tone(16_000), 16_000), tmp_path / "folder"
    )
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["file", "folder"]


def test_a_full_disk_leaves_the_old_file(tmp_path):
    file = tmp_path / "reply.wav"
    media.write_wav(file, tone(16_000, seconds=0.1), 16_000)
    old = file.read_bytes()
    code = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "import numpy as np; from runtime import media; from runtime.errors import Fault\n"
        "try: media.write_wav(sys.argv[1], np.zeros(90_000, np.float32), 16_000)\n"
        "except Fault as fault: print(fault)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(file)], capture_output=True, text=True, cwd=ROOT)
    assert "no space" in done.stdout, done.stderr
    assert file.read_bytes() == old
    assert [path.name for path in tmp_path.iterdir()] == ["reply.wav"]
