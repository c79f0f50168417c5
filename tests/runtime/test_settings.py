"""Settings are strict about what they hold and survive a crash while they are written."""

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime import settings as s
from runtime.errors import BadInput


def test_every_setting_says_what_it_means():
    assert all(each.metadata["doc"].endswith(".") for each in dataclasses.fields(s.Settings))


def test_saved_and_loaded(tmp_path):
    chosen = s.Settings(patience="patient", voice_speed=1.25, headphones=True)
    s.save(chosen, tmp_path / "deep" / "settings.json")
    assert s.load(tmp_path / "deep" / "settings.json") == chosen
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["settings.json"]


def test_no_file_means_defaults(tmp_path):
    assert s.load(tmp_path / "none.json") == s.Settings()


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"x"', "\x00"])
def test_a_damaged_file_is_named_and_kept(tmp_path, text):
    path = tmp_path / "settings.json"
    path.write_text(text)
    with pytest.raises(BadInput, match=r"settings\.json"):
        s.load(path)
    assert path.read_text() == text


def test_an_unknown_setting_names_the_known_ones():
    with pytest.raises(BadInput, match="voice_speed"):
        s.from_mapping({"speed": 1})


@pytest.mark.parametrize(
    "values",
    [{"voice_speed": 9}, {"patience": "zen"}, {"threads": 1.5}, {"headphones": "yes"}, {"threads": True}, {"pack": 3}],
)
def test_values_out_of_range_are_refused(values):
    with pytest.raises(BadInput):
        s.from_mapping(values)


@given(st.builds(s.Settings, voice_speed=st.floats(0.5, 2), threads=st.integers(0, 64), headphones=st.booleans()))
def test_json_keeps_every_value(chosen):
    assert s.from_mapping(json.loads(json.dumps(dataclasses.asdict(chosen)))) == chosen


def test_a_number_that_is_no_choice_is_refused_with_the_choices():
    with pytest.raises(BadInput) as caught:
        s.Settings(camera_turned=45)
    assert caught.value.available == "Choose one of 0, 90, 180, 270."
