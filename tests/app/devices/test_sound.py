"""A stream moves when its device went or the default changed, not because the sound server is slow to answer."""

import pytest

from app.devices import sound
from app.devices.sound import Place
from runtime.errors import Missing

DESK = Place("Desk", 3, "alsa_input.desk")


@pytest.mark.parametrize(
    ("now", "reason"),
    [
        (DESK, ""),
        (Place("Hall", 3, "alsa_input.hall"), "gives way to Hall"),
        (Place("default", 5), ""),
        (Missing("There is no microphone."), "was removed"),
    ],
)
def test_a_stream_stays_unless_its_place_is_known_to_be_another(monkeypatch, now, reason):
    def find(_direction, _name):
        if isinstance(now, Missing):
            raise now
        return now

    monkeypatch.setattr(sound, "find", find)
    assert sound.misplaced("input", "", DESK) == reason
    assert sound.misplaced("input", "", Place("default", 5)) == "", "without a server nothing moves by itself"
