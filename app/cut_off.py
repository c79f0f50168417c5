"""Tells whether a sound file breaks off before its end, so that a person hears of it."""

from __future__ import annotations

import os
from pathlib import Path

import soundfile

from runtime.types import Utterance

_UNKNOWN_LENGTH = 0x7FFF_0000
"""Programs that write WAV to a pipe say about this much, or more, because they cannot know."""


def is_cut_off(path: Path | str, utterance: Utterance) -> bool:
    """Whether the sound file `path`, which was read as `utterance`, promises more sound than it holds."""
    path = Path(path)
    with path.open("rb") as file:
        head = file.read(12)
        left = path.stat().st_size - len(head)
        if head[:4] == b"RIFF" and head[8:] == b"WAVE":
            while len(chunk := file.read(8)) == 8:
                size = int.from_bytes(chunk[4:], "little")
                left -= 8
                if chunk[:4] == b"data":
                    return left < size < _UNKNOWN_LENGTH
                left -= size + size % 2
                file.seek(size + size % 2, os.SEEK_CUR)
            return True
    return soundfile.info(path).duration - utterance.seconds > 0.1
