"""Strings come through `tr`; a translation is a file."""

import json

from app import i18n
from app.i18n import tr


def test_english_without_a_translation():
    assert tr("Talk") == "Talk"
    assert tr("{count} threads", count=2) == "2 threads"


def test_a_translation_is_used_and_taken_off_again(tmp_path):
    (tmp_path / "de.json").write_text(json.dumps({"{count} threads": "{count} Fäden"}), encoding="utf-8")
    assert i18n.use("de", tmp_path)
    assert tr("{count} threads", count=2) == "2 Fäden"
    assert tr("Talk") == "Talk"
    assert not i18n.use("xx", tmp_path)
    assert tr("{count} threads", count=2) == "2 threads"
