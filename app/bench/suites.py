"""Runs the suites of `visavis bench` one after another, with everything loaded once."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from app.bench.core import CoreSuite
from app.bench.peers import THREADS, Peers
from app.bench.rows import Row
from app.bench.speech import recorded, spoken
from runtime.model.manifest import open_pack
from runtime.model.session import OnnxSessions
from runtime.ports import Progress
from runtime.replier import Replier
from runtime.settings import Settings

SUITES = ("core",)
_PEOPLE = 8


def measure(what: str, settings: Settings, data: Path | None, progress: Progress) -> Iterator[Row]:
    """The rows of suite `what`, or of "all", each as soon as it is measured.

    Ours runs with as many threads as the peers. With `data`, spoken figures are also measured on people's recordings.
    Raises `Missing` without a pack.
    """
    pack = open_pack(settings.pack)
    replier = Replier(pack.path, OnnxSessions(settings.provider, THREADS), settings)
    replier.load(progress)
    peers = Peers(progress=progress)
    with tempfile.TemporaryDirectory(prefix="visavis-bench-") as folder:
        questions = spoken(replier.voice, Path(folder))
        people = recorded(data, Path(folder), _PEOPLE) if data else []
        try:
            peers.start()
            if what in ("core", "all"):
                yield from CoreSuite(replier, pack.path, settings, peers, questions, people).rows(progress)
        finally:
            peers.close()
