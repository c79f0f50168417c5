"""Reads evenly spaced frames of a video, one at a time or a few at once, and keeps OpenCV away from Qt."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from runtime.errors import BadInput
from runtime.media.files import existing, unreadable
from runtime.types import VideoFrame

VIDEO_SIDE = 1280
"""Pixels; larger frames are made smaller: several are kept."""

MOST_FRAMES = 64
"""However many are asked for."""

_AT_MOST_EVERY = 0.25
"""Seconds between the frames of a video that is gone through: what takes less time is no event."""

_RUN_THROUGH, _SEEK_BEYOND = 1_800, 150
"""Frames of a video that is decoded whole (more are sampled more thinly, by seeking), and frames ahead up to which
decoding is faster than seeking: decoders start from the last complete picture, up to 250 frames before."""

_THIN = 24
"""Frames of a long video: each costs a search."""

_VIDEO_HELP = "MP4, MKV, WebM, MOV and AVI videos can be watched."
_QT_VARIABLES = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR")


@contextmanager
def keeping_qt_paths() -> Iterator[None]:
    """Wrap the first import of cv2 (or of a package that uses it) in this: it would point Qt at plugins of its own."""
    before = {name: os.environ.get(name) for name in _QT_VARIABLES}
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def opencv() -> Any:
    """The cv2 module, quiet, and without the Qt plugins it would force on the whole process."""
    with keeping_qt_paths():
        import cv2
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)  # what fails is reported in our own words
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    return cv2


def read_video(path: Path | str, max_frames: int = 8) -> tuple[VideoFrame, ...]:
    """At most `max_frames` (itself at most `MOST_FRAMES`) pictures of the video `path`, evenly spaced, in order.

    `captured` is the time of each in seconds from the start of the video, `index` its number there. The longer side is
    at most `VIDEO_SIDE` pixels. Raises `BadInput` for a file that is no video.
    """
    wanted = max(1, min(max_frames, MOST_FRAMES))
    return tuple(_frames(path, lambda *_: wanted))


def go_through_video(path: Path | str) -> Iterator[VideoFrame]:
    """Frames of the video `path` as `read_video` gives them, one at a time, for whoever keeps only some of them.

    Up to `MOST_FRAMES`, at most four a second. Raises `BadInput` for a file that is no video.
    """

    def wanted(count: int, rate: float) -> int:
        most = MOST_FRAMES if count <= _RUN_THROUGH else _THIN
        return max(1, min(most, round(count / (rate * _AT_MOST_EVERY))))

    return _frames(path, wanted)


def _frames(path: Path | str, wanted: Callable[[int, float], int]) -> Iterator[VideoFrame]:
    path = existing(Path(path)).resolve()
    try:
        with path.open("rb") as file:
            text = b"\0" not in file.read(65_536)
    except OSError as error:
        raise unreadable(path, error) from error
    # Playlists are text, and would make the decoder open whatever they name.
    found = False
    for frame in () if text else _evenly_spaced(path, wanted):
        found = True
        yield frame
    if not found:
        raise BadInput(f"{path} is not a video that can be read.", "Convert it to MP4.", _VIDEO_HELP)


def _evenly_spaced(path: Path, wanted: Callable[[int, float], int]) -> Iterator[VideoFrame]:
    cv2 = opencv()
    video = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG, [cv2.CAP_PROP_N_THREADS, 2])
    try:
        if not video.isOpened():
            return
        rate = video.get(cv2.CAP_PROP_FPS)
        rate = rate if 0.1 <= rate <= 1000 else 25.0
        count = max(1, int(video.get(cv2.CAP_PROP_FRAME_COUNT)))
        parts = wanted(count, rate)
        next_index = 0
        for number in sorted({round((part + 0.5) * count / parts - 0.5) for part in range(parts)}):
            index = min(max(number, 0), count - 1)
            if index - next_index > _SEEK_BEYOND:
                video.set(cv2.CAP_PROP_POS_FRAMES, index)
            else:
                for _ in range(index - next_index):
                    video.grab()
            next_index = index + 1
            found, bgr = video.read()
            if found and bgr is not None:
                yield VideoFrame(_small_rgb(bgr), index / rate, index)
    except cv2.error:
        return
    finally:
        video.release()


def _small_rgb(bgr: NDArray[Any]) -> NDArray[np.uint8]:
    image = Image.fromarray(np.ascontiguousarray(bgr[:, :, ::-1]))
    image.thumbnail((VIDEO_SIDE, VIDEO_SIDE))
    return np.ascontiguousarray(image, np.uint8)
