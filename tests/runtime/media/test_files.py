"""What is no readable file is refused in one sentence that names it, and reading leaves nothing behind."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import soundfile

from runtime import media
from runtime.errors import BadInput
from tests.media_files import ROOT, left_red_right_blue, refused, tone, video

READERS = [media.read_audio, media.read_image, media.read_video, lambda path: list(media.go_through_video(path))]


@pytest.mark.parametrize("read", READERS)
def test_a_missing_file_a_folder_and_an_empty_file_are_refused(tmp_path, read):
    assert "no file" in refused(read, tmp_path / "missing.dat")
    folder = tmp_path / "folder"
    folder.mkdir()
    assert "folder" in refused(read, folder)
    empty = tmp_path / "empty.dat"
    empty.touch()
    assert "0 bytes" in refused(read, empty)


@pytest.mark.parametrize("read", READERS)
def test_a_file_that_may_not_be_opened_is_refused(tmp_path, read, monkeypatch):
    file = tmp_path / "locked.dat"
    file.write_bytes(b"content")

    def locked(*_args, **_kwargs):
        raise PermissionError(13, "Permission denied")

    # Whoever runs the tests may be allowed to read everything, so the refusal is the file's own.
    monkeypatch.setattr(Path, "open", locked)
    assert "Permission denied" in refused(read, file)


@pytest.mark.parametrize("read", READERS)
def test_a_pipe_is_refused_rather_than_waited_for(tmp_path, read):
    os.mkfifo(tmp_path / "pipe")
    assert "not a file" in refused(read, tmp_path / "pipe")


@pytest.mark.parametrize("read", READERS)
def test_an_impossible_name_is_refused(tmp_path, read):
    with pytest.raises(BadInput):
        read(f"{tmp_path}/{'x' * 5000}")
    with pytest.raises(BadInput):
        read("a\0b")


def test_reading_writes_nothing(tmp_path):
    inside = tmp_path / "inside"
    inside.mkdir()
    left_red_right_blue().save(inside / "a.png")
    soundfile.write(inside / "a.wav", tone(8_000), 8_000)
    video(inside / "a.mp4", frames=2)
    inside.chmod(stat.S_IRUSR | stat.S_IXUSR)
    before = {path.name: path.stat().st_mtime_ns for path in inside.iterdir()}
    code = (
        "import os, sys, tempfile; from runtime import media\n"
        "os.chdir(sys.argv[1]); tempfile.tempdir = '/nowhere'\n"
        "media.read_image('a.png'); media.read_audio('a.wav'); media.read_video('a.mp4')"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, "-c", code, str(inside)], capture_output=True, text=True, env=env)
    assert done.returncode == 0, done.stderr
    assert {path.name: path.stat().st_mtime_ns for path in inside.iterdir()} == before
    inside.chmod(stat.S_IRWXU)
