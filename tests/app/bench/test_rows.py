import json

import pytest

from app.bench.report import page
from app.bench.rows import Row, median, parse, table

DECODE = Row("decode", "tokens/s", 150.0, "llama.cpp", 120.0, "ratio >= 1.2", "ratio >= 1.3")
KEYS = ["name", "unit", "ours", "peer", "peer_value", "ratio", "must", "aim", "met"]


def test_ratio_is_ours_by_the_peers_and_decides():
    assert DECODE.ratio == pytest.approx(1.25)
    assert DECODE.met is True
    assert DECODE.aimed is False


@pytest.mark.parametrize(
    ("ours", "must", "met"),
    [(2.9, "ours <= 3", True), (3.0, "ours <= 3", True), (3.1, "ours <= 3", False), (None, "ours <= 3", None)],
)
def test_conditions_on_ours(ours, must, met):
    assert Row("ready", "s", ours, must=must).met is met


def test_without_the_peer_nothing_is_claimed():
    row = Row("decode", "tokens/s", 150.0, "llama.cpp", None, "ratio >= 1.2", reason="not installed")
    assert row.ratio is None
    assert row.met is None
    assert row.record()["peer_value"] is None
    assert "not measured" in row.words()
    assert "not installed" in row.words()


def test_the_record_is_what_the_command_line_promises():
    record = json.loads(json.dumps(DECODE.record()))
    assert list(record) == KEYS
    assert record["ours"] == 150
    assert record["ratio"] == 1.25
    assert record["met"] is True


@pytest.mark.parametrize("condition", ["ratio > 1", "theirs >= 2", "ours <= x", "", "ratio >= 1.2 "])
def test_a_malformed_condition_is_refused(condition):
    with pytest.raises(ValueError, match="condition"):
        parse(condition)


def test_every_condition_in_the_suites_can_be_read():
    assert parse("ratio <= 0.35") == ("ratio", "<=", 0.35)
    assert parse("ours <= 1.0") == ("ours", "<=", 1.0)


def test_median_of_nothing_is_nothing():
    assert median([]) is None
    assert median([3, 1, 2]) == 2


def test_the_table_has_a_line_per_row_and_the_page_says_how_to_make_it():
    rows = [DECODE, Row("memory", "GB", 0.8, must="ours <= 1.0", reason="a busy machine")]
    lines = table(rows).splitlines()
    assert len(lines) == 4
    assert len({line.count("|") for line in lines}) == 1
    text = page(rows, "visavis bench core --report p.md")
    assert "`visavis bench core --report p.md`" in text
    assert table(rows) in text
    assert "- memory: a busy machine." in text
