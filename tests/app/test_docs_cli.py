"""docs/cli.md promises what the command line does."""

import argparse
import re
from pathlib import Path

import pytest

from app.cli import parser

PAGE = (Path(__file__).parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")


def commands(of, prefix=""):
    """Every (name, parser) below `of`, subcommands of subcommands too."""
    for action in of._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, sub in action.choices.items():
                yield f"{prefix}{name}", sub
                yield from commands(sub, f"{prefix}{name} ")


@pytest.mark.parametrize(("name", "command"), list(commands(parser())))
def test_every_command_and_option_is_described(name, command):
    assert name in PAGE
    for option in command._option_string_actions:
        assert option in ("-h", "--help") or option in PAGE, f"{name} {option}"


@pytest.mark.parametrize("name", ["hear", "see", "say", "ask"])
def test_the_keys_of_every_result_are_those_the_tests_hold_it_to(name):
    held = (Path(__file__).parent / "test_commands.py").read_text(encoding="utf-8")
    section = PAGE.split(f"\n## {name}\n")[1].split("\n## ")[0]
    promised = re.search(r"^JSON: `{(.+)}`", section, re.MULTILINE)[1]
    keys = re.findall(r"\w+", re.sub(r"{[^{}]*}", "", promised))
    listed = held.split(f"\n{name.upper()} = [")[1].split("]")[0]
    assert keys == re.findall(r"\w+", listed)
