"""Files of every kind a person may hand over: good, odd, damaged and hostile."""

import io
import os
import stat
import struct
import subprocess
import sys
import wave
import zlib
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image

from runtime import media
from runtime.errors import BadInput

ROOT = Path(__file__).parent.parent.parent


def tone(rate, seconds=1.0, hz=440.0, loud=0.5):
    return (loud * np.sin(2 * np.pi * hz * np.arange(round(rate * seconds)) / rate)).astype(np.float32)


def loudest_hz(samples, rate=16_000):
    return np.abs(np.fft.rfft(samples * np.hanning(len(samples)))).argmax() * rate / len(samples)


# ── sound ───────────────────────────────────────────────────────────────────────────────────────────────────────────


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


def refused(read, path):
    """The one sentence a person reads; it names the file and says what to do."""
    with pytest.raises(BadInput) as caught:
        read(path)
    said = caught.value
    assert Path(path).name in said.what
    assert said.what.endswith(".")
    assert "\n" not in str(said)
    assert said.do or said.available
    return said.what


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


# ── files that are not there, or not files ──────────────────────────────────────────────────────────────────────────

READERS = [media.read_audio, media.read_image, media.read_video]


@pytest.mark.parametrize("read", READERS)
def test_a_missing_file_a_folder_and_an_empty_file_are_refused(tmp_path, read):
    assert "no file" in refused(read, tmp_path / "missing.dat")
    folder = tmp_path / "folder"
    folder.mkdir()
    assert "folder" in refused(read, folder)
    empty = tmp_path / "empty.dat"
    empty.touch()
    assert "0 bytes" in refused(read, empty)


@pytest.mark.parametrize("read", READERS)
def test_a_file_that_may_not_be_opened_is_refused(tmp_path, read, monkeypatch):
    file = tmp_path / "locked.dat"
    file.write_bytes(b"content")

    def locked(*_args, **_kwargs):
        raise PermissionError(13, "Permission denied")

    # Whoever runs the tests may be allowed to read everything, so the refusal is the file's own.
    monkeypatch.setattr(Path, "open", locked)
    assert "Permission denied" in refused(read, file)


@pytest.mark.parametrize("read", READERS)
def test_a_pipe_is_refused_rather_than_waited_for(tmp_path, read):
    os.mkfifo(tmp_path / "pipe")
    assert "not a file" in refused(read, tmp_path / "pipe")


@pytest.mark.parametrize("read", READERS)
def test_an_impossible_name_is_refused(tmp_path, read):
    with pytest.raises(BadInput):
        read(f"{tmp_path}/{'x' * 5000}")
    with pytest.raises(BadInput):
        read("a\0b")


# ── pictures ────────────────────────────────────────────────────────────────────────────────────────────────────────


def left_red_right_blue(size=(80, 60), mode="RGB"):
    image = Image.new("RGB", size, (220, 20, 20))
    image.paste((20, 20, 220), (size[0] // 2, 0, *size))
    return image.convert(mode)


def assert_left_red_right_blue(rgb):
    assert rgb.dtype == np.uint8
    assert rgb.flags.c_contiguous
    height, width = rgb.shape[:2]
    left, right = rgb[height // 2, width // 4].astype(int), rgb[height // 2, 3 * width // 4].astype(int)
    assert left[0] > 150 > 90 > left[2]
    assert right[2] > 150 > 90 > right[0]


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        *[("JPEG", "RGB"), ("JPEG", "CMYK"), ("PNG", "RGB"), ("PNG", "RGBA"), ("PNG", "P"), ("GIF", "P")],
        *[("WEBP", "RGB"), ("WEBP", "RGBA"), ("BMP", "RGB"), ("TIFF", "RGB"), ("TIFF", "CMYK"), ("PPM", "RGB")],
    ],
)
def test_a_picture_of_any_kind_becomes_rgb(tmp_path, kind, mode):
    file = tmp_path / "picture.bin"
    left_red_right_blue(mode=mode).save(file, kind)
    frame = media.read_image(file)
    assert frame.rgb.shape == (60, 80, 3)
    assert_left_red_right_blue(frame.rgb)


@pytest.mark.parametrize("mode", ["L", "1", "LA"])
def test_a_grey_picture_becomes_rgb(tmp_path, mode):
    file = tmp_path / "grey.png"
    left_red_right_blue().convert("L").point(lambda value: 255 * (value > 50)).convert(mode).save(file)
    rgb = media.read_image(file).rgb
    assert rgb.shape == (60, 80, 3)
    assert rgb[30, 10].tolist() == [255, 255, 255]
    assert rgb[30, 70].tolist() == [0, 0, 0]


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_sixteen_bits_become_eight(tmp_path, kind):
    file = tmp_path / "deep.bin"
    ramp = np.linspace(0, 65535, 256).astype(np.uint16)[None].repeat(20, 0)
    Image.fromarray(ramp).save(file, kind)
    rgb = media.read_image(file).rgb
    assert np.abs(rgb[10, :, 1].astype(int) - np.arange(256)).max() <= 1


def test_a_float_picture_is_spread_over_all_shades(tmp_path):
    file = tmp_path / "float.tiff"
    Image.fromarray(np.linspace(-3, 900, 256).astype(np.float32)[None].repeat(9, 0)).save(file)
    rgb = media.read_image(file).rgb
    assert (rgb.min(), rgb.max()) == (0, 255)


def test_see_through_becomes_white(tmp_path):
    file = tmp_path / "glass.png"
    image = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
    image.paste((200, 30, 30, 255), (10, 10, 30, 30))
    image.save(file)
    rgb = media.read_image(file).rgb
    assert rgb[2, 2].tolist() == [255, 255, 255]
    assert rgb[20, 20].tolist() == [200, 30, 30]


def test_a_see_through_colour_of_a_palette_becomes_white(tmp_path):
    file = tmp_path / "glass.gif"
    image = Image.new("P", (40, 40), 0)
    image.putpalette([10, 10, 10, 200, 30, 30])
    image.paste(1, (10, 10, 30, 30))
    image.save(file, transparency=0)
    rgb = media.read_image(file).rgb
    assert rgb[2, 2].tolist() == [255, 255, 255]
    assert rgb[20, 20].tolist() == [200, 30, 30]


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF"])
def test_of_an_animation_the_first_picture_is_taken(tmp_path, kind):
    file = tmp_path / "moving.bin"
    later = [Image.new("RGB", (80, 60), (0, 200, 0)) for _ in range(3)]
    left_red_right_blue().save(file, kind, save_all=True, append_images=later)
    assert_left_red_right_blue(media.read_image(file).rgb)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_turned_upright(tmp_path, orientation):
    undo = {
        2: [Image.Transpose.FLIP_LEFT_RIGHT],
        3: [Image.Transpose.ROTATE_180],
        4: [Image.Transpose.FLIP_TOP_BOTTOM],
        5: [Image.Transpose.TRANSPOSE],
        6: [Image.Transpose.ROTATE_90],
        7: [Image.Transpose.TRANSVERSE],
        8: [Image.Transpose.ROTATE_270],
    }
    image = left_red_right_blue()
    for each in undo.get(orientation, []):
        image = image.transpose(each)
    exif = Image.Exif()
    exif[0x0112] = orientation
    file = tmp_path / "phone.jpg"
    image.save(file, exif=exif, quality=95)
    frame = media.read_image(file)
    assert frame.rgb.shape == (60, 80, 3)
    assert_left_red_right_blue(frame.rgb)


@pytest.mark.parametrize("shape", [(1, 1), (1, 5000), (5000, 1)])
def test_tiny_and_thin_pictures_are_pictures(tmp_path, shape):
    file = tmp_path / "thin.png"
    Image.new("RGB", shape, "red").save(file)
    rgb = media.read_image(file).rgb
    assert max(rgb.shape[:2]) <= media.LONGEST_SIDE
    assert min(rgb.shape[:2]) >= 1


def one_colour_png(width, height, colour=(200, 40, 40)):
    """A PNG of any size, written row by row: making it takes no memory, only reading it does."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer, row, packed = zlib.compressobj(1), b"\0" + bytes(colour) * width, io.BytesIO()
    for _ in range(height):
        packed.write(packer.compress(row))
    packed.write(packer.flush())
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed.getvalue()) + chunk(b"IEND", b"")


def test_a_picture_bomb_is_refused_before_it_is_decoded(tmp_path):
    file = tmp_path / "bomb.png"
    content = bytearray(one_colour_png(8, 8))
    content[16:24] = struct.pack(">II", 60_000, 60_000)
    content[29:33] = struct.pack(">I", zlib.crc32(bytes(content[12:29])))
    file.write_bytes(content)
    assert "60000×60000" in refused(media.read_image, file)


MEASURE = """
import resource, sys
from runtime import media
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
frame = media.read_image(sys.argv[1])
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(max(frame.rgb.shape), (after - before) // 1024, *frame.rgb[5, 5])
"""


@pytest.mark.parametrize(
    ("kind", "size", "megabytes"),
    [("PNG", (8660, 5774), 330), ("JPEG", (8660, 5774), 90), ("JPEG", (11_600, 8_640), 120)],
    ids=["png-50-megapixels", "jpeg-50-megapixels", "jpeg-100-megapixels"],
)
def test_a_huge_picture_is_seen_in_bounded_memory(tmp_path, kind, size, megabytes):
    file = tmp_path / "huge.bin"
    if kind == "PNG":
        file.write_bytes(one_colour_png(*size))
    else:
        Image.new("L", size, 120).save(file, "JPEG")
    done = subprocess.run([sys.executable, "-c", MEASURE, str(file)], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    longest, took, *colour = map(int, done.stdout.split())
    assert longest <= media.LONGEST_SIDE
    assert took <= megabytes
    assert colour == ([200, 40, 40] if kind == "PNG" else [120, 120, 120])


def test_a_picture_too_large_for_its_kind_is_refused_with_what_is_possible(tmp_path):
    file = tmp_path / "large.png"
    file.write_bytes(one_colour_png(20_000, 9_000))
    with pytest.raises(BadInput, match="20000×9000") as caught:
        media.read_image(file)
    assert "megapixels" in caught.value.available


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP"])
@pytest.mark.parametrize("kept", [0.02, 0.5, 0.9])
def test_a_picture_that_is_cut_off_is_refused(tmp_path, kind, kept):
    file = tmp_path / "cut.bin"
    noise = np.random.default_rng(1).integers(0, 255, (90, 120, 3), np.uint8)
    Image.fromarray(noise).save(file, kind)
    content = file.read_bytes()
    file.write_bytes(content[: max(4, int(len(content) * kept))])
    refused(media.read_image, file)


@pytest.mark.parametrize(
    "content",
    [b"a text\n" * 200, b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%!PS-Adobe-3.0 EPSF-3.0\n", bytes(5000)],
)
def test_what_is_no_picture_is_refused(tmp_path, content):
    file = tmp_path / "page.png"
    file.write_bytes(content)
    assert "not a picture" in refused(media.read_image, file)


# ── videos ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def video(file, frames=50, size=(320, 240), rate=10):
    import cv2

    writer = cv2.VideoWriter(str(file), cv2.VideoWriter_fourcc(*"mp4v"), rate, size)
    for number in range(frames):
        writer.write(np.full((size[1], size[0], 3), (40, 5 * number % 250, 200), np.uint8))
    writer.release()
    return file


def test_a_video_becomes_evenly_spaced_frames(tmp_path):
    frames = media.read_video(video(tmp_path / "clip.mp4"), 5)
    assert [frame.index for frame in frames] == [4, 14, 24, 34, 44]
    assert [frame.captured for frame in frames] == pytest.approx([0.4, 1.4, 2.4, 3.4, 4.4])
    for frame in frames:
        assert frame.rgb.shape == (240, 320, 3)
        assert np.abs(frame.rgb.mean(axis=(0, 1)) - (200, 5 * frame.index % 250, 40)).max() < 12


def test_a_short_video_gives_what_it_has(tmp_path):
    assert [frame.index for frame in media.read_video(video(tmp_path / "short.mp4", frames=3), 8)] == [0, 1, 2]


def test_frames_of_a_large_video_are_made_small_and_few(tmp_path):
    frames = media.read_video(video(tmp_path / "large.mp4", frames=4, size=(2560, 1440)), 10_000)
    assert len(frames) == 4
    assert frames[0].rgb.shape == (720, 1280, 3)


def test_an_animated_picture_can_be_watched(tmp_path):
    file = tmp_path / "moving.gif"
    frames = [Image.new("RGB", (80, 60), (number * 60, 0, 0)) for number in range(4)]
    frames[0].save(file, save_all=True, append_images=frames[1:], duration=100)
    assert len(media.read_video(file, 4)) == 4


def test_what_is_no_video_is_refused(tmp_path, capfd):
    for name, content in {
        "notes.mp4": b"not a video\n" * 50,
        "random.mp4": np.random.default_rng(2).bytes(5000),
        "list.m3u8": b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/clip.ts\n",
        "list.ffconcat": b"ffconcat version 1.0\nfile '/etc/hostname'\n",
    }.items():
        file = tmp_path / name
        file.write_bytes(content)
        assert "not a video" in refused(media.read_video, file)
    sound = tmp_path / "only.wav"
    soundfile.write(sound, tone(16_000), 16_000)
    assert "not a video" in refused(media.read_video, sound)
    assert capfd.readouterr() == ("", "")


def test_a_video_that_is_cut_off_is_refused(tmp_path):
    file = video(tmp_path / "cut.mp4")
    file.write_bytes(file.read_bytes()[:3000])
    assert "not a video" in refused(media.read_video, file)


def test_opencv_leaves_qt_alone(tmp_path):
    code = (
        "import os, sys; os.environ['QT_QPA_FONTDIR'] = 'mine'; os.environ.pop('QT_QPA_PLATFORM_PLUGIN_PATH', None)\n"
        "from runtime import media; media.read_video(sys.argv[1], 1); import runtime.sight.reader, cv2\n"
        "print(os.environ['QT_QPA_FONTDIR'], os.environ.get('QT_QPA_PLATFORM_PLUGIN_PATH'))"
    )
    file = video(tmp_path / "clip.mp4", frames=2)
    done = subprocess.run([sys.executable, "-c", code, str(file)], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.split() == ["mine", "None"], done.stderr


# ── writing ─────────────────────────────────────────────────────────────────────────────────────────────────────────


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


def test_reading_writes_nothing(tmp_path):
    inside = tmp_path / "inside"
    inside.mkdir()
    left_red_right_blue().save(inside / "a.png")
    soundfile.write(inside / "a.wav", tone(8_000), 8_000)
    video(inside / "a.mp4", frames=2)
    inside.chmod(stat.S_IRUSR | stat.S_IXUSR)
    before = {path.name: path.stat().st_mtime_ns for path in inside.iterdir()}
    code = (
        "import os, sys, tempfile; from runtime import media\n"
        "os.chdir(sys.argv[1]); tempfile.tempdir = '/nowhere'\n"
        "media.read_image('a.png'); media.read_audio('a.wav'); media.read_video('a.mp4')"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, "-c", code, str(inside)], capture_output=True, text=True, env=env)
    assert done.returncode == 0, done.stderr
    assert {path.name: path.stat().st_mtime_ns for path in inside.iterdir()} == before
    inside.chmod(stat.S_IRWXU)
