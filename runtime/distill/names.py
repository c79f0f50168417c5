"""The 80 everyday classes: what the eyes call them, and the words people use for them."""

from __future__ import annotations

import re
from itertools import pairwise

_LIST = """
person, bicycle, car, motorcycle, airplane, bus, train, truck, boat, traffic light, fire hydrant, stop sign,
parking meter, bench, bird, cat, dog, horse, sheep, cow, elephant, bear, zebra, giraffe, backpack, umbrella, handbag,
tie, suitcase, frisbee, skis, snowboard, ball, kite, baseball bat, baseball glove, skateboard, surfboard,
tennis racket, bottle, wine glass, cup, fork, knife, spoon, bowl, banana, apple, sandwich, orange, broccoli, carrot,
hot dog, pizza, donut, cake, chair, couch, plant, bed, table, toilet, television, laptop, mouse, remote, keyboard,
phone, microwave, oven, toaster, sink, refrigerator, book, clock, vase, scissors, teddy bear, hair dryer, toothbrush
"""

NAMES = tuple(name.strip() for name in _LIST.split(","))
"""In the order of the COCO classes, in current English."""

COCO_IDS = tuple(number for number in range(1, 91) if number not in (12, 26, 29, 30, 45, 66, 68, 69, 71, 83))
"""Number of each class in the dataset's own list of 90, ten of which were never used."""

_WORDS = """
person: man woman boy girl people men women children child lady guy player skier surfer batter kid kids baby rider
bicycle: bike bicycles bikes | car: cars taxi van vehicle jeep | motorcycle: motorbike motorcycles scooter moped
airplane: plane jet aircraft planes airliner | bus: buses | train: trains locomotive tram | truck: trucks
boat: boats ship sailboat canoe | traffic light: stoplight | fire hydrant: hydrant | bench: benches
bird: birds duck geese parrot seagull | cat: cats kitten | dog: dogs puppy | horse: horses | sheep: lamb
cow: cows cattle bull ox | elephant: elephants | bear: bears | zebra: zebras | giraffe: giraffes
umbrella: umbrellas parasol | handbag: purse bag | tie: necktie | suitcase: luggage suitcases | skis: ski skiing pair
snowboard: snowboarder snowboarding | ball: baseball soccer tennis | kite: kites | baseball bat: bat
baseball glove: glove mitt | skateboard: skateboarding skateboarder | surfboard: surfboards surfing
tennis racket: racket racquet | bottle: bottles | wine glass: wine glass glasses | cup: mug cups coffee
bowl: bowls | banana: bananas | apple: apples | sandwich: burger hamburger sandwiches | orange: oranges
carrot: carrots | hot dog: hotdog hotdogs | pizza: pizzas | donut: donuts doughnut | cake: cakes | chair: chairs
couch: sofa | plant: plants | bed: beds | table: tables desk | television: tv screen | laptop: laptops computer
phone: cellphone telephone | oven: stove | sink: sinks | refrigerator: fridge | book: books | clock: clocks
vase: vases | teddy bear: teddy
"""


def spoken() -> tuple[frozenset[str], ...]:
    """For each class, the words by which people may mean it (its name among them)."""
    entries = (entry.partition(":") for entry in _WORDS.replace("\n", " | ").split("|") if ":" in entry)
    others = {name.strip(): words.split() for name, _, words in entries}
    unknown = others.keys() - set(NAMES)
    if unknown:
        raise ValueError(f"words for classes that are not there: {unknown}")
    return tuple(frozenset((name, *others.get(name, ()))) for name in NAMES)


def words_of(text: str) -> set[str]:
    """The words and pairs of words of a sentence, each also without a final s."""
    found = re.findall(r"[a-z]+", text.lower())
    pairs = {f"{first} {second}" for first, second in pairwise(found)}
    return {*found, *pairs, *(word[:-1] for word in found if word.endswith("s"))}
