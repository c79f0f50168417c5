"""Decides where a reply that is still being written may be cut, so that each piece is spoken as soon as it is whole.

The first clause leaves early, at a comma if need be, because the person is waiting in silence; later ones leave at
sentence ends, because a voice sounds best with whole sentences. Every verdict depends on the text alone, never on the
sizes of the pieces it arrived in, and a verdict that needs the next character waits for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

FIRST_COMMA = 10
"""Characters the first clause needs before a comma may end it: "Of course," may leave alone, "Yes," may not."""
FIRST_WORD = 48
"""Characters the first clause needs before it may end in front of a joining word."""
LATER_COMMA = 120
"""Characters a later clause needs before a comma may end it."""
LONGEST = 240
"""Characters a clause may have at most; code and tables are exempt, because they are not spoken."""

_ENDS = ".!?…。！？"
_PAUSES = ",;:—"
_CLOSERS = "\"'”’)]»*_`"


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_JOINING = _words("and but because so which who where when while although or if unless that")
_INITIALISM = re.compile(r"(?:[A-Za-z]\.)+[A-Za-z]\Z")
_LIST_NUMBER = re.compile(r"[ \t]*\(?[0-9]{1,3}\Z")
# Shortenings in front of a name, and in front of a number: there their full stop never ends a sentence.
_BEFORE_ANYTHING = _words(
    "mr mrs ms mx dr prof st mt gen gov sen capt lt sgt cmdr rev pres supt cpl maj messrs vs cf viz approx al "
    "eg ie e.g i.e a.k.a ph.d"
)
_BEFORE_NUMBERS = _words("no nos fig figs vol ch pp p ca est jan feb mar apr jun jul aug sep sept oct nov dec apt hwy")


@dataclass(frozen=True, slots=True)
class Clause:
    """`text` as it stands in the reply; `end` characters of the reply are covered once it has been said."""

    text: str
    end: int


class Clauses:
    """Cuts one reply. All clauses of a reply joined are the reply; `end` of the last one is its length."""

    def __init__(self, early: bool = True) -> None:
        """`early`: let the first clause go at a comma, because somebody is waiting for it."""
        self._early = early
        self._waiting = ""
        self._covered = 0

    def feed(self, delta: str) -> list[Clause]:
        """Take the next piece of the reply; returns the clauses it completed."""
        self._waiting += delta
        ready: list[Clause] = []
        while cut := _cut(self._waiting, first=self._early and self._covered == 0):
            ready.append(self._take(cut))
        return ready

    def finish(self) -> list[Clause]:
        """The reply is over: returns what is left of it, or nothing."""
        return [self._take(len(self._waiting))] if self._waiting else []

    def _take(self, count: int) -> Clause:
        text, self._waiting = self._waiting[:count], self._waiting[count:]
        self._covered += count
        return Clause(text, self._covered)


def split(pieces: Iterable[str], early: bool = True) -> Iterator[Clause]:
    """The clauses of a whole reply, each as soon as `pieces` have completed it."""
    clauses = Clauses(early)
    for piece in pieces:
        yield from clauses.feed(piece)
    yield from clauses.finish()


def _cut(text: str, first: bool) -> int:
    """How many characters of `text` make its first clause; 0 when that cannot be told yet."""
    start = len(text) - len(text.lstrip())
    opening = text[start : start + 3]
    if len(opening) < 3 and "```".startswith(opening):
        return 0
    if opening[0] == "|":
        return text.find("\n", start) + 1
    if opening == "```":
        line_end = text.find("\n", start)
        if "```" not in text[start + 3 : line_end if line_end >= 0 else len(text)]:
            return _block_cut(text, start)
    open_signs: list[str] = []
    soft = 0
    line = start
    for at in range(start, len(text)):
        length = at - start
        if length >= LONGEST:
            return soft or _word_cut(text, start, at)
        sign = text[at]
        if sign == "\n":
            return at + 1
        _follow(open_signs, text, at)
        if sign in _ENDS:
            end = _sentence_end(text, line, at, open_signs)
            if end is None:
                return 0
            if end:
                return end
        elif sign in _PAUSES and not open_signs:
            if at + 1 == len(text):
                return 0
            if text[at + 1] in " \t":
                if length + 1 >= (FIRST_COMMA if first else LATER_COMMA):
                    return at + 2
                soft = at + 2
        elif sign == " " and first and length >= FIRST_WORD and not open_signs:
            word = text[at + 1 : at + 11].split(" ", 1)
            if len(word) == 1 and len(text) <= at + 10 and word[0].isalpha():
                return 0
            if word[0] in _JOINING:
                return at + 1
    return 0


def _block_cut(text: str, start: int) -> int:
    """The end of the fenced code block that opens at `start`, or 0 while it is still open."""
    close = text.find("\n```", start)
    if close < 0:
        return 0
    return text.find("\n", close + 4) + 1


def _word_cut(text: str, start: int, limit: int) -> int:
    """Where a clause that reached `limit` is cut for want of anything better: after its last space, or right there."""
    space = text.rfind(" ", start + 1, limit)
    return space + 1 if space > start else limit


def _follow(open_signs: list[str], text: str, at: int) -> None:
    """Keep `open_signs`, the quotes and brackets that are open after the character `at`: nothing is cut inside them."""
    sign = text[at]
    if sign in "([“«":
        open_signs.append({"(": ")", "[": "]", "“": "”", "«": "»"}[sign])
    elif open_signs and sign == open_signs[-1]:
        open_signs.pop()
    elif sign == "`" or (sign == '"' and not (at and text[at - 1].isdigit())):
        open_signs.append(sign)


def _sentence_end(text: str, line: int, at: int, open_signs: list[str]) -> int | None:
    """The cut after the sentence that the sign `at` ends; 0: it ends none, None: the text is too short to say."""
    after = at + 1
    still_open = list(open_signs)
    while after < len(text) and (text[after] in _CLOSERS or text[after] in _ENDS):
        _follow(still_open, text, after)
        after += 1
    if after >= len(text):
        return None
    if text[at] in "。！？":
        return 0 if still_open else after
    if text[after] not in " \t\n\r" or still_open:
        return 0
    if text[after] == "\n":
        return after + 1
    following = text[after:].lstrip(" \t")
    if not following:
        return None
    if text[at] == "." and not text.startswith("..", at) and _shortens(text, line, at, following[0]):
        return 0
    # "Well... maybe", "'Stop!' he said": the sentence goes on.
    return 0 if following[0].islower() else after + 1


def _shortens(text: str, line: int, at: int, following: str) -> bool:
    """Whether the full stop `at` belongs to a shortening, an initial or a list number rather than to a sentence."""
    if _LIST_NUMBER.match(text[line:at]):
        return True
    word = re.split(r"[\s(\"“'‘\[*_/—-]", text[max(line, at - 20) : at])[-1]
    if word.lower() in _BEFORE_ANYTHING or (following.isdigit() and word.lower() in _BEFORE_NUMBERS):
        return True
    if len(word) == 1 and word.isupper() and word != "I":
        return True
    return bool(_INITIALISM.match(word)) and not (word.lower() in ("a.m", "p.m") and following.isupper())
