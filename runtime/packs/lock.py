"""Decides who may change the shelf of packs: one process at a time, and the system frees the lock of a dead one."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from runtime.ports import Progress, no_progress

if sys.platform == "win32":
    import msvcrt

    def _try(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _try(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def alone(file: Path, progress: Progress = no_progress, pause: float = 0.2) -> Iterator[None]:
    """Hold the lock `file` for the length of a with-block, waiting (and saying so) while another process holds it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        waiting = False
        while True:
            try:
                _try(descriptor)
                break
            except OSError:
                if not waiting:
                    progress("Waiting for another program that is building a pack", 0.0)
                waiting = True
                time.sleep(pause)
        yield
    finally:
        os.close(descriptor)
