"""What is said about a picture, and that nothing is said which was not seen."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from runtime.distill.names import NAMES
from runtime.media import read_image
from runtime.sight.colours import WORDS
from runtime.sight.light import View, how_clear
from runtime.sight.nouns import NUMBERS, plural
from runtime.sight.percepts import LONGEST, describe, together
from runtime.sight.thresholds import COUNT_OBJECT, PLAIN_OBJECT
from runtime.sight.wording import MOST_ITEMS, worth_saying
from runtime.types import Percepts, SeenObject, SeenText, Tag
from tests.percept_line import NotInTheGrammar, parse

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
    assert seen.line == "Camera: a red coffee mug, perhaps a table. Text: 'FRESH COFFEE', 'OPEN 8 TO 5'."
    assert (
        seen.description == "I can see a red coffee mug and perhaps a table. It says “FRESH COFFEE” and “OPEN 8 TO 5”."
    )
    assert [line.text for line in seen.text] == ["FRESH COFFEE", "OPEN 8 TO 5"]
    mug, table = seen.objects
    assert (table.name, table.colour) == ("table", "")
    assert (mug.name, mug.kind, mug.colour) == ("cup", "coffee mug", "red")
    x, y, width, height = mug.box
    assert 0.35 < x < 0.5
    assert 0.3 < y < 0.5
    assert 0.15 < width < 0.4
    assert 0.3 < height < 0.6


def test_writing_is_left_unread_when_it_is_not_asked_for(eyes, photo):
    eyes.forget()
    assert eyes.look(photo, read_text=False).line == "Camera: a red coffee mug, perhaps a table."
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
    assert how_clear(night) is View.DIM


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


def thing(name, x=0.4, y=0.4, width=0.2, height=0.2, confidence=0.9, colour="", kind=""):
    return SeenObject(name, confidence, (x, y, width, height), colour, kind)


LEFT, RIGHT = 0.02, 0.75


def line(objects=(), tags=(), text=()):
    return describe(objects, tags, text).line


def test_the_line_follows_its_grammar():
    tags = (Tag("a cup", 0.8), Tag("jeans", 0.4))
    assert line((), tags) == "Camera: a cup, perhaps jeans."
    assert line((), tags, written("EXIT")) == "Camera: a cup, perhaps jeans. Text: 'EXIT'."
    assert line((), (), written("EXIT", "42")) == "Camera: Text: 'EXIT', '42'."
    assert line() == "Camera: nothing I can name."
    assert line((), (), written("JOE'S CAFÉ")) == "Camera: Text: 'JOE’S CAFÉ'."


def test_an_object_is_said_with_its_colour_kind_and_place():
    assert line([thing("cup", LEFT, colour="red")]) == "Camera: a red cup (left)."
    assert line([thing("bus", colour="orange")]) == "Camera: an orange bus."
    assert line([thing("cup", LEFT, colour="red", kind="coffee mug")]) == "Camera: a red coffee mug (left)."
    assert line([thing("dog", RIGHT, 0.8, kind="dog (beagle)")]) == "Camera: a dog (beagle, bottom right)."
    assert line([thing("scissors")]) == "Camera: scissors."
    assert line([thing("cup", confidence=PLAIN_OBJECT - 0.01)]) == "Camera: perhaps a cup."


def test_things_of_a_kind_are_counted_and_told_apart_while_they_are_few():
    assert line([thing("cup"), thing("cup")]) == "Camera: two cups."
    assert line([thing("cup", LEFT), thing("cup")]) == "Camera: two cups (left, middle)."
    assert line([thing("cup", RIGHT), thing("cup", LEFT)]) == "Camera: two cups (left, right)."
    assert line([thing("cup", LEFT), thing("cup", LEFT)]) == "Camera: two cups (left)."
    red, blue = thing("cup", LEFT, colour="red"), thing("cup", RIGHT, colour="blue")
    assert line([blue, red]) == "Camera: two cups (red left, blue right)."
    assert line([red, replace(blue, colour="red")]) == "Camera: two red cups (left, right)."
    assert line([thing("book", 0.1 * place) for place in range(5)]) == "Camera: at least five books."
    assert line([thing("person", 0.1 * place) for place in range(8)]) == "Camera: many people."


def test_what_cannot_be_counted_is_several():
    clear = [thing("person"), thing("person")]
    doubtful = [thing("person", confidence=COUNT_OBJECT - 0.05) for _ in range(3)]
    assert line([*clear, *doubtful]) == "Camera: several people."
    assert line([*clear, doubtful[0]]) == "Camera: two people."


def test_what_is_on_or_behind_another_thing_is_said_where_there_is_one_of_it():
    table = thing("table", 0.05, 0.5, 0.9, 0.45)
    cup = thing("cup", 0.4, 0.55, 0.1, 0.15)
    assert line([table, cup]) == "Camera: a table, a cup (on the table)."
    assert line([table, table, cup]) == "Camera: two tables, a cup."
    assert line([replace(table, confidence=PLAIN_OBJECT - 0.05), cup]) == "Camera: a cup, perhaps a table."


def test_the_surest_and_largest_come_first_and_doubtful_ones_last():
    small, large = thing("cup", 0.5, 0.5, 0.05, 0.05, 0.95), thing("couch", 0.1, 0.2, 0.8, 0.7, 0.85)
    doubtful = thing("bed", 0, 0, 1, 1, PLAIN_OBJECT - 0.05)
    assert line([doubtful, small, large]) == "Camera: a couch, a cup (on the couch), perhaps a bed."
    many = [thing(name) for name in ("cup", "book", "clock", "vase", "fork", "knife", "spoon", "bowl", "bottle")]
    assert len(parse(line(many)).items) == MOST_ITEMS


def test_the_description_is_a_sentence():
    def said(objects=(), tags=(), text=()):
        return describe(objects, tags, text).description

    tags = (Tag("a dog (beagle)", 0.8), Tag("a cup", 0.7), Tag("a ball", 0.4))
    assert said((), tags) == "I can see a dog (beagle), a cup and perhaps a ball."
    assert said((), (), written("EXIT")) == "It says “EXIT”."
    assert said() == "I cannot name anything in it."
    people = [thing("person", 0.1, 0.1, 0.2, 0.8), thing("person", 0.4, 0.1, 0.2, 0.8)]
    objects = [*people, thing("cup", LEFT, colour="red"), thing("dog", RIGHT, 0.8, kind="dog (pug)")]
    expected = "I can see two people (left, middle), a red cup on the left and a dog (pug) at the bottom right."
    assert said(objects) == expected


def test_signs_in_different_places_are_told_apart():
    signs = (SeenText("ENTRY", 0.9, (0.05, 0.5, 0.1, 0.05)), SeenText("EXIT", 0.9, (0.8, 0.5, 0.1, 0.05)))
    seen = describe((), (), signs)
    assert seen.line == "Camera: Text: 'ENTRY' (left), 'EXIT' (right)."
    assert seen.description == "It says “ENTRY” (left) and “EXIT” (right)."


def test_long_writing_is_cut_in_the_line_but_not_in_the_percepts():
    lines = written(*[f"line number {number} of a rather long page" for number in range(30)])
    seen = describe((), (), lines)
    assert len(seen.line) < 260
    assert seen.line.endswith("…'.")
    assert seen.text == lines


def test_several_pictures_are_said_together_and_nothing_twice():
    cup, cups = thing("cup", confidence=0.7), [thing("cup", LEFT, confidence=0.6), thing("cup", RIGHT, confidence=0.6)]
    one = describe([cup], (Tag("a fence", 0.4), Tag("jeans", 0.9)), written("EXIT"))
    other = describe(cups, (Tag("a fence", 0.8),), written("EXIT", "42"))
    dark = describe((), (), (), View.DARK)
    merged = together([one, other, dark])
    assert [item.name for item in parse(merged.line).items] == ["jeans", "fence", "cups"]
    assert merged.line.endswith(" Text: 'EXIT', '42'.")
    assert merged.objects == tuple(cups)
    assert together([one]) is one
    assert together([describe((), (), ()), dark]) is dark


@pytest.mark.parametrize(
    "other",
    [
        "a cup.",
        "Camera: a cup",
        "Camera: .",
        "Camera: a cup, .",
        "Camera: a cup. Text: 'it's'.",
        "Camera: a cup. Text: EXIT.",
        "Camera: two cups (crimson).",
        "Camera: three cups.",
        "Camera: at least two cups.",
        "Camera: a cup (mug, nowhere).",
        "Camera: a cup. It is red.",
    ],
)
def test_the_reader_of_the_grammar_refuses_what_is_not_in_it(other):
    with pytest.raises(NotInTheGrammar):
        parse(other)


words = st.text(st.characters(blacklist_categories=("Cs",)), min_size=1, max_size=60).filter(str.strip)
shares = st.floats(0, 1)
boxes = st.tuples(shares, shares, shares, shares).map(lambda b: (b[0], b[1], b[2] * (1 - b[0]), b[3] * (1 - b[1])))
seen_objects = st.builds(
    SeenObject,
    st.sampled_from(NAMES),
    st.floats(0.01, 1),
    boxes,
    st.sampled_from(("", *WORDS)),
    st.sampled_from(("", "coffee mug", "dog (beagle)")),
)
tags_ = st.builds(
    Tag, st.sampled_from(["a coffee mug", "a dog (pug)", "jeans", "a butcher's shop"]), st.floats(0.35, 1)
)
texts = st.builds(SeenText, words, st.just(0.9), boxes)


@given(st.lists(seen_objects, max_size=40), st.lists(tags_, max_size=3), st.lists(texts, max_size=200))
def test_any_percepts_make_one_short_line_that_can_be_taken_apart_again(objects, tags, text):
    worth = worth_saying(objects)
    seen = describe(worth, tags, text)
    told = parse(seen.line)
    assert len(seen.line) <= LONGEST
    assert len(told.items) <= MOST_ITEMS
    assert bool(told.items) == bool(worth or tags)
    assert bool(told.text) == bool(text)
    hedges = [item.hedged for item in told.items]
    assert hedges == sorted(hedges)
    for item in told.items:
        counted = item.number.removeprefix("at least ")
        if counted in NUMBERS:
            sure = [each for each in worth if plural(each.name) == item.name]
            assert len(sure) == NUMBERS.index(counted) + 2
    assert worth_saying(worth) == worth


@given(st.lists(st.lists(seen_objects, max_size=8), min_size=2, max_size=4))
def test_together_never_counts_more_than_one_picture_shows(looks):
    each = [describe(worth_saying(objects), (), ()) for objects in looks]
    merged = together(each)
    parse(merged.line)
    for name in {thing.name for thing in merged.objects}:
        most = max(sum(thing.name == name for thing in look.objects) for look in each)
        assert sum(thing.name == name for thing in merged.objects) == most
