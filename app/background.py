"""Does what would make Qt wait (opening devices, reading and writing files) in a thread, and brings the result back."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from app.bridge import Bridge
from runtime.errors import Cancelled, Fault
from runtime.events import Trouble
from runtime.worker import Worker

Result = TypeVar("Result")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Errand:
    work: Callable[[], Any]
    then: Callable[[Any], None]
    failed: Callable[[Fault], None]


class Background:
    """One thread; errands are done in the order they were given."""

    def __init__(self, name: str, bridge: Bridge) -> None:
        self._bridge = bridge
        self._worker: Worker[_Errand] = Worker(name, self._run, self._crashed, capacity=256)

    def start(self) -> None:
        self._worker.start()

    @property
    def stopping(self) -> bool:
        """True once `stop` was asked for: a long errand should look here, and give up with `Cancelled`."""
        return self._worker.stopping

    def stop(self) -> bool:
        """Wait for the errand in hand; the others are dropped."""
        return self._worker.stop()

    def do(
        self,
        work: Callable[[], Result],
        then: Callable[[Result], None] | None = None,
        failed: Callable[[Fault], None] | None = None,
    ) -> None:
        """`work` runs in the thread; `then(result)`, or `failed(fault)`, in Qt's. A fault nobody takes is shown."""
        errand = _Errand(work, then or _nothing, failed or self._show)
        if not self._worker.post(errand):
            self._show(Fault("Too much is being done at once.", "Wait a moment and try again."))

    def _run(self, errand: _Errand) -> None:
        try:
            result = errand.work()
        except Cancelled:
            return
        except Fault as fault:
            self._bridge.call(lambda fault=fault: errand.failed(fault))
        else:
            self._bridge.call(lambda: errand.then(result))

    def _show(self, fault: Fault) -> None:
        self._bridge.note_trouble(Trouble(fault.what, fault.do, fault.available))

    def _crashed(self, error: Exception) -> None:
        _log.error("An errand failed", exc_info=error)
        fault = Fault(f"Something unexpected happened: {error}.", "Try again.")
        self._bridge.call(lambda: self._show(fault))


def _nothing(_result: object) -> None:
    """Nobody waits for the result."""
