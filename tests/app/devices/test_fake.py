"""The devices made of files and memory keep their promises, on a clock the test turns by hand."""

import itertools

import numpy as np
import pytest
import soundfile
from PIL import Image

from app.devices import catalog
from app.devices.camera import Camera
from app.devices.fake import MemorySpeaker, PictureCamera, WavMicrophone
from runtime.errors import BadInput, Missing

RATE = 16_000


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def test_a_paced_microphone_gives_what_the_clock_allows(clock, tmp_path):
    said = np.linspace(-0.5, 0.5, RATE, dtype=np.float32)
    soundfile.write(tmp_path / "said.wav", said, RATE, subtype="FLOAT")
    microphone = WavMicrophone(tmp_path / "said.wav", clock=clock)
    assert microphone.read() is None
    microphone.start()
    heard = []
    for step in (0.003, 0.25, 0.5, 0.0, 0.7):
        clock.now += step
        if (chunk := microphone.read()) is not None:
            assert chunk.start == sum(map(len, heard))
            heard.append(chunk.samples)
    heard = np.concatenate(heard)
    assert len(heard) == pytest.approx(1.453 * RATE, abs=RATE / 100)
    np.testing.assert_allclose(heard[:RATE], said, atol=1e-4)
    assert not heard[RATE:].any()
    assert microphone.silent


def test_a_microphone_that_is_no_sound_is_refused(tmp_path):
    (tmp_path / "no.wav").write_text("no sound")
    with pytest.raises(BadInput):
        WavMicrophone(tmp_path / "no.wav").start()


def test_the_memory_speaker_is_bounded_paced_and_forgets(clock):
    speaker = MemorySpeaker(1000, capacity=500, clock=clock)
    speaker.start()
    assert speaker.room() == 500
    assert speaker.write(np.ones(800, np.float32)) == 500
    assert speaker.room() == 0
    clock.now += 0.2
    assert (speaker.played(), speaker.room()) == (200, 200)
    speaker.flush()
    clock.now += 5
    assert (speaker.played(), speaker.room(), len(speaker.heard())) == (200, 500, 200)
    speaker.write(np.ones(100, np.float32))
    clock.now += 5
    assert speaker.played() == 300


def test_a_photo_is_a_camera_that_never_grows_old(clock, tmp_path):
    Image.new("RGB", (40, 30), (1, 2, 250)).save(tmp_path / "blue.png")
    camera = PictureCamera(tmp_path / "blue.png", clock=clock)
    assert camera.latest() is None
    camera.start()
    first = camera.latest()
    clock.now += 60
    later = camera.latest()
    assert first.rgb[3, 3].tolist() == later.rgb[3, 3].tolist() == [1, 2, 250]
    assert later.index > first.index
    assert later.captured == clock.now


def test_a_video_is_shown_over_and_over(clock, tmp_path):
    import cv2

    path = tmp_path / "three.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 10, (64, 48))
    for level in (20, 120, 220):
        for _ in range(5):
            writer.write(np.full((48, 64, 3), level, np.uint8))
    writer.release()
    camera = PictureCamera(path, clock=clock)
    camera.start()
    seen = []
    for _ in range(60):
        seen.append(int(camera.latest().rgb[20, 20, 0]))
        clock.now += 0.05
    turns = [seen[0]] + [b for a, b in itertools.pairwise(seen) if abs(a - b) > 50]
    assert len(turns) >= 5
    np.testing.assert_allclose(turns[:5], [20, 120, 220, 20, 120], atol=8)


def test_a_file_that_is_no_picture_is_refused(tmp_path):
    (tmp_path / "no.png").write_text("no picture")
    with pytest.raises(BadInput):
        PictureCamera(tmp_path / "no.png").start()


def test_the_catalog_knows_what_a_camera_setting_means(tmp_path):
    Image.new("RGB", (40, 30)).save(tmp_path / "photo.png")
    assert isinstance(catalog.camera(str(tmp_path / "photo.png")), PictureCamera)
    assert isinstance(catalog.camera("rtsp://somewhere/stream"), Camera)
    with pytest.raises(Missing, match="no camera"):
        catalog.camera("the one on the moon")
