"""The orb tells phases apart by more than colour, and rests when nothing moves."""

import pytest
from PySide6.QtGui import QImage

from app.models.state import Face
from app.widgets.orb import _CORE, Orb, loudness


@pytest.fixture
def orb(theme):
    orb = Orb(theme)
    orb.resize(200, 200)
    orb.show()
    yield orb
    orb.hide()
    orb.deleteLater()


def settled_picture(orb, face, until):
    orb.show_face(face)
    until(lambda: not orb.moving or abs(orb._radius - _CORE[face]) < 0.01)
    return orb.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)


def test_faces_differ_even_without_colour(orb, until):
    pictures = [settled_picture(orb, face, until) for face in Face]
    for number, one in enumerate(pictures):
        for other in pictures[number + 1 :]:
            assert one != other


@pytest.mark.parametrize("face", [Face.IDLE, Face.MUTED, Face.FAILED, Face.INTERRUPTED])
def test_it_rests_when_nothing_moves(orb, until, face):
    orb.show_face(Face.SPEAKING)
    assert orb.moving
    orb.show_face(face)
    until(lambda: not orb.moving)


def test_it_costs_nothing_while_hidden(orb):
    orb.show_face(Face.SPEAKING)
    orb.hide()
    assert not orb.moving


def test_loudness_is_a_share_of_sixty_decibels():
    assert loudness(0.0) == 0.0
    assert loudness(1.0) == 1.0
    assert loudness(10 ** (-30 / 20)) == pytest.approx(0.5)
    assert loudness(2.0) == 1.0
