"""Opening a pack folder: what is missing, what is damaged, and what is said about it."""

import hashlib
import json

import pytest

from runtime.errors import Fault, Missing
from runtime.model import manifest
from runtime.model.manifest import open_pack


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    monkeypatch.setenv("VISAVIS_HOME", str(tmp_path))
    return manifest.shelf()


def write(folder, change=None):
    """A pack folder of one file, its manifest changed by `change`."""
    content = b"0123456789"
    (folder / "core").mkdir(parents=True)
    (folder / "core" / "weights.bin").write_bytes(content)
    said = {
        "format": manifest.FORMAT,
        "name": folder.name,
        "version": "1-abc",
        "built_with": {"onnx": "1"},
        "modalities": {"in": ["text"], "out": ["text"]},
        "prompt": {"stop": []},
        "dimensions": {"core": {"width": 8}},
        "parts": {"core": {"title": "core"}},
        "files": {"core/weights.bin": {"size": 10, "sha256": hashlib.sha256(content).hexdigest()}},
    }
    if change:
        change(said)
    (folder / "pack.json").write_text(json.dumps(said), encoding="utf-8")
    return folder


def test_by_name_by_path_and_by_text_with_a_separator(shelf):
    folder = write(shelf / "mini")
    assert open_pack("mini") == open_pack(folder) == open_pack(str(folder))
    pack = open_pack("mini")
    assert (pack.name, pack.version, pack.size) == ("mini", "1-abc", 10)
    assert pack.folder("core") == folder / "core"
    manifest.verify(pack)


def test_a_pack_that_is_not_there_names_those_that_are(shelf):
    write(shelf / "big")
    with pytest.raises(Missing) as caught:
        open_pack("mini")
    fault = caught.value
    assert fault.exit_code == 3
    assert fault.what == "The pack mini is not built."
    assert fault.do == "Run: visavis pack build mini"
    assert fault.available == "Packs here: big."


def test_unfinished_folders_are_no_packs(shelf):
    write(shelf / ".building-x")
    (shelf / "empty").mkdir()
    assert manifest.names() == ()


def test_a_part_that_is_not_in_the_pack(shelf):
    write(shelf / "mini")
    with pytest.raises(Missing, match=r"has no voice.*It has core"):
        open_pack("mini").folder("voice")


@pytest.mark.parametrize(("change", "age"), [(-1, "an older"), (1, "a newer")])
def test_another_format_has_to_be_built_again(shelf, change, age):
    write(shelf / "mini", lambda said: said.update(format=manifest.FORMAT + change))
    with pytest.raises(Missing, match=f"was built by {age} version.*format"):
        open_pack("mini")


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"format": "1"}', '{"format": true, "x": "\\ud800"}'])
def test_a_manifest_that_is_none(shelf, content):
    folder = write(shelf / "mini")
    (folder / "pack.json").write_text(content, encoding="utf-8")
    with pytest.raises(Fault, match=r"The pack mini is damaged: its pack\.json"):
        open_pack("mini")


@pytest.mark.parametrize(
    "key", ["name", "version", "built_with", "modalities", "prompt", "dimensions", "parts", "files"]
)
@pytest.mark.parametrize("value", [None, 7, "absent"])
def test_a_manifest_that_lacks_something(shelf, key, value):
    if key in ("name", "version") and value != "absent":
        value = "absent"

    def change(said):
        if value == "absent":
            del said[key]
        else:
            said[key] = value

    write(shelf / "mini", change)
    with pytest.raises(Fault, match=r"The pack mini is damaged: its pack\.json is incomplete"):
        open_pack("mini")


@pytest.mark.parametrize("outside", ["../other/weights.bin", "/etc/passwd", "core/../../x"])
def test_a_manifest_never_reaches_outside_its_folder(shelf, outside):
    write(shelf / "mini", lambda said: said["files"].update({outside: {"size": 1, "sha256": ""}}))
    with pytest.raises(Fault, match="lies outside the pack"):
        open_pack("mini")


def test_each_damaged_file_is_named(shelf):
    folder = write(shelf / "mini", lambda said: said["files"].update({"core/more.bin": {"size": 3, "sha256": "x"}}))
    with pytest.raises(Fault, match=r"core/more\.bin is missing"):
        open_pack("mini")
    (folder / "core" / "more.bin").write_bytes(b"123")
    pack = open_pack("mini")
    (folder / "core" / "weights.bin").write_bytes(b"012345678!")
    with pytest.raises(Fault, match=r"core/weights\.bin has changed; core/more\.bin has changed"):
        manifest.verify(pack)


def test_verifying_tells_how_far_it_is(shelf):
    write(shelf / "mini")
    told = []
    manifest.verify(open_pack("mini"), lambda what, done: told.append((what, done)))
    assert told[0] == ("Verifying core/weights.bin", 0.0)
    assert told[-1] == ("Verified 1 files", 1.0)
