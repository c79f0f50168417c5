"""Decides which words were said, in which language, and whether any were."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from runtime.errors import BadInput, Cancelled, Fault
from runtime.hearing.mel import HOP, log_mel
from runtime.hearing.vocabulary import Vocabulary, read_vocabulary
from runtime.hearing.whisper import Decoding, Whisper
from runtime.ports import Progress, Sessions, no_progress
from runtime.types import HEARING_RATE, Samples, TimedText, Transcription

TASKS = ("transcribe", "translate")

_WINDOW = 30 * HEARING_RATE
_TAIL = HEARING_RATE // 2
_SHORTEST = HEARING_RATE // 10
_MAX_TOKENS = 224


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class _Heard:
    """What one window gave."""

    tokens: list[int]
    language: str
    language_probability: float
    no_speech_probability: float
    mean_log_probability: float


class Transcriber:
    """Speech to text on the folder `hearing` of a pack. One utterance at a time; not for several threads at once."""

    def __init__(self, folder: Path, sessions: Sessions) -> None:
        self._folder = folder
        self._sessions = sessions
        self._whisper: Whisper | None = None
        self._words: Vocabulary | None = None

    def load(self, progress: Progress = no_progress) -> None:
        """Open and warm up. Raises `Fault` when the folder is damaged."""
        progress("Opening the ears", 0.0)
        self._words = read_vocabulary(self._folder / "tokenizer.json")
        self._whisper = Whisper(self._folder, self._sessions)
        progress("Warming up the ears", 0.8)
        self._whisper.begin(self._whisper.encode(log_mel(np.zeros(HEARING_RATE, np.float32)))).step([self._words.start])
        progress("Ears are ready", 1.0)

    @property
    def languages(self) -> tuple[str, ...]:
        """Codes `transcribe` accepts."""
        return tuple(self._ready()[1].languages)

    def transcribe(
        self,
        samples: Samples,
        language: str = "",
        task: str = "transcribe",
        cancelled: Callable[[], bool] = _never,
    ) -> Transcription:
        """What is said in 16 kHz mono `samples`; the text is empty when nothing is.

        `language` is a code of `languages`, or empty to recognise it; `task` "translate" gives English.
        Raises `BadInput` for an unknown language or task, `Cancelled` between two tokens after `cancelled()` is true.
        """
        _, words = self._ready()
        if language and language not in words.languages:
            raise BadInput(f"The language {language!r} is not known.", available=f"{', '.join(words.languages)}.")
        if task not in TASKS:
            raise BadInput(f"The task {task!r} is not known.", available=f"Tasks are {' and '.join(TASKS)}.")
        seconds = len(samples) / HEARING_RATE
        heard: list[_Heard] = []
        segments: list[TimedText] = []
        for begin, end in windows(samples):
            if cancelled():
                raise Cancelled
            part = samples[begin:end]
            if len(part) < _SHORTEST or float(np.abs(part).max()) < 1e-4:
                continue
            one = self._hear(part, language or (heard[0].language if heard else ""), task, cancelled)
            heard.append(one)
            text = "" if _is_silence(one) else words.text(one.tokens).strip()
            if text:
                segments.append(TimedText(begin / HEARING_RATE, end / HEARING_RATE, text))
        return Transcription(
            text=" ".join(each.text for each in segments),
            language=heard[0].language if heard else language,
            language_probability=heard[0].language_probability if heard else 0.0,
            no_speech_probability=min((each.no_speech_probability for each in heard), default=1.0),
            segments=tuple(segments),
            audio_seconds=seconds,
        )

    def _hear(self, samples: Samples, language: str, task: str, cancelled: Callable[[], bool]) -> _Heard:
        whisper, words = self._ready()
        padded = np.pad(samples, (0, min(_TAIL, _WINDOW - len(samples))))
        decoding = whisper.begin(whisper.encode(log_mel(padded)))
        logits, _ = decoding.step([words.start])
        no_speech = float(_softmax(logits)[words.silence])
        codes = list(words.languages)
        chances = _softmax(logits[[words.languages[code] for code in codes]])
        language = language or codes[int(chances.argmax())]
        order = words.translate if task == "translate" else words.transcribe
        tokens, mean = self._decode(decoding, [words.languages[language], order, words.untimed], cancelled)
        return _Heard(tokens, language, float(chances[codes.index(language)]), no_speech, mean)

    def _decode(self, decoding: Decoding, orders: list[int], cancelled: Callable[[], bool]) -> tuple[list[int], float]:
        whisper, words = self._ready()
        tokens: list[int] = []
        total = 0.0
        entering = orders
        while len(tokens) < _MAX_TOKENS and not decoding.full:
            if cancelled():
                raise Cancelled
            logits, _ = decoding.step(entering)
            logits = logits[: words.untimed].copy()
            logits[list(whisper.shape.suppressed)] = -np.inf
            if not tokens:
                logits[list(whisper.shape.suppressed_first)] = -np.inf
            token = int(logits.argmax())
            top = logits[token]
            total -= float(np.log(np.exp(logits - top).sum()))
            if token == words.end:
                break
            tokens.append(token)
            length = repeated(tokens)
            if length:
                tokens = tokens[:-length]
                break
            entering = [token]
        return tokens, total / (len(tokens) + 1)

    def _ready(self) -> tuple[Whisper, Vocabulary]:
        if self._whisper is None or self._words is None:
            raise Fault("The ears were used before they were opened.")
        return self._whisper, self._words


def windows(samples: Samples) -> list[tuple[int, int]]:
    """Cut sound into windows of at most 30 s, at the quietest moment of the last third of each."""
    cuts = [0]
    while len(samples) - cuts[-1] > _WINDOW:
        low, high = cuts[-1] + _WINDOW * 2 // 3, cuts[-1] + _WINDOW
        energy = np.convolve(samples[low:high:HOP] ** 2, np.ones(30), mode="same")
        cuts.append(low + int(energy.argmin()) * HOP)
    return list(zip(cuts, [*cuts[1:], len(samples)], strict=True))


def repeated(tokens: list[int]) -> int:
    """Length of the phrase that `tokens` end with twice in a row, 0 when they do not. Phrases have 4 tokens or more."""
    for length in range(4, len(tokens) // 2 + 1):
        if tokens[-length:] == tokens[-2 * length : -length]:
            return length
    return 0


def _is_silence(heard: _Heard) -> bool:
    """Whisper's own rule: it thinks there is no speech, and is not sure of its words either."""
    return heard.no_speech_probability > 0.6 and heard.mean_log_probability < -1.0


def _softmax(values: NDArray[np.float32]) -> NDArray[np.float32]:
    powers = np.exp(values - values.max())
    return powers / powers.sum()
