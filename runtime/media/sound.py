"""Reads sound files of any kind as 16 kHz mono, within bounded memory, and writes WAV files."""

from __future__ import annotations

import errno
import os
import wave
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import soxr

from runtime.errors import BadInput, Fault
from runtime.media.files import existing, unreadable
from runtime.types import HEARING_RATE, Samples, Utterance

LONGEST_MINUTES = 30
"""Longest sound that is read: 115 MB of samples."""

_RATES = (2_000, 768_000)
_SOUND_HELP = "WAV, FLAC, OGG, MP3 and AIFF can be heard."
_BLOCK_SECONDS = 4


def read_audio(path: Path | str) -> Utterance:
    """The sound in the file `path` as one mono utterance at 16 kHz, float32 in -1…1.

    Channels are averaged; samples beyond full scale (float files) bring the whole down to it. Of a file that is cut
    off, what is there is heard. Raises `BadInput` for a file with no sample, one that is no sound, or one over
    `LONGEST_MINUTES`.
    """
    path = existing(Path(path))
    try:
        # Opened here, not by name: by name the library would trust the name's ending.
        with path.open("rb") as raw, soundfile.SoundFile(raw) as file:
            _check_rate(path, file.samplerate)
            samples = _mono_16k(path, file)
    except (soundfile.LibsndfileError, soundfile.SoundFileRuntimeError, TypeError) as error:
        raise BadInput(f"{path} is not a sound that can be read.", "Convert it to WAV.", _SOUND_HELP) from error
    except OSError as error:
        raise unreadable(path, error) from error
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
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise Fault(f"There is no space for {path}: {error.strerror}.", "Free some space and try again.") from error
        reason = getattr(error, "strerror", None) or str(error)
        raise BadInput(f"{path} cannot be written: {reason}.", "Name a file in a folder you may write to.") from error
    finally:
        with suppress(OSError):  # it is gone, or its folder never was one
            part.unlink()
