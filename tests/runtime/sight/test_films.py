"""What happens on a filmed table is told, by the pack's own eyes."""

import re

import pytest

from app.footage import STRETCHES, footage
from runtime.sight.watching import watched
from tests.cup_film import film

CUP = r"a (red )?(cup|mug|coffee mug)"


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ([(3, 40)], ""),
        ([(2, None), (2.5, 450)], rf"Just now: {CUP} appeared \((bottom )?right\)\."),
        ([(2, 40), (2.5, None)], rf"Just now: {CUP} left\."),
        (
            [(2, 40), (0.3, 150), (0.3, 300), (2.5, 450)],
            rf"Just now: {CUP} moved \((bottom )?left to (bottom )?right\)\.",
        ),
    ],
    ids=["nothing", "put down", "taken away", "moved"],
)
def test_what_happens_to_a_mug_is_told(eyes, tmp_path, parts, told):
    eyes.forget()
    frames = footage(film(tmp_path / "table.mp4", *parts)).frames
    assert len(frames) <= 2 * STRETCHES
    percepts, events = watched(frames, eyes)
    assert re.fullmatch(told, events), events
    assert "FRESH COFFEE" in percepts.line


def test_a_video_that_stands_still_costs_one_look(eyes, tmp_path, monkeypatch):
    looks = []
    really = eyes._look
    monkeypatch.setattr(eyes, "_look", lambda *given: looks.append(given) or really(*given))
    eyes.forget()
    watched(footage(film(tmp_path / "still.mp4", (6, 40))).frames, eyes)
    assert len(looks) == 1
