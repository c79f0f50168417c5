"""Faces: how many there are, where, and that a face brings its person along."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.errors import Fault
from runtime.model.session import OnnxSessions
from runtime.sight.faces import Faces, found, with_their_people
from runtime.types import SeenObject


def maps(*faces, rows=20, columns=40):
    """The graph's answer for faces (row, column, confidence, height and width in cells)."""
    centre = np.zeros((rows, columns), np.float32)
    size, offset = np.zeros((2, rows, columns), np.float32), np.zeros((2, rows, columns), np.float32)
    for row, column, confidence, high, wide in faces:
        centre[row, column] = confidence
        size[:, row, column] = np.log((high, wide))
    return centre, size, offset


def test_a_face_stands_where_its_centre_is():
    (face,) = found(*maps((9, 19, 0.8, 4.0, 6.0)))
    assert (face.name, face.confidence) == ("face", pytest.approx(0.8))
    assert face.box == pytest.approx((16.5 / 40, 7.5 / 20, 6 / 40, 4 / 20))


def test_the_offset_moves_the_centre_down_and_right():
    centre, size, offset = maps((9, 19, 0.8, 4.0, 6.0))
    offset[:, 9, 19] = (0.25, 0.5)
    (face,) = found(centre, size, offset)
    assert face.box[:2] == pytest.approx((17 / 40, 7.75 / 20))


def test_cells_of_one_face_are_one_face_and_unsure_ones_none():
    assert [face.confidence for face in found(*maps((9, 19, 0.7, 6, 6), (9, 20, 0.9, 6, 6), (2, 2, 0.3, 4, 4)))] == [
        pytest.approx(0.9)
    ]
    assert len(found(*maps((9, 5, 0.7, 6, 6), (9, 30, 0.9, 6, 6)))) == 2


@given(st.lists(st.tuples(st.integers(0, 19), st.integers(0, 39), st.floats(0, 1), st.floats(1, 30), st.floats(1, 30))))
def test_boxes_lie_within_the_picture_surest_first(faces):
    seen = found(*maps(*faces))
    assert [face.confidence for face in seen] == sorted((face.confidence for face in seen), reverse=True)
    for x, y, wide, high in (face.box for face in seen):
        assert min(x, y, wide, high) >= 0
        assert max(x + wide, y + high) <= 1 + 1e-6


FACE = SeenObject("face", 0.9, (0.4, 0.2, 0.1, 0.2))


def test_a_face_in_a_persons_box_is_that_persons():
    person = SeenObject("person", 0.8, (0.3, 0.1, 0.3, 0.9))
    assert with_their_people((person,), (FACE,)) == (FACE, person)


def test_a_face_without_a_person_brings_one_along():
    cup = SeenObject("cup", 0.95, (0.8, 0.8, 0.1, 0.1))
    seen = with_their_people((cup,), (FACE,))
    assert [each.name for each in seen] == ["cup", "face", "person"]
    assert seen[2].box == pytest.approx((0.3, 0.2, 0.3, 0.6))


def test_no_face_is_seen_in_noise_and_none_before_loading(pack):
    faces = Faces(pack.path / "sight", OnnxSessions("cpu", 1))
    noise = np.random.default_rng(5).integers(0, 255, (240, 320, 3)).astype(np.uint8)
    with pytest.raises(Fault, match="before they were loaded"):
        faces.look(noise)
    faces.load()
    assert faces.look(noise) == ()
    assert faces.look(noise[:, :40]) == ()
