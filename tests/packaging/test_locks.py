"""The locks are complete and hashed, name no address, and never bring two builds of onnxruntime together."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent.parent
LOCKS = ("requirements.lock", "requirements-test.lock", "requirements-cuda.lock")
SYSTEMS = [
    {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix", "platform_machine": "x86_64"},
    {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix", "platform_machine": "aarch64"},
    {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix", "platform_machine": "arm64"},
    {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix", "platform_machine": "x86_64"},
    {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt", "platform_machine": "AMD64"},
    {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt", "platform_machine": "ARM64"},
]
PYTHONS = ["3.11", "3.12", "3.13"]
ENVIRONMENTS = [
    {
        **system,
        "python_version": python,
        "python_full_version": f"{python}.0",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "extra": "",
    }
    for system in SYSTEMS
    for python in PYTHONS
]


def entries(lock: str) -> list[tuple[Requirement, list[str]]]:
    """Each requirement of a lock with its hashes."""
    joined = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    found = []
    for line in joined.splitlines():
        words, *hashes = re.split(r"\s+--hash=", line.strip())
        found.append((Requirement(words), hashes))
    return found


def wanted(lock: str, environment: dict[str, str]) -> dict[str, str]:
    """Name to version of what `lock` installs in `environment`; fails when a name comes twice."""
    found: dict[str, str] = {}
    for requirement, _ in entries(lock):
        if requirement.marker is None or requirement.marker.evaluate(environment):
            assert requirement.name not in found, f"{requirement.name} twice on {environment}"
            found[requirement.name] = str(requirement.specifier)
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_every_entry_is_pinned_and_hashed_and_none_names_an_address(lock):
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text
    assert "index" not in text
    assert "@" not in text
    for requirement, hashes in entries(lock):
        assert re.fullmatch(r"==[^=*]+", str(requirement.specifier)), requirement
        assert hashes, requirement
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", each) for each in hashes), requirement


@pytest.mark.parametrize("environment", ENVIRONMENTS, ids=lambda e: "-".join(list(e.values())[::3][:3]))
def test_exactly_one_onnxruntime_on_each_system(environment):
    for lock in LOCKS:
        runtimes = {name for name in wanted(lock, environment) if name.startswith("onnxruntime")}
        gpu = (environment["sys_platform"], environment["platform_machine"]) in (
            ("linux", "x86_64"),
            ("win32", "AMD64"),
        )
        assert runtimes == {"onnxruntime-gpu" if gpu else "onnxruntime"}, lock


@pytest.mark.parametrize("environment", ENVIRONMENTS, ids=lambda e: "-".join(list(e.values())[::3][:3]))
def test_the_locks_agree_and_hold_what_the_project_asks_for(environment):
    run, test, cuda = (wanted(lock, environment) for lock in LOCKS)
    assert run.items() <= test.items()
    assert run.items() <= cuda.items()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for line in project["dependencies"]:
        asked = Requirement(line)
        if asked.marker is None or asked.marker.evaluate(environment):
            version = run[asked.name.lower()].removeprefix("==")
            assert asked.specifier.contains(version), line


def test_running_needs_no_cuda_and_no_torch():
    names = {requirement.name for requirement, _ in entries("requirements.lock")}
    assert not {name for name in names if name.startswith("nvidia") or name in ("torch", "torchvision", "triton")}
    assert {name for name in wanted("requirements-cuda.lock", ENVIRONMENTS[0]) if name.startswith("nvidia")}
    assert not {name for name in wanted("requirements-cuda.lock", ENVIRONMENTS[6]) if name.startswith("nvidia")}


def test_no_file_of_the_set_up_names_an_index():
    for path in [*(ROOT / "packaging").glob("*.sh"), ROOT / ".ci" / "run", ROOT / "pyproject.toml"]:
        text = path.read_text(encoding="utf-8")
        for forbidden in ("--index-url", "--extra-index-url", "--find-links", "--trusted-host", "pypi"):
            assert forbidden not in text.lower(), f"{path.name}: {forbidden}"
