"""The questions that spoken figures are measured on: said by our own voice, or recorded by people."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soxr

from runtime.errors import BadInput
from runtime.media import read_audio, write_wav
from runtime.model.voice import Voice
from runtime.types import HEARING_RATE, Samples, Utterance

QUESTIONS = (
    "What is the capital city of France?",
    "How many days are there in a week?",
    "Can you tell me a short story about a cat?",
    "Why is the sky blue during the day?",
    "What should I cook for dinner tonight?",
    "How do plants make their own food?",
    "Who wrote the play Romeo and Juliet?",
    "Please explain what a computer does.",
    "What is the largest animal in the ocean?",
    "How can I learn to play the guitar?",
)
_PAUSE_S = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A spoken question at 16 kHz, the same in the WAV file `path`, and its words where they are known."""

    utterance: Utterance
    path: Path
    words: str = ""


def spoken(voice: Voice, folder: Path) -> list[Question]:
    """`QUESTIONS` as utterances of 2 to 4 s, with the pause before and after that a microphone would bring."""
    questions = []
    for number, words in enumerate(QUESTIONS):
        speech = soxr.resample(voice.speak(words, 0.9), voice.rate, HEARING_RATE).astype(np.float32)
        pause = np.zeros(int(_PAUSE_S * HEARING_RATE), np.float32)
        questions.append(_kept(np.concatenate((pause, speech, pause)), folder / f"{number}.wav", words))
    return questions


def recorded(data: Path, folder: Path, count: int) -> list[Question]:
    """The `count` shortest recordings of people in `data`. Raises `BadInput` when there are none."""
    files = sorted((data / "speech").rglob("*.flac"), key=lambda path: (path.stat().st_size, path.name))
    files = [path for path in files if "noise" not in path.name]
    if not files:
        raise BadInput(f"There are no recordings in {data / 'speech'}.")
    return [_kept(read_audio(path).samples, folder / f"{path.stem}.wav", "") for path in files[:count]]


def _kept(samples: Samples, path: Path, words: str) -> Question:
    write_wav(path, samples, HEARING_RATE)
    return Question(Utterance(samples, HEARING_RATE), path, words)
