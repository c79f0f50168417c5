"""A reader of the camera line, written from its grammar (runtime/sight/percepts.py) and not from what writes it."""

import re
from dataclasses import dataclass

NUMBERS = ("two", "at least three", "at least four", "at least five", "at least six", "many", "several")
_COUNTS = ("at", "two", "three", "four", "five", "six")
COLOURS = ("black", "grey", "white", "red", "orange", "yellow", "green", "blue", "purple", "pink", "brown")
TROUBLES = (
    "it is too dark to tell.",
    "it is too bright to tell.",
    "the picture is too blurred to tell.",
    "there is no picture just now.",
)
PLACES = tuple(
    f"{along} {across}".strip() for along in ("", "top", "bottom") for across in ("", "left", "right") if along + across
)
EVERYWHERE = (*PLACES, "middle")


@dataclass(frozen=True)
class Item:
    name: str
    number: str = ""
    colour: str = ""
    details: tuple[str, ...] = ()
    hedged: bool = False


@dataclass(frozen=True)
class Line:
    trouble: str = ""
    items: tuple[Item, ...] = ()
    text: tuple[tuple[str, str], ...] = ()


class NotInTheGrammar(ValueError):
    pass


def parse(line):
    """The parts of a camera line; raises `NotInTheGrammar` for any other text."""
    if not line.startswith("Camera: ") or "\n" in line:
        raise NotInTheGrammar(line)
    rest = line.removeprefix("Camera: ")
    if rest in TROUBLES:
        return Line(trouble=rest)
    seen, found, text = rest.partition("Text: ")
    quoted = _quoted(text) if found else ()
    if found and not seen:
        return Line(text=quoted)
    if found and not seen.endswith(". "):
        raise NotInTheGrammar(seen)
    seen = seen.rstrip(" ")
    if seen == "nothing I can name.":
        return Line(text=quoted)
    if not seen.endswith("."):
        raise NotInTheGrammar(seen)
    return Line(items=tuple(_item(each) for each in _split(seen[:-1])), text=quoted)


def _quoted(text):
    one = rf"'([^']+)'(?: \(({'|'.join(PLACES)})\))?"
    if not re.fullmatch(rf"{one}(?:, {one})*\.", text):
        raise NotInTheGrammar(text)
    return tuple(re.findall(one, text))


def _split(seen):
    """At the commas outside brackets."""
    parts = re.split(r", (?![^(]*\))", seen)
    if not all(parts):
        raise NotInTheGrammar(seen)
    return parts


def _item(said):
    found = re.fullmatch(r"(perhaps )?([^()]+?)(?: \(([^()]+)\))?", said)
    if not found:
        raise NotInTheGrammar(said)
    hedged, inside = bool(found[1]), found[3]
    number = next((each for each in NUMBERS if found[2].startswith(f"{each} ")), "")
    words = found[2].removeprefix(number).strip().split(" ")
    details = tuple(inside.split(", ")) if inside else ()
    if number:
        for each in details:
            colour, _, place = each.partition(" ")
            if not (each in EVERYWHERE or each in COLOURS or (colour in COLOURS and place in EVERYWHERE)):
                raise NotInTheGrammar(said)
    else:
        words = words[1:] if words[0] in ("a", "an") else words
        if len(details) > 3:
            raise NotInTheGrammar(said)
        for each in details[1:]:
            if each not in PLACES and not re.match("on the |behind the ", each):
                raise NotInTheGrammar(said)
    colour = words[0] if words and words[0] in COLOURS and len(words) > 1 else ""
    name = " ".join(words[1:] if colour else words)
    if not re.fullmatch(r"[A-Za-z' -]+", name) or name.split()[0] in _COUNTS:
        raise NotInTheGrammar(said)
    return Item(name, number, colour, details, hedged)
