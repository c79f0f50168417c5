import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.pages import ASKING, TUNABLES, wanted

ROOT = Path(__file__).parents[2]
SHOW = f"import os; from app.pages import begin_again; begin_again(); print(os.environ.get('{TUNABLES}'), os.getpid())"


@pytest.mark.parametrize(
    ("environment", "setting", "expected"),
    [
        ({}, "always [madvise] never\n", True),
        ({}, "[always] madvise never\n", False),
        ({}, "always madvise [never]\n", False),
        ({}, "", False),
        ({TUNABLES: "glibc.malloc.check=1"}, "always [madvise] never\n", False),
        ({TUNABLES: ""}, "always [madvise] never\n", False),
    ],
)
def test_asks_only_where_asking_helps_and_nobody_has_decided(environment, setting, expected):
    assert wanted(environment, setting) is expected


def shown(**environment: str) -> list[str]:
    kept = {name: value for name, value in os.environ.items() if name != TUNABLES}
    done = subprocess.run(
        [sys.executable, "-c", SHOW], cwd=ROOT, env={**kept, **environment}, capture_output=True, text=True, check=True
    )
    return done.stdout.split()


def test_begins_again_once_and_only_once():
    setting = Path("/sys/kernel/mm/transparent_hugepage/enabled")
    asks = setting.is_file() and "[madvise]" in setting.read_text(encoding="ascii")
    assert shown()[0] == (ASKING if asks else "None")
    assert shown(**{TUNABLES: "glibc.malloc.check=0"})[0] == "glibc.malloc.check=0"


def test_arguments_and_exit_code_survive_the_second_beginning():
    environment = {name: value for name, value in os.environ.items() if name != TUNABLES}
    done = subprocess.run(
        [sys.executable, "-m", "app", "say"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "text" in done.stderr.lower()
