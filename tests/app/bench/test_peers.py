import argparse
import json
import subprocess
import sys
from pathlib import Path

import pytest

from app.bench import peers
from app.bench.peers import PACKAGES, Child, Peers
from app.bench.rows import Row
from app.commands import bench
from app.console import Console
from runtime.errors import Fault

SCRIPT = Path(peers.__file__).with_name("peer_process.py")
ECHO = "import sys\nfor line in sys.stdin: print(line.strip(), flush=True)"


def test_a_child_answers_and_leaves():
    with Child([sys.executable, "-c", ECHO]) as child:
        assert child.ask(number=3) == {"number": 3}
        assert child.ask(words="é") == {"words": "é"}


def test_a_childs_error_is_a_fault_and_so_is_its_death():
    with Child([sys.executable, "-c", ECHO]) as child, pytest.raises(Fault, match="went wrong"):
        child.ask(error="it went wrong")
    with Child([sys.executable, "-c", "raise SystemExit(5)"]) as child, pytest.raises(Fault, match="ended early"):
        child.answer()


def test_the_peers_process_answers_an_order_it_cannot_carry_out():
    said = subprocess.run(
        [sys.executable, "-I", str(SCRIPT)],
        input='{"do": "prefill", "tokens": [1]}\n{"do": "nothing"}\n',
        capture_output=True,
        text=True,
        check=True,
    )
    answers = [json.loads(line) for line in said.stdout.splitlines()]
    assert len(answers) == 2
    assert all("error" in answer for answer in answers)


def test_peers_that_cannot_be_installed_say_why(tmp_path, monkeypatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("UV_NO_INDEX", "1")
    monkeypatch.setenv("UV_OFFLINE", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    found = Peers(tmp_path / "environment")
    found.start()
    assert not found.versions
    assert set(found.reasons) == set(PACKAGES)
    assert "could not be installed" in found.why_not("chat")
    assert not found.have("chat")
    found.close()


def test_a_missing_peer_is_exit_code_3_and_no_number(monkeypatch, capsys):
    rows = [Row("decode", "tokens/s", 100.0, "llama.cpp", None, "ratio >= 1.2", reason="no compiler")]
    monkeypatch.setattr("app.bench.suites.measure", lambda *_: iter(rows))
    parser = argparse.ArgumentParser()
    bench.add_arguments(parser)
    code = bench.run(parser.parse_args(["core", "--json"]), Console(sys.stdout, sys.stderr, as_json=True))
    assert code == 3
    record = json.loads(capsys.readouterr().out)
    assert record["peer_value"] is None
    assert record["ratio"] is None
    assert record["reason"] == "no compiler"


def test_the_page_is_written_where_it_was_asked_for(monkeypatch, tmp_path):
    rows = [Row("ready after start", "s", 2.0, must="ours <= 3")]
    monkeypatch.setattr("app.bench.suites.measure", lambda *_: iter(rows))
    parser = argparse.ArgumentParser()
    bench.add_arguments(parser)
    target = tmp_path / "performance.md"
    assert bench.run(parser.parse_args(["core", "--report", str(target)]), Console(sys.stdout, sys.stderr)) == 0
    assert "| ready after start | s | 2 |" in target.read_text(encoding="utf-8")
