"""Counts by how many words two texts differ."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

_BETWEEN_WORDS = re.compile(r"[^\w' ]+")


def words(text: str) -> list[str]:
    """The words of `text`, small, without punctuation and accents of typography; hyphens part words."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    return _BETWEEN_WORDS.sub(" ", plain).split()


def edits(one: Sequence[str], other: Sequence[str]) -> int:
    """How many words must be put in, left out or replaced to make one text the other (Levenshtein, 1965)."""
    row = list(range(len(other) + 1))
    for index, word in enumerate(one, 1):
        corner, row[0] = row[0], index
        for at, candidate in enumerate(other, 1):
            corner, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, corner + (word != candidate))
    return row[-1]


def word_error_rate(pairs: Iterable[tuple[str, str]]) -> float:
    """Edits over all (reference, heard) pairs, divided by the words of the references."""
    wrong = total = 0
    for reference, heard in pairs:
        expected = words(reference)
        wrong += edits(expected, words(heard))
        total += len(expected)
    return wrong / max(total, 1)


def repeats(text: str) -> bool:
    """Whether `text` says three or more words twice in a row, or one or two of them four times."""
    said = words(text)
    for length in range(1, len(said) // 2 + 1):
        copies = 2 if length >= 3 else 4
        for begin in range(len(said) - copies * length + 1):
            phrase = said[begin : begin + length]
            if all(said[begin + n * length : begin + (n + 1) * length] == phrase for n in range(1, copies)):
                return True
    return False
