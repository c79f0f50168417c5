"""What a tag adds to the objects: a finer name, itself, or nothing."""

import pytest

from runtime.distill.names import NAMES
from runtime.packs.efficientnet import everyday_names
from runtime.sight.kinds import CLASSES, bare, merge
from runtime.sight.thresholds import DENIED_TAG, SURE_KIND
from runtime.types import SeenObject, Tag


def thing(name, confidence=0.9):
    return SeenObject(name, confidence, (0.1, 0.1, 0.3, 0.3))


def test_every_pair_of_names_exists_on_both_sides():
    groups = {bare(names["name"]) for names in everyday_names()}
    assert set(CLASSES) <= groups
    assert {name for names in CLASSES.values() for name in names} <= set(NAMES)


def test_a_sure_tag_gives_the_one_object_it_can_mean_a_finer_name():
    objects, tags = merge([thing("cup"), thing("book")], [Tag("a coffee mug", SURE_KIND, "cup")])
    assert [each.kind for each in objects] == ["coffee mug", ""]
    assert tags == ()


def test_an_object_that_a_tag_agrees_with_is_as_sure_as_the_surer_of_both():
    (weak, strong), _ = merge([thing("cup", 0.5), thing("cup", 0.6)], [Tag("a cup", 0.8, "cup")])
    assert (weak.confidence, strong.confidence) == (0.5, 0.8)
    assert merge([thing("cup", 0.9)], [Tag("a cup", 0.4, "cup")])[0][0].confidence == 0.9


@pytest.mark.parametrize(
    ("objects", "tag"),
    [
        ([thing("cup"), thing("cup")], Tag("a coffee mug", 0.9, "cup")),
        ([thing("cup")], Tag("a coffee mug", SURE_KIND - 0.01, "cup")),
        ([thing("cup")], Tag("a cup", 0.9, "cup")),
        ([thing("car"), thing("truck")], Tag("a minivan", 0.9, "van")),
    ],
)
def test_no_finer_name_where_it_is_open_which_is_meant(objects, tag):
    seen, rest = merge(objects, [tag])
    assert ([each.kind for each in seen], rest) == ([""] * len(objects), ())


def test_an_animal_the_detector_has_no_name_for_needs_a_very_sure_tag():
    (sheep,), rest = merge([thing("sheep", 0.6)], [Tag("a goat (ibex)", DENIED_TAG - 0.01, "goat")])
    assert (sheep, rest) == (thing("sheep", 0.6), ())
    (sheep,), rest = merge([thing("sheep", 0.6)], [Tag("a goat (ibex)", DENIED_TAG, "goat")])
    assert (sheep.kind, sheep.confidence, rest) == ("goat (ibex)", 0.6, ())


def test_a_tag_that_is_no_kind_of_object_stays():
    guitar = Tag("a guitar", 0.5, "guitar")
    assert merge([thing("person")], [guitar]) == ((thing("person"),), (guitar,))


def test_a_tag_that_the_detector_denies_must_be_surer():
    def rest(confidence):
        return merge([thing("person")], [Tag("a coffee mug", confidence, "cup")])[1]

    assert rest(DENIED_TAG - 0.01) == ()
    assert rest(DENIED_TAG) == (Tag("a coffee mug", DENIED_TAG, "cup"),)


def test_people_are_never_taken_for_something_else():
    monkey = Tag("a monkey", 0.9, "monkey")
    assert merge([thing("person")], [monkey])[1] == ()
    assert merge([thing("bench")], [monkey])[1] == (monkey,)
    assert not {"monkey", "ape"} & {group for group, names in CLASSES.items() if "person" in names}


def test_no_name_says_what_sex_age_or_race_somebody_is():
    said = " ".join(f"{names['name']} {names['fine']}" for names in everyday_names()).lower()
    words = set(said.replace("(", " ").replace(")", " ").split()) | {word for name in NAMES for word in name.split()}
    assert not words & {"man", "woman", "boy", "girl", "groom", "bridegroom", "bride", "baby"}
