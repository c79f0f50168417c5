"""Decides which of the everyday things a sentence about a photo mentions, and which it merely makes possible."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from runtime.distill.names import NAMES

Things = frozenset[str]

_NOTHING: Things = frozenset()
_ANIMALS = frozenset(("bird", "cat", "dog", "horse", "sheep", "cow", "elephant", "bear", "zebra", "giraffe"))
_REACH = 4
"""Words after "a statue of" that still belong to what the statue shows."""

_IMAGES = re.compile(
    r"(statue|statuette|sculpture|painting|drawing|poster|figurine|mural|photograph|cutout|cut out)s? of|"
    r"(toy|fake|stuffed|cartoon|inflatable|miniature|imitation|model|mechanical)"
)
_DENIALS = frozenset(("no", "without", "not"))
_COLOURS = re.compile(r"black|white|brown|gr[ae]y|red|green|blue|yellow|pink|purple|tan|gold|silver|beige|teal")
_JOINS = frozenset(("and", "or"))
_BEFORE_A_COLOUR = frozenset(("is", "are", "in", "bright", "painted"))
_AFTER_A_NOUN = re.compile(
    r"in|on|at|with|of|for|from|to|by|and|or|that|which|is|are|was|were|sits|sitting|next|near|beside|under|over|behind"
    r"|inside|between|cut|being|lies|lying|laying|placed|hanging|growing|has|have|a|an|the|as|into"
)


@dataclass(frozen=True, slots=True)
class Mentions:
    """What a sentence mentions, and what else it would not be wrong to name; a thing is in one of the two at most."""

    meant: Things
    allowed: Things


@dataclass(frozen=True, slots=True)
class _Sense:
    meant: Things = _NOTHING
    of_people: bool = False
    allowed: Things = _NOTHING


def read(sentence: str) -> Mentions:
    """What the English `sentence` mentions."""
    tokens = re.findall(
        r"[a-z0-9]+", sentence.lower().replace("'s", " s").replace("\N{RIGHT SINGLE QUOTATION MARK}s", " s")
    )
    found = [(start, end, sense) for start, end, sense in _expressions(tokens) if not _denied(tokens, start)]
    animals = any(sense.meant & _ANIMALS for _, _, sense in found)
    meant: set[str] = set()
    allowed: set[str] = set()
    for start, end, sense in found:
        doubted = sense.of_people and animals
        owner = tokens[end : end + 1] == ["s"] and "person" in sense.meant
        if _is_colour(tokens, start, end):
            continue
        (allowed if doubted or owner or _is_image(tokens, start) else meant).update(sense.meant)
        allowed |= sense.allowed
    return Mentions(frozenset(meant), frozenset(allowed - meant))


def _expressions(tokens: list[str]) -> list[tuple[int, int, _Sense]]:
    """First token, token after the last, and sense of the longest known expressions, from left to right."""
    senses, longest = lexicon()
    found = []
    start = 0
    while start < len(tokens):
        for length in range(min(longest, len(tokens) - start), 0, -1):
            sense = senses.get(" ".join(tokens[start : start + length]))
            if sense is not None:
                found.append((start, start + length, sense))
                start += length
                break
        else:
            start += 1
    return found


@cache
def lexicon() -> tuple[dict[str, _Sense], int]:
    """Every known expression in singular and plural with its sense, and how many words the longest one has."""
    text = Path(__file__).with_name("everyday_words.txt").read_text(encoding="utf-8")
    lines = (
        "\n".join(line for line in text.splitlines() if not line.startswith("#")).replace("\n    ", " ").splitlines()
    )
    parts: defaultdict[str, dict[str, set[str]]] = defaultdict(lambda: {"=": set(), "?": set(), "~": set()})
    for line in filter(None, lines):
        things, sign, words = re.split(r" ([=?~]) ", line, maxsplit=1)
        names = {name.strip() for name in things.split(",")} - {"none"}
        if names - set(NAMES):
            raise ValueError(f"words for things that are not there: {names - set(NAMES)}")
        for word in words.split(","):
            parts[word.strip()][sign] |= names
    for name in NAMES:
        parts[name]["="].add(name)
    senses: dict[str, _Sense] = {}
    for words, signs in parts.items():
        sense = _Sense(frozenset(signs["="] | signs["?"]), bool(signs["?"]), frozenset(signs["~"]))
        senses[words] = sense
    for words, sense in list(senses.items()):
        senses.setdefault(_plural(words), sense)
    return senses, max(words.count(" ") + 1 for words in senses)


def _plural(words: str) -> str:
    if words.endswith(("s", "x", "ch", "sh")):
        return f"{words}es"
    return f"{words[:-1]}ies" if words.endswith("y") and words[-2] not in "aeiou" else f"{words}s"


def _denied(tokens: list[str], start: int) -> bool:
    """Whether the expression is said not to be there: "no cars", "without a tie", "not a dog"."""
    before = [token for token in tokens[max(0, start - 2) : start] if token not in ("a", "an", "any")]
    return bool(before) and before[-1] in _DENIALS


def _is_image(tokens: list[str], start: int) -> bool:
    """Whether it is a statue of the thing, a toy or the like that stands there rather than the thing itself."""
    before = " ".join(tokens[max(0, start - _REACH) : start])
    return any(each[1] or each.end() == len(before) for each in _IMAGES.finditer(before))


def _is_colour(tokens: list[str], start: int, end: int) -> bool:
    """Whether "orange" is said as a colour: before a noun, or beside another colour."""
    if tokens[start:end] != ["orange"]:
        return False
    before, after = tokens[max(0, start - 2) : start], tokens[end : end + 2]
    if (after and not _AFTER_A_NOUN.fullmatch(after[0])) or _BEFORE_A_COLOUR.intersection(before[-1:]):
        return True
    joined_before = before[:1] if _JOINS.intersection(before[1:]) else []
    joined_after = after[1:] if _JOINS.intersection(after[:1]) else []
    return any(_COLOURS.fullmatch(each) for each in joined_before + joined_after)
