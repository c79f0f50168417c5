"""What the bench counts as right and wrong in what the eyes say of a photo."""

import json

import numpy as np
import pytest
from PIL import Image

from app.bench.described_photos import Described, rows, said, teachers
from app.bench.percept_line import items
from runtime.errors import BadInput
from runtime.ports import no_progress
from runtime.types import Percepts

CAPTIONS = {
    "0.png": ["A man with a cup", "A man drinks at a desk", "somebody has a mug", "A jacuzzi", "x"],
    "1.png": ["Two dogs", "A dog on grass", "dogs", "dogs", "A dog and its ball"],
}


class Told:
    """Eyes that say, in turn, what they are told to."""

    def __init__(self, *lines):
        self.lines = list(lines)

    def forget(self):
        pass

    def look(self, _rgb, read_text=True):
        assert not read_text
        return Percepts(line=self.lines.pop(0))


@pytest.fixture
def data(tmp_path):
    (tmp_path / "images" / "eval").mkdir(parents=True)
    for name in CAPTIONS:
        Image.fromarray(np.zeros((8, 8, 3), np.uint8)).save(tmp_path / "images" / "eval" / name)
    (tmp_path / "images" / "eval_captions.json").write_text(json.dumps(CAPTIONS), encoding="utf-8")
    return tmp_path


def test_everything_in_the_line_is_judged(data):
    eyes = Told("Camera: a man, perhaps a table, a car.", "Camera: two dogs, perhaps a cat, grass.")
    figures = {row.name: row for row in said(eyes, Described(data))}
    # What counts: person, cup; dog. Said of it: person, dog. Wrong: the car, the cat.
    assert figures["objects said of those two people mention"].ours == pytest.approx(2 / 3)
    assert figures["names said that nobody mentions"].ours == pytest.approx(1.0)
    plain = figures['right of what is said without "perhaps"']
    assert (plain.ours, plain.met) == (pytest.approx(3 / 4), False)
    assert figures['right of what is said with "perhaps"'].ours == pytest.approx(1 / 2)


@pytest.mark.parametrize(
    ("photo", "line", "right"),
    [
        (0, "Camera: a red cup.", True),
        (0, "Camera: a desk.", True),
        (0, "Camera: a jacuzzi.", True),
        (0, "Camera: a tennis racket.", False),
        (1, "Camera: a dog (beagle).", True),
        (1, "Camera: a tennis ball.", True),
        (1, "Camera: a man.", False),
        (1, "Camera: a jacuzzi.", False),
    ],
)
def test_a_name_is_right_when_somebody_says_a_word_that_allows_it(data, photo, line, right):
    (item,) = items(line)
    assert Described(data).is_right(photo, item) == right


def test_without_photos_it_is_bad_input_and_without_teachers_there_are_none(tmp_path):
    assert teachers(tmp_path, 1) == {}
    with pytest.raises(BadInput, match="no described photos"):
        list(rows(Told(), tmp_path, tmp_path, 1, no_progress))
