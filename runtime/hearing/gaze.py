"""Judges by where in the sound the decoder looked: when each token was said, and whether it goes round in circles."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

POSITION_SECONDS = 0.02
"""Sound under one position of Whisper's encoder."""

_LONGEST_PHRASE = 60
_STANDS_STILL = 15
_LAST_WORD_SECONDS = 0.3


def goes_round(tokens: Sequence[int], looks: Sequence[int]) -> int:
    """How many tokens at the end say again what was just said of the same sound; 0 when none do.

    `looks` holds the position each token was read from. Somebody who says a sentence twice says it in two places; a
    decoder that lost its way says it twice about one (within 0.3 s). Phrases under four tokens must come three times.
    """
    for length in range(1, min(_LONGEST_PHRASE, len(tokens) // 2) + 1):
        copies = 2 if length >= 4 else 3
        if len(tokens) < copies * length:
            continue
        last = list(tokens[-length:])
        if any(list(tokens[-(n + 1) * length : -n * length]) != last for n in range(1, copies)):
            continue
        moved = np.subtract(looks[-length:], looks[-2 * length : -length])
        if float(np.median(moved)) < (_STANDS_STILL if copies == 2 else _STANDS_STILL / 5):
            return length * (copies - 1)
    return 0


def positions(gazes: NDArray[np.float32]) -> NDArray[np.int64]:
    """The position each token was read from, never going back: int64 [tokens] from gazes f32 [tokens, T].

    Positions that every token glances at say nothing, so each column is measured against its own mean and spread
    (as in Whisper's `timing.py`); the path is the one with the largest sum.
    """
    count, width = gazes.shape
    if count == 0 or width == 0:
        return np.zeros(count, np.int64)
    score = (gazes - gazes.mean(axis=0)) / (gazes.std(axis=0) + 1e-3)
    origins = np.zeros((count, width), np.int64)
    best = score[0]
    for index in range(1, count):
        reached = np.maximum.accumulate(best)
        origins[index] = np.maximum.accumulate(np.where(best == reached, np.arange(width), 0))
        best = reached + score[index]
    path = np.zeros(count, np.int64)
    path[-1] = int(best.argmax())
    for index in range(count - 1, 0, -1):
        path[index - 1] = origins[index, path[index]]
    return path


def sentences(pieces: Sequence[bytes]) -> list[tuple[int, int]]:
    """Spans of tokens, first to behind the last, that end with the signs that end sentences."""
    spans: list[tuple[int, int]] = []
    begin = 0
    for index, piece in enumerate(pieces):
        following = pieces[index + 1] if index + 1 < len(pieces) else b" "
        ends = piece.strip().endswith((b".", b"?", b"!", "。".encode(), "？".encode(), "！".encode()))
        # "3.5" and "a.m." go on without a space; Chinese and Japanese have none to wait for.
        if ends and (following[:1] == b" " or piece.strip()[-1] >= 0x80):
            spans.append((begin, index + 1))
            begin = index + 1
    if begin < len(pieces):
        spans.append((begin, len(pieces)))
    return spans


def times(path: NDArray[np.int64], spans: Sequence[tuple[int, int]], seconds: float) -> list[tuple[float, float]]:
    """When each span of tokens was said, from and to in seconds, in order, not overlapping, within 0…`seconds`."""
    result: list[tuple[float, float]] = []
    for index, (begin, end) in enumerate(spans):
        start = float(path[begin]) * POSITION_SECONDS
        if index == 0:
            start = max(0.0, start - _LAST_WORD_SECONDS)
        word = max(begin, end - 2)  # the sign that ends the sentence is read from anywhere
        stop = float(path[word]) * POSITION_SECONDS + _LAST_WORD_SECONDS
        if index + 1 < len(spans):
            stop = min(stop, float(path[spans[index + 1][0]]) * POSITION_SECONDS)
        start = min(start, seconds)
        result.append((round(start, 2), round(min(max(stop, start), seconds), 2)))
    return result
