"""Decides what a tag of the whole picture adds to the objects found in it: a finer name, itself, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from runtime.sight.thresholds import DENIED_TAG, SAY_TAG, SURE_KIND
from runtime.types import SeenObject, Tag

_SAME = """
person: person | bicycle: bicycle | car: car | car: van, ambulance | motorcycle: motorcycle
airplane: airplane | bus: bus | train: train, tram | truck: truck, van | boat: boat, ship, sailing boat
traffic light: traffic light | parking meter: parking meter | bench: bench | stop sign: road sign
bird: bird, chicken, duck, goose, swan, parrot, penguin | cat: cat | dog: dog | horse: horse | sheep: sheep | cow: cow
elephant: elephant | bear: bear | zebra: zebra
backpack: backpack | umbrella: umbrella | handbag: bag | tie: tie
skis: pair of skis | ball: ball | tennis racket: racket
bottle: bottle, perfume bottle | wine glass: glass, glass of red wine | cup: cup, measuring cup
knife: knife | spoon: wooden spoon | bowl: bowl | banana: banana | apple: apple | sandwich: burger | orange: orange
broccoli: broccoli | hot dog: hot dog | pizza: pizza | chair: chair, throne | couch: couch
plant: plant pot | bed: bed | table: desk, dining table | toilet: toilet | television: television, screen, home cinema
laptop: laptop, computer | mouse: computer mouse | remote: remote control
keyboard: keyboard | phone: phone | microwave: microwave oven | oven: stove | toaster: toaster | sink: sink
refrigerator: refrigerator | book: book, comic book | clock: clock | vase: vase | teddy bear: teddy bear
hair dryer: hair dryer
"""
"""Kinds of objects, and the tags' groups that mean the same or a kind of it."""

_TAKEN_FOR = """
cat: lynx, lion, tiger, leopard, cheetah, rabbit | dog: wolf, coyote, fox, hyena, pig | horse: camel, llama, antelope
sheep: goat, llama, pig | cow: antelope, goat, pig | bear: panda
"""
"""Kinds of objects, and groups that the detector takes for them because it has no other name; said when very sure."""

_NEVER_OF_PEOPLE = frozenset(("monkey", "ape", "lemur", "wig", "bra", "miniskirt", "diaper", "bib", "neck brace"))
"""Groups that are not said where a person is seen: mistaken they hurt, and right they are nobody's business."""


def _groups(table: str) -> dict[str, set[str]]:
    classes: dict[str, set[str]] = {}
    for entry in table.replace("\n", " | ").split("|"):
        name, _, groups = entry.partition(":")
        for group in groups.split(","):
            if group.strip():
                classes.setdefault(group.strip(), set()).add(name.strip())
    return classes


_OTHERS = _groups(_TAKEN_FOR)
CLASSES = {**_groups(_SAME), **_OTHERS}
"""For each group of tags (without its article), the kinds of objects it may be, or be taken for."""


def bare(name: str) -> str:
    """A name without its article."""
    return name.removeprefix("a ").removeprefix("an ")


def merge(objects: Sequence[SeenObject], tags: Sequence[Tag]) -> tuple[tuple[SeenObject, ...], tuple[Tag, ...]]:
    """The objects with the finer names that the tags are sure of, and the tags that say something besides.

    A tag whose kind the detector knows says nothing of its own when the detector agrees; when the detector does not see
    it, the tag must be surer than others.
    """
    objects = list(objects)
    rest: list[Tag] = []
    people = any(each.name == "person" for each in objects)
    for tag in tags:
        if people and tag.group in _NEVER_OF_PEOPLE:
            continue
        known = CLASSES.get(tag.group, set())
        met = [place for place, each in enumerate(objects) if each.name in known]
        if met:
            # Two networks agree. The tag is about the picture as a whole: of several things it may mean any.
            kinds = {objects[place].name for place in met}
            best = max(met, key=lambda place: objects[place].confidence)
            if tag.group not in _OTHERS:
                objects[best] = replace(objects[best], confidence=max(objects[best].confidence, tag.confidence))
            if (
                tag.confidence >= (DENIED_TAG if tag.group in _OTHERS else SURE_KIND)
                and len(kinds) == 1
                and len(met) == 1
                and bare(tag.name) != tag.group
            ):
                objects[met[0]] = replace(objects[met[0]], kind=bare(tag.name))
        elif tag.confidence >= (DENIED_TAG if known else SAY_TAG):
            rest.append(tag)
    return tuple(objects), tuple(rest)
