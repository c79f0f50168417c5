"""Makes sound, picture and video files, and checks how one is refused."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from runtime.errors import BadInput

ROOT = Path(__file__).parent.parent


def tone(rate, seconds=1.0, hz=440.0, loud=0.5):
    return (loud * np.sin(2 * np.pi * hz * np.arange(round(rate * seconds)) / rate)).astype(np.float32)


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


def left_red_right_blue(size=(80, 60), mode="RGB"):
    image = Image.new("RGB", size, (220, 20, 20))
    image.paste((20, 20, 220), (size[0] // 2, 0, *size))
    return image.convert(mode)


def video(file, frames=50, size=(320, 240), rate=10):
    import cv2

    writer = cv2.VideoWriter(str(file), cv2.VideoWriter_fourcc(*"mp4v"), rate, size)
    for number in range(frames):
        writer.write(np.full((size[1], size[0], 3), (40, 5 * number % 250, 200), np.uint8))
    writer.release()
    return file
