"""Measures the eyes on photos that people described, and finds the odds of everyday life.

    python tests/bench/eyes_on_photos.py recall ../shared/data/images
    python tests/bench/eyes_on_photos.py odds   ../shared/data/images > runtime/packs/everyday_odds.txt

`recall` says, on the photos in eval/, how many of the things that at least two people mention are named, and how many
names are said that nobody mentions. `odds` looks at the photos in coco_train2014_256/ only, and at no label of theirs.
The photos are for measuring and training and are no part of this project.
"""

from __future__ import annotations

import json
import re
import sys
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
from PIL import Image

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT))

from runtime.media import read_image  # noqa: E402
from runtime.model.manifest import open_pack  # noqa: E402
from runtime.model.session import OnnxSessions  # noqa: E402
from runtime.sight.percepts import PERHAPS, Eyes  # noqa: E402
from runtime.sight.tagger import Tagger  # noqa: E402

THINGS = """
person: man woman boy girl people men women child children lady guy player skier surfer batter kid kids baby rider
bicycle: bike bicycles bikes | car: cars taxi van vehicle jeep | motorcycle: motorbike motorcycles scooter moped
airplane: plane jet aircraft planes airliner | bus: buses | train: trains locomotive tram | truck: trucks
boat: boats ship sailboat canoe | traffic light: stoplight | fire hydrant: hydrant | stop sign: | parking meter: meter
bench: benches | bird: birds duck geese parrot seagull | cat: cats kitten | dog: dogs puppy | horse: horses
sheep: lamb | cow: cows cattle bull ox | elephant: elephants | bear: bears | zebra: zebras | giraffe: giraffes
backpack: | umbrella: umbrellas parasol | handbag: purse bag | tie: necktie | suitcase: luggage suitcases | frisbee:
skis: ski skiing pair | snowboard: snowboarder snowboarding | ball: baseball soccer tennis | kite: kites | bat:
glove: mitt | skateboard: skateboarding skateboarder | surfboard: surfboards surfing | racket: racquet
bottle: bottles | wine glass: wine glass glasses | cup: mug cups coffee | fork: | knife: | spoon: | bowl: bowls
banana: bananas | apple: apples | sandwich: burger hamburger sandwiches | orange: oranges | broccoli: | carrot: carrots
hot dog: hotdog hotdogs | pizza: pizzas | donut: donuts doughnut | cake: cakes | chair: chairs | couch: sofa
plant: plants | bed: beds | table: tables desk | toilet: toilets | television: tv screen | laptop: laptops computer
mouse: | remote: | keyboard: | phone: cellphone telephone | microwave: | oven: stove | toaster: | sink: sinks
refrigerator: fridge | book: books | clock: clocks | vase: vases | scissors: | teddy bear: teddy | hair dryer: |
toothbrush:
"""


def vocabulary() -> dict[str, set[str]]:
    """Everyday things and the words people use for them."""
    entries = (entry.partition(":") for entry in THINGS.replace("\n", " | ").split("|") if ":" in entry)
    return {thing.strip(): {thing.strip(), *others.split()} for thing, _, others in entries}


def words_of(text: str) -> set[str]:
    found = re.findall(r"[a-z]+", text.lower())
    pairs = {f"{first} {second}" for first, second in pairwise(found)}
    return {*found, *pairs, *(word[:-1] for word in found if word.endswith("s"))}


def recall(images: Path) -> None:
    eyes = Eyes(open_pack("mini").path / "sight", OnnxSessions("cpu", 2))
    began = time.perf_counter()
    eyes.load()
    loaded = time.perf_counter() - began
    things = vocabulary()
    mentioned = named = wrong = said_surely = right_surely = said_perhaps = right_perhaps = 0
    milliseconds = []
    captions = json.loads((images / "eval_captions.json").read_text(encoding="utf-8"))
    for file, said in captions.items():
        rgb = read_image(images / "eval" / file).rgb
        eyes.forget()
        began = time.perf_counter()
        tags = eyes.look(rgb, read_text=False).tags
        milliseconds.append((time.perf_counter() - began) * 1000)
        each = [words_of(caption) for caption in said]
        anyone = set().union(*each)
        names = [words_of(tag.name) for tag in tags]
        for spoken in things.values():
            if sum(bool(spoken & caption) for caption in each) >= 2:
                mentioned += 1
                named += any(spoken & name for name in names)
        for tag, name in zip(tags, names, strict=True):
            wide = set().union(*(spoken for spoken in things.values() if spoken & name), name - {"a", "an", "of"})
            right = bool(wide & anyone)
            wrong += not right
            if tag.confidence >= PERHAPS:
                said_surely, right_surely = said_surely + 1, right_surely + right
            else:
                said_perhaps, right_perhaps = said_perhaps + 1, right_perhaps + right
    result = {
        "photos": len(captions),
        "recall_of_mentioned": round(named / mentioned, 3),
        "names_nobody_mentions_per_photo": round(wrong / len(captions), 3),
        "names_per_photo": round((said_surely + said_perhaps) / len(captions), 3),
        "right_when_said_plainly": round(right_surely / max(1, said_surely), 3),
        "right_when_said_with_perhaps": round(right_perhaps / max(1, said_perhaps), 3),
        "look_ms_median": round(float(np.median(milliseconds)), 1),
        "load_seconds": round(loaded, 2),
    }
    print(json.dumps(result))


def odds(images: Path, photos: int = 2400, rounds: int = 30) -> None:
    tagger = Tagger(open_pack("mini").path / "sight", OnnxSessions("cpu", 2))
    tagger.load()
    tagger._odds = np.ones_like(tagger._odds)
    files = sorted((images / "coco_train2014_256").glob("*.jpg"))[:photos]
    seen = np.stack([tagger._probabilities(np.asarray(Image.open(file).convert("RGB"))) for file in files])
    classes = seen.shape[1]
    share = np.full(classes, 1 / classes)
    for _ in range(rounds):
        belief = seen * share
        belief /= belief.sum(axis=1, keepdims=True)
        share = (belief.sum(axis=0) + 1) / (len(files) + classes)
    for line in (ROOT / "runtime" / "packs" / "everyday_odds.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            print(line)
    found = np.sqrt(share * classes)
    for start in range(0, classes, 20):
        print(" ".join(f"{each:.2f}" for each in found[start : start + 20]))


if __name__ == "__main__":
    {"recall": recall, "odds": odds}[sys.argv[1]](Path(sys.argv[2]))
