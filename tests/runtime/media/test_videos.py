"""Videos become a few evenly spaced frames, what is no video is refused in words, and Qt is left alone."""

import subprocess
import sys
import weakref

import numpy as np
import pytest
import soundfile
from PIL import Image

from runtime import media
from tests.media_files import ROOT, refused, tone, video


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


def test_a_video_is_gone_through_four_times_a_second_and_no_more_than_so_often(tmp_path):
    frames = list(media.go_through_video(video(tmp_path / "clip.mp4")))
    assert len(frames) == 20
    assert max(np.diff([frame.captured for frame in frames])) < 0.35
    for frame in frames:
        assert np.abs(frame.rgb.mean(axis=(0, 1)) - (200, 5 * frame.index % 250, 40)).max() < 12
    long = list(media.go_through_video(video(tmp_path / "long.mp4", frames=400, size=(32, 24))))
    assert len(long) == media.MOST_FRAMES
    very_long = list(media.go_through_video(video(tmp_path / "very long.mp4", frames=4800, size=(32, 24))))
    assert [frame.index for frame in very_long] == [100 + 200 * part for part in range(24)]


def test_of_a_video_that_is_gone_through_one_frame_is_held_at_a_time(tmp_path):
    frames = media.go_through_video(video(tmp_path / "clip.mp4"))
    held = [weakref.ref(next(frames).rgb) for _ in range(5)]
    assert sum(each() is not None for each in held) <= 1


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
