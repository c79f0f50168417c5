"""The scenes that watching is measured on are what they are called, to the eyes' own gate."""

import numpy as np
import pytest

from app.bench.watching import busy, still, stirring
from app.bench.written import photographed
from runtime.sight.scene import Patches, changed, glance


@pytest.fixture(scope="module")
def picture():
    return next(photographed(count=1, size=(640, 480))).picture


def watched(scene, frames=60, rate=10):
    """How many frames differ from the first one, and the patches at the end."""
    first, patches, differ = glance(scene(0)), Patches(), 0
    for number in range(frames):
        now = glance(scene(number))
        patches = patches.then(now, number / rate)
        differ += changed(first, now, patches.noise)
    return differ, patches


def test_nothing_happens_in_the_still_scene(picture):
    differ, patches = watched(still(picture))
    assert differ == 0
    assert patches.at_rest


def test_something_of_a_heads_size_moves_in_the_stirring_one(picture):
    differ, patches = watched(stirring(picture))
    assert differ > 40
    assert 0.05 < (patches.stirred(0.0) >= 0.02).mean() < 0.6


def test_everything_changes_in_the_busy_one(picture):
    differ, patches = watched(busy(picture))
    assert differ > 50
    assert (patches.stirred(0.0) >= 0.02).mean() > 0.8


@pytest.mark.parametrize("make", [still, stirring, busy])
def test_a_scene_never_ends(picture, make):
    scene = make(picture)
    assert scene(10_000).shape == picture.shape
    assert scene(10_000).dtype == np.uint8
