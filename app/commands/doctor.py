"""`visavis doctor`: says what works on this machine and what to do about the rest."""

from __future__ import annotations

import argparse

from app import options
from app.console import Console, graver
from app.health import State, examine

SUMMARY = "say what works here and what to do about the rest"
DESCRIPTION = (
    "Tries everything the assistant needs on this machine. Exit code 0 when it can answer (devices may be missing), "
    "3 when the pack is missing, 1 when something else has to be mended first."
)
_MARKS = {State.WORKS: "works  ", State.LIMITED: "limited", State.BROKEN: "BROKEN "}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    options.add_output(parser)


def run(_: argparse.Namespace, console: Console) -> int:
    code = 0
    for finding in examine():
        record = {"check": finding.check, "state": finding.state.value, "what": finding.what, "do": finding.do}
        console.result(record, f"{_MARKS[finding.state]}  {finding.check:14}  {finding.what} {finding.do}".rstrip())
        code = graver(code, finding.exit_code)
    return code
