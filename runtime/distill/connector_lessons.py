"""What the connector learns from: what people asked about the photos, and questions that the teachers can answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from runtime.distill import questions, teachers
from runtime.distill.boxes import Boxes
from runtime.distill.names import NAMES
from runtime.distill.photos import training
from runtime.model.tokenizer import Tokenizer
from runtime.sight.nouns import listed, one, plural

SURE, ABSENT = 0.4, 0.1
"""Score of the teachers from which a thing is there, and below which it is not; between them nothing is asked."""

WORDS = 1024
"""Words of the core that a slot may mix."""

HUMAN = 0.75
"""Share of pictures in a batch that people asked about."""

TAUGHT = 0.4
"""Weight of a question that the teachers answer; one that a person answered weighs 1."""

NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")

_SCENE = ("What do you see?", "What can you see?", "What is in the picture?", "Describe the picture.")
_THERE = ("Is there {} in the picture?", "Is there {}?", "Do you see {}?", "Can you see {} here?")
_COUNT = ("How many {} are there?", "How many {} do you see?", "How many {} are in the picture?")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about a picture and its answer, as sentences."""

    question: str
    answer: str


class Lessons:
    """The photos that are not held out: their maps, boxes and questions."""

    def __init__(self, data: Path, work: Path) -> None:
        self.maps = np.load(work / "cells.npy", mmap_mode="r")
        self.boxes = teachers.load(work)
        files = [each.name for each in training(data)]
        number = {name: at for at, name in enumerate(files)}
        self.asked: dict[int, list[Asked]] = {}
        for pair in questions.load(data):
            if not questions.held_out(pair.image):
                asked = Asked(pair.question, sentence(pair.answer))
                self.asked.setdefault(number[pair.image], []).append(asked)
        self.photos = np.array([at for at, name in enumerate(files) if not questions.held_out(name)])
        self.asked_about = np.array(sorted(self.asked))
        seen = [each for boxes in self.boxes for each, _ in things(boxes)]
        self.common = np.bincount(seen, minlength=len(NAMES)).astype(np.float64) + 1

    def pick(self, count: int, random: np.random.Generator) -> NDArray[np.int64]:
        """Numbers of photos for a batch."""
        human = random.random(count) < HUMAN
        return np.where(human, random.choice(self.asked_about, count), random.choice(self.photos, count))

    def questions(self, photo: int, random: np.random.Generator) -> list[tuple[Asked, float]]:
        """All that people asked about a photo, and one or two that the teachers answer, each with its weight."""
        taught = from_boxes(self.boxes[photo], self.common, random)
        asked = self.asked.get(photo, [])
        chosen = [taught[each] for each in random.permutation(len(taught))[: 1 if asked else 2]]
        return [*((each, 1.0) for each in asked), *((each, TAUGHT) for each in chosen)]

    def texts(self) -> list[str]:
        """What is said in the lessons, the most important first."""
        answers = [each.answer for asked in self.asked.values() for each in asked]
        return [*answers, *(each.question for asked in self.asked.values() for each in asked)]


def vocabulary(texts: list[str], tokenizer: Tokenizer) -> list[int]:
    """The tokens a slot may mix: those of the classes and numbers, then the commonest of `texts`."""
    needed = [*(f" {each}" for each in (*NAMES, *NUMBERS, "many")), "."]
    found = dict.fromkeys(token for text in needed for token in tokenizer.encode(text))
    counted = Counter(token for text in texts for token in tokenizer.encode(" " + text.rstrip(".?").lower()))
    found |= dict.fromkeys(token for token, _ in counted.most_common(WORDS))
    return list(found)[:WORDS]


def sentence(answer: str) -> str:
    """A person's answer as the core shall say it: "2" as "Two.", "cat" as "A cat."."""
    answer = answer.strip()
    if answer.isdigit() and int(answer) < len(NUMBERS):
        answer = NUMBERS[int(answer)]
    elif answer in NAMES:
        answer = one(answer)
    return f"{answer[:1].upper()}{answer[1:]}."


def things(boxes: Boxes) -> list[tuple[int, int]]:
    """(class, how many) of what is surely there, the most prominent first."""
    sure = boxes[boxes[:, 1] >= SURE]
    weight = sure[:, 1] * np.sqrt(np.prod(np.clip(sure[:, 4:] - sure[:, 2:4], 0, 1), axis=1))
    classes = sure[:, 0].astype(int)
    found = {
        each: (float(weight[classes == each].max()), int((classes == each).sum())) for each in set(classes.tolist())
    }
    return [(each, found[each][1]) for each in sorted(found, key=lambda each: -found[each][0])]


def from_boxes(boxes: Boxes, common: NDArray[np.float64], random: np.random.Generator) -> list[Asked]:
    """Questions that the teachers' boxes answer: what is there, is there one, is there one that is not, how many.

    `common` f64[80] is how often each class is anywhere: what is asked for in vain is as common as what is found.
    """
    found = things(boxes)
    named = [one(NAMES[each]) if count == 1 else _some(each, count) for each, count in found[:4]]
    asked = [Asked(_pick(_SCENE, random), _sentence_of(named))]
    if found:
        each, count = found[int(random.integers(len(found)))]
        asked.append(Asked(_pick(_THERE, random).format(one(NAMES[each])), "Yes."))
        asked.append(Asked(_pick(_COUNT, random).format(plural(NAMES[each])), sentence(str(count))))
    best = np.zeros(len(NAMES))
    np.maximum.at(best, boxes[:, 0].astype(int), boxes[:, 1])
    odds = common * (best < ABSENT)
    if odds.sum() > 0:
        missing = NAMES[random.choice(len(NAMES), p=odds / odds.sum())]
        asked.append(Asked(_pick(_THERE, random).format(one(missing)), "No."))
    return asked


def camera_line(boxes: Boxes) -> str:
    """The teachers' boxes as the eyes would put them."""
    named = [one(NAMES[each]) if count == 1 else _some(each, count) for each, count in things(boxes)]
    return f"Camera: {', '.join(named) or 'nothing I can name'}."


def slot_words(boxes: Boxes, pairs: int) -> list[str]:
    """What the slots should say before the core has had a word in it: number, name, number, name, … by prominence."""
    said = []
    for each, count in things(boxes)[:pairs]:
        said += [f" {NUMBERS[count] if count < len(NUMBERS) else 'many'}", f" {NAMES[each]}"]
    return said + ["."] * (2 * pairs - len(said))


def _some(number: int, count: int) -> str:
    return f"{NUMBERS[count] if count < len(NUMBERS) else 'many'} {plural(NAMES[number])}"


def _sentence_of(items: Sequence[str]) -> str:
    text = listed(items) if items else "nothing I can name"
    return f"{text[0].upper()}{text[1:]}."


def _pick(forms: Sequence[str], random: np.random.Generator) -> str:
    return forms[int(random.integers(len(forms)))]
