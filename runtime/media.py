"""Reads sound, picture and video files into the runtime's own values, within bounded memory, and writes WAV files.

Every file a person names may be anything: missing, empty, cut off, huge, or not what its name says. Each case is one
`BadInput` that names the file. Nothing is written to disk but the file that was asked for.
"""

from __future__ import annotations

import errno
import os
import wave
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from runtime.errors import BadInput, Fault
from runtime.types import HEARING_RATE, Samples, Utterance, VideoFrame

LONGEST_MINUTES = 30
"""Longest sound that is read: 115 MB of samples."""

LONGEST_SIDE = 2048
"""Pixels; larger pictures are made smaller while they are decoded."""

VIDEO_SIDE = 1280
"""Pixels; the same for the frames of a video, of which several are kept."""

MOST_FRAMES = 64

_DECODED_BYTES = 320 << 20
"""What decoding one picture may take for a moment; JPEG decodes to a fraction of its size, other kinds do not."""

_PICTURE_KINDS = ("JPEG", "MPO", "PNG", "WEBP", "GIF", "BMP", "DIB", "TIFF", "PPM", "ICO", "AVIF")
"""Pillow knows more, but some of those run other programs or fetch things."""

_RATES = (2_000, 768_000)
_SOUND_HELP = "WAV, FLAC, OGG, MP3 and AIFF can be heard."
_PICTURE_HELP = "JPEG, PNG, WebP, GIF, BMP and TIFF pictures can be seen."
_VIDEO_HELP = "MP4, MKV, WebM, MOV and AVI videos can be watched."
_BLOCK_SECONDS = 4
_QT_VARIABLES = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR")


def read_audio(path: Path | str) -> Utterance:
    """The sound in the file `path` as one mono utterance at 16 kHz, float32 in -1…1.

    Channels are averaged; samples beyond full scale (float files) bring the whole down to it. Of a file that is cut
    off, what is there is heard. Raises `BadInput` for a file with no sample, one that is no sound, or one over
    `LONGEST_MINUTES`.
    """
    path = _existing(Path(path))
    try:
        # Opened here, not by name: by name the library would trust the name's ending.
        with path.open("rb") as raw, soundfile.SoundFile(raw) as file:
            _check_rate(path, file.samplerate)
            samples = _mono_16k(path, file)
    except (soundfile.LibsndfileError, soundfile.SoundFileRuntimeError, TypeError) as error:
        raise BadInput(f"{path} is not a sound that can be read.", "Convert it to WAV.", _SOUND_HELP) from error
    except OSError as error:
        raise _unreadable(path, error) from error
    if not len(samples):
        raise BadInput(f"{path} holds no sound: it has no samples.", "Record it again.")
    return Utterance(samples, HEARING_RATE)


def _check_rate(path: Path, rate: int) -> None:
    if not _RATES[0] <= rate <= _RATES[1]:
        raise BadInput(f"{path} says it has {rate} samples a second, which cannot be.", "Convert it to 16 kHz WAV.")


def _mono_16k(path: Path, file: Any) -> Samples:
    stream = soxr.ResampleStream(file.samplerate, HEARING_RATE, 1, "float32", "HQ")
    longest = LONGEST_MINUTES * 60 * file.samplerate
    parts: list[Samples] = []
    read, peak = 0, 1.0
    while True:
        try:
            block = file.read(_BLOCK_SECONDS * file.samplerate, dtype="float32", always_2d=True)
        except soundfile.LibsndfileError:
            # A compressed file that breaks off is heard up to there; one that breaks at once is no sound at all.
            if not read:
                raise
            block = np.zeros((0, 1), np.float32)
        read += len(block)
        if read > longest:
            raise BadInput(
                f"{path} is longer than {LONGEST_MINUTES} minutes.", f"Cut it into pieces of {LONGEST_MINUTES} minutes."
            )
        mono = np.nan_to_num(block.mean(axis=1, dtype=np.float32), nan=0.0, posinf=1.0, neginf=-1.0)
        peak = max(peak, float(np.abs(mono).max(initial=0.0)))
        parts.append(stream.resample_chunk(mono, last=not len(block)))
        if not len(block):
            break
    samples = np.concatenate(parts)
    if peak > 1.0:
        samples /= peak
    return np.clip(samples, -1.0, 1.0, out=samples)


def read_image(path: Path | str) -> VideoFrame:
    """The picture in the file `path`, upright, RGB, its longer side at most `LONGEST_SIDE` pixels.

    Of an animation the first picture; see-through parts become white; 16-bit and CMYK pictures are converted. Raises
    `BadInput` for a file that is no picture, is cut off, or would take too much memory to decode.
    """
    path = _existing(Path(path))
    try:
        kinds = [kind for kind in _PICTURE_KINDS if kind in _known_kinds()]
        with _without_bomb_check(), path.open("rb") as raw, Image.open(raw, formats=kinds) as image:
            _check_size(path, image)
            image.draft(image.mode, (LONGEST_SIDE, LONGEST_SIDE))
            image.load()
            small = ImageOps.exif_transpose(_to_rgb(image))
    except UnidentifiedImageError as error:
        raise BadInput(f"{path} is not a picture that can be read.", available=_PICTURE_HELP) from error
    # Damaged pictures raise what the decoder at hand happens to raise.
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, TypeError, KeyError, MemoryError) as error:
        if isinstance(error, OSError) and error.errno:
            raise _unreadable(path, error) from error
        raise BadInput(
            f"{path} is damaged or cut off: the picture cannot be decoded.", "Use another copy of it."
        ) from error
    return VideoFrame(np.ascontiguousarray(small, np.uint8))


def _known_kinds() -> set[str]:
    Image.init()
    return set(Image.OPEN)


@contextmanager
def _without_bomb_check() -> Iterator[None]:
    """Pillow only warns of huge pictures; `_check_size` refuses those that matter, and decodes the others small."""
    limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
    try:
        yield
    finally:
        Image.MAX_IMAGE_PIXELS = limit


def _check_size(path: Path, image: Image.Image) -> None:
    width, height = image.size
    if width < 1 or height < 1:
        raise BadInput(f"{path} is a picture without any pixels.", available=_PICTURE_HELP)
    pixels = width * height
    if image.format in ("JPEG", "MPO"):
        # A progressive JPEG keeps all its coefficients, two bytes each; a plain one is decoded row by row, reduced.
        needed = pixels * 6 if image.info.get("progressive") else pixels * 3 // 16
    else:
        wide = {"I;16": 2, "I;16B": 2, "I;16L": 2, "1": 1, "L": 1, "P": 5, "LA": 4}
        needed = pixels * wide.get(image.mode, 4)
    if needed > _DECODED_BYTES:
        raise BadInput(
            f"{path} is too large a picture: {width}×{height} pixels.",
            "Make it smaller.",
            f"This kind may have {pixels * _DECODED_BYTES // needed // 1_000_000} megapixels.",
        )


def _to_rgb(image: Image.Image) -> Image.Image:
    """The decoded picture made small, then RGB on white, with its orientation note kept."""
    exif = image.getexif()
    see_through = "transparency" in image.info or image.mode in ("RGBA", "LA", "PA", "La", "RGBa")
    if image.mode in ("P", "PA", "1") or (see_through and image.mode not in ("RGBA", "RGBa", "LA", "La")):
        image = image.convert("RGBA" if see_through else "RGB")
    elif image.mode.startswith("I") or image.mode == "F":
        image = _to_eight_bits(image)
    factor = max(image.size) // LONGEST_SIDE
    if factor > 1:
        image = image.reduce(factor)
    if max(image.size) > LONGEST_SIDE:
        scale = LONGEST_SIDE / max(image.size)
        image = image.resize((max(1, round(image.width * scale)), max(1, round(image.height * scale))))
    if see_through:
        layer = image.convert("RGBA")
        image = Image.new("RGBA", layer.size, "white")
        image.alpha_composite(layer)
    rgb = image.convert("RGB")
    rgb.info["exif"] = exif.tobytes() if len(exif) else b""
    return rgb


def _to_eight_bits(image: Image.Image) -> Image.Image:
    step = max(1, max(image.size) // LONGEST_SIDE)
    values = np.asarray(image)[::step, ::step].astype(np.float32)
    values = np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)
    if image.mode == "F":
        low, high = float(values.min()), float(values.max())
        values = (values - low) * (255.0 / max(high - low, 1e-9))
    else:
        values = values / 257.0
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))


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


def read_video(path: Path | str, max_frames: int = 8) -> tuple[VideoFrame, ...]:
    """At most `max_frames` (itself at most `MOST_FRAMES`) pictures of the video `path`, evenly spaced, in order.

    `captured` is the time of each in seconds from the start of the video, `index` its number there. The longer side is
    at most `VIDEO_SIDE` pixels. Raises `BadInput` for a file that is no video.
    """
    path = _existing(Path(path)).resolve()
    wanted = max(1, min(max_frames, MOST_FRAMES))
    try:
        with path.open("rb") as file:
            text = b"\0" not in file.read(65_536)
    except OSError as error:
        raise _unreadable(path, error) from error
    # Playlists are text, and would make the decoder open whatever they name.
    frames = () if text else _evenly_spaced(path, wanted)
    if not frames:
        raise BadInput(f"{path} is not a video that can be read.", "Convert it to MP4.", _VIDEO_HELP)
    return frames


def _evenly_spaced(path: Path, wanted: int) -> tuple[VideoFrame, ...]:
    with keeping_qt_paths():
        import cv2
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    video = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG, [cv2.CAP_PROP_N_THREADS, 2])
    try:
        if not video.isOpened():
            return ()
        rate = video.get(cv2.CAP_PROP_FPS)
        rate = rate if 0.1 <= rate <= 1000 else 25.0
        count = max(1, int(video.get(cv2.CAP_PROP_FRAME_COUNT)))
        frames: list[VideoFrame] = []
        for number in sorted({round((part + 0.5) * count / wanted - 0.5) for part in range(wanted)}):
            index = min(max(number, 0), count - 1)
            if video.get(cv2.CAP_PROP_POS_FRAMES) != index:
                video.set(cv2.CAP_PROP_POS_FRAMES, index)
            found, bgr = video.read()
            if found and bgr is not None:
                frames.append(VideoFrame(_small_rgb(bgr), index / rate, index))
        return tuple(frames)
    except cv2.error:
        return ()
    finally:
        video.release()


def _small_rgb(bgr: NDArray[Any]) -> NDArray[np.uint8]:
    image = Image.fromarray(np.ascontiguousarray(bgr[:, :, ::-1]))
    image.thumbnail((VIDEO_SIDE, VIDEO_SIDE))
    return np.ascontiguousarray(image, np.uint8)


def write_wav(path: Path | str, samples: Samples, rate: int) -> None:
    """Write mono samples (float32 in -1…1) as 16-bit PCM; whoever looks sees the old file or the whole new one.

    Raises `BadInput` when the file cannot be written there, and `Fault` when there is no space for it.
    """
    path = Path(path)
    if path.exists() and not path.is_file():  # replacing a device by a file would harm the whole system
        raise BadInput(f"{path} is not an ordinary file.", "Name a file in a folder you may write to.")
    pcm = np.round(np.clip(np.nan_to_num(samples), -1.0, 1.0) * 32767.0).astype("<i2")
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("xb") as raw, wave.open(raw, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(rate)
            file.writeframes(pcm.tobytes())
        os.replace(part, path)
    except (OSError, ValueError) as error:
        if getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise Fault(f"There is no space for {path}: {error.strerror}.", "Free some space and try again.") from error
        reason = getattr(error, "strerror", None) or str(error)
        raise BadInput(f"{path} cannot be written: {reason}.", "Name a file in a folder you may write to.") from error
    finally:
        with suppress(OSError):  # it is gone, or its folder never was one
            part.unlink()


def _existing(path: Path) -> Path:
    try:
        if path.is_dir():
            raise BadInput(f"{path} is a folder, not a file.", "Name a file in it.")
        if not path.exists():
            raise BadInput(f"There is no file {path}.", "Check its name and folder.")
        if path.is_file() and not path.stat().st_size:
            raise BadInput(f"{path} is empty (0 bytes).", "Record or copy it again.")
        if not path.is_file():
            raise BadInput(f"{path} is not a file.", "Name an ordinary file.")
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    return path


def _unreadable(path: Path, error: Exception) -> BadInput:
    reason = getattr(error, "strerror", None) or str(error)
    return BadInput(f"{path} cannot be read: {reason}.", "Check its name and that you may open it.")
