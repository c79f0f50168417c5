"""What tokens mean, read from a small tokenizer.json."""

import json

import pytest

from runtime.errors import Fault
from runtime.hearing.vocabulary import read_vocabulary

ORDERS = ["endoftext", "startoftranscript", "en", "de", "translate", "transcribe", "nocaptions", "notimestamps"]


def written(path, **changes):
    values = {
        # "Ġ" is the byte 32, "Ã" and "¼" are the two bytes of "ü".
        "model": {"vocab": {"H": 0, "i": 1, "Ġyou": 2, "Ã": 3, "¼": 4}},
        "added_tokens": [{"content": f"<|{name}|>", "id": 5 + index} for index, name in enumerate(ORDERS)],
    } | changes
    path.write_text(json.dumps(values), encoding="utf-8")
    return path


def test_text_joins_bytes_and_leaves_orders_out(tmp_path):
    vocabulary = read_vocabulary(written(tmp_path / "tokenizer.json"))
    assert vocabulary.text([6, 7, 0, 1, 2, 3, 4, 5]) == "Hi youü"
    assert vocabulary.text([3]) == "\N{REPLACEMENT CHARACTER}"
    assert vocabulary.text([]) == ""


def test_orders_are_found_by_name(tmp_path):
    vocabulary = read_vocabulary(written(tmp_path / "tokenizer.json"))
    assert vocabulary.languages == {"en": 7, "de": 8}
    assert (vocabulary.end, vocabulary.start, vocabulary.silence, vocabulary.untimed) == (5, 6, 11, 12)


@pytest.mark.parametrize(
    "changes", [{"added_tokens": []}, {"model": {}}, {"model": {"vocab": {"\N{SNOWMAN}": 0}}}, {"added_tokens": 5}]
)
def test_a_damaged_file_is_a_fault(tmp_path, changes):
    with pytest.raises(Fault, match="vocabulary"):
        read_vocabulary(written(tmp_path / "tokenizer.json", **changes))


def test_no_json_is_a_fault(tmp_path):
    (tmp_path / "tokenizer.json").write_bytes(b"\x80{")
    with pytest.raises(Fault, match="vocabulary"):
        read_vocabulary(tmp_path / "tokenizer.json")
