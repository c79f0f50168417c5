"""The pictures with known words are the same for everybody who draws them, and hold the words they claim."""

import numpy as np
import pytest

from app.bench.written import pages, photographed, photographed_pages, signs, words_found, words_invented

KINDS = {
    "signs": (lambda seed: signs(seed, 8), (480, 640, 3)),
    "pages": (lambda seed: pages(seed, 2), (900, 1240, 3)),
    "columns": (lambda seed: pages(seed, 2, columns=2), (900, 1240, 3)),
    "photographed": (lambda seed: photographed(seed, 8), (720, 1280, 3)),
    "photographed pages": (lambda seed: photographed_pages(seed, 2), (1080, 1920, 3)),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_seed_always_draws_the_same_and_another_something_else(kind):
    draw, shape = KINDS[kind]
    first, again, other = list(draw(3)), list(draw(3)), list(draw(4))
    assert [each.words for each in first] == [each.words for each in again]
    assert all(np.array_equal(one.picture, two.picture) for one, two in zip(first, again, strict=True))
    assert [each.words for each in first] != [each.words for each in other]
    assert {each.picture.shape for each in first} == {shape}
    assert all(each.words and each.picture.dtype == np.uint8 for each in first)


def test_every_effect_of_a_camera_comes_up():
    assert len({each.kind for each in photographed(0, 8)}) == 8


def test_photographs_may_stand_behind_the_signs():
    wall = np.full((90, 160, 3), (10, 200, 30), np.uint8)
    picture = next(photographed(0, 1, [wall], (640, 360))).picture
    assert picture.shape == (360, 640, 3)
    assert np.abs(np.median(picture.reshape(-1, 3), axis=0) - (10, 200, 30)).max() < 12


def test_words_count_as_often_as_they_are_there():
    assert words_found(["Exit", "exit", "7:45"], ["EXIT, 7:45", "push"]) == 2
    assert words_found(["Exit"], ["EX IT"]) == 0
    assert words_invented(["Exit"], ["exit exit", "–"]) == 1
