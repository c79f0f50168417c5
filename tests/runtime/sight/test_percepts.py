"""What is said about a picture, and that nothing is said which was not seen."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from runtime.media import read_image
from runtime.sight.percepts import View, describe, how_clear, together
from runtime.types import Percepts, SeenText, Tag

PHOTO = Path(__file__).parent.parent.parent.parent / "assets" / "demo" / "photo.jpg"


@pytest.fixture(scope="module")
def photo():
    return read_image(PHOTO).rgb


def filmed(level, noise=4.0, size=(480, 640)):
    return np.clip(np.random.default_rng(2).normal(level, noise, (*size, 3)), 0, 255).astype(np.uint8)


def written(*lines):
    return tuple(SeenText(words, 0.9, (0.1, 0.1 * place, 0.5, 0.05)) for place, words in enumerate(lines))


def test_the_demo_photo_is_seen_and_read(eyes, photo):
    eyes.forget()
    seen = eyes.look(photo)
    assert seen.line == "Camera: a coffee mug. Text: 'FRESH COFFEE', 'OPEN 8 TO 5'."
    assert seen.description == "I can see a coffee mug. It says “FRESH COFFEE” and “OPEN 8 TO 5”."
    assert seen.tags[0].name == "a coffee mug"
    assert [line.text for line in seen.text] == ["FRESH COFFEE", "OPEN 8 TO 5"]
    assert seen.objects == ()


def test_writing_is_left_unread_when_it_is_not_asked_for(eyes, photo):
    eyes.forget()
    assert eyes.look(photo, read_text=False).line == "Camera: a coffee mug."
    assert eyes.look(photo).text


@pytest.mark.parametrize(
    ("rgb", "said"),
    [
        (np.zeros((480, 640, 3), np.uint8), "it is too dark to tell"),
        (filmed(5), "it is too dark to tell"),
        (np.full((480, 640, 3), 255, np.uint8), "it is too bright to tell"),
        (filmed(252), "it is too bright to tell"),
        (np.full((480, 640, 3), 120, np.uint8), "the picture is too blurred to tell"),
    ],
    ids=["covered", "covered and noisy", "white", "overexposed", "a finger"],
)
def test_a_picture_that_shows_nothing_is_said_to(eyes, rgb, said):
    eyes.forget()
    seen = eyes.look(rgb)
    assert seen == Percepts(description=f"{said[0].upper()}{said[1:]}.", line=f"Camera: {said}.")


def test_a_photo_out_of_focus_is_said_to_be(eyes, photo):
    eyes.forget()
    blurred = np.asarray(Image.fromarray(photo).filter(ImageFilter.GaussianBlur(40)))
    assert eyes.look(blurred).line == "Camera: the picture is too blurred to tell."


def test_a_night_scene_with_a_light_in_it_is_not_too_dark():
    night = filmed(6)
    night[200:240, 300:360] = 220
    assert how_clear(night) is View.CLEAR


def test_large_writing_on_plain_ground_is_read_though_little_is_sharp(eyes):
    eyes.forget()
    image = Image.new("RGB", (640, 480), (235, 235, 230))
    ImageDraw.Draw(image).text((200, 200), "EXIT", fill=(30, 30, 30), font=ImageFont.load_default(70))
    assert "Text: 'EXIT'." in eyes.look(np.asarray(image)).line


@pytest.mark.parametrize("shape", [(1, 1), (3, 2000), (2000, 3), (2048, 2048)])
def test_any_size_can_be_looked_at(eyes, shape):
    eyes.forget()
    assert eyes.look(np.full((*shape, 3), 100, np.uint8)).line.startswith("Camera: ")


def test_an_unchanged_picture_gets_the_same_percepts_and_a_changed_one_new_ones(eyes, photo):
    eyes.forget()
    first = eyes.look(photo)
    noise = np.random.default_rng(1).normal(0, 3, photo.shape)
    assert eyes.look(np.clip(photo + noise, 0, 255).astype(np.uint8)) is first
    changed = photo.copy()
    changed[80:230, 220:560] = (200, 200, 195)  # the sign is taken down
    second = eyes.look(changed)
    assert second is not first
    assert second.text == ()
    assert eyes.look(photo).text == first.text


def test_the_line_follows_its_grammar():
    tags = (Tag("a cup", 0.8), Tag("jeans", 0.4))
    assert describe(tags, ()).line == "Camera: a cup, perhaps jeans."
    assert describe(tags, written("EXIT")).line == "Camera: a cup, perhaps jeans. Text: 'EXIT'."
    assert describe((), written("EXIT", "42")).line == "Camera: Text: 'EXIT', '42'."
    assert describe((), ()).line == "Camera: nothing I can name."
    assert describe((), written("JOE'S CAFÉ")).line == "Camera: Text: 'JOE’S CAFÉ'."


def test_the_description_is_a_sentence():
    tags = (Tag("a dog (beagle)", 0.8), Tag("a cup", 0.6), Tag("a ball", 0.4))
    assert describe(tags, ()).description == "I can see a dog (beagle), a cup and perhaps a ball."
    assert describe((), written("EXIT")).description == "It says “EXIT”."
    assert describe((), ()).description == "I cannot name anything in it."


def test_long_writing_is_cut_in_the_line_but_not_in_the_percepts():
    lines = written(*[f"line number {number} of a rather long page" for number in range(30)])
    seen = describe((), lines)
    assert len(seen.line) < 260
    assert seen.line.endswith("…'.")
    assert seen.text == lines


def test_several_pictures_are_said_together_and_nothing_twice():
    one = describe((Tag("a cup", 0.4), Tag("jeans", 0.9)), written("EXIT"))
    other = describe((Tag("a cup", 0.8),), written("EXIT", "42"))
    dark = describe((), (), View.DARK)
    assert together([one, other, dark]).line == "Camera: jeans, a cup. Text: 'EXIT', '42'."
    assert together([one]) is one
    assert together([describe((), ()), dark]) is dark


words = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=60).filter(str.strip)


@given(
    st.lists(st.tuples(st.sampled_from(["a cup", "a dog (pug)", "jeans"]), st.floats(0.35, 1)), max_size=3),
    st.lists(words, max_size=12),
)
def test_any_percepts_make_one_line_that_can_be_taken_apart_again(tags, lines):
    seen = describe([Tag(*each) for each in tags], written(*lines))
    assert "\n" not in seen.line
    assert seen.line.startswith("Camera: ")
    assert seen.line.endswith(".")
    before, found, after = seen.line.partition("Text: ")
    assert bool(found) == bool(lines)
    assert after.count("'") == 2 * len(after.removesuffix(".").split("', '")) if found else True
    named = before.removeprefix("Camera: ").strip().removesuffix(".")
    expected = ", ".join(name if sure >= 0.5 else f"perhaps {name}" for name, sure in tags)
    assert named == (expected or ("" if lines else "nothing I can name"))
