"""Decides what happens to an exception nobody expected: a sentence for the person, the rest into the log in memory."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable
from types import TracebackType

_MOST_TOLD = 3

_log = logging.getLogger(__name__)


class CrashReport:
    """Catches what every thread lets out; tells the first few different ones, logs all."""

    def __init__(self, tell: Callable[[str], None], stop: Callable[[], None]) -> None:
        """`tell` takes a sentence from any thread; `stop` is called on Ctrl-C."""
        self._tell = tell
        self._stop = stop
        self._told: set[str] = set()

    def install(self) -> None:
        sys.excepthook = self._uncaught
        threading.excepthook = self._uncaught_in_thread
        sys.unraisablehook = self._unraisable

    def uninstall(self) -> None:
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__
        sys.unraisablehook = sys.__unraisablehook__

    def _uncaught(
        self, kind: type[BaseException], error: BaseException, where: TracebackType | None, thread: str = ""
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self._stop()
            return
        _log.error("Uncaught in %s", thread or "the window", exc_info=(kind, error, where))
        sentence = f"{kind.__name__}: {error}" if str(error) else kind.__name__
        if sentence in self._told or len(self._told) >= _MOST_TOLD:
            return
        self._told.add(sentence)
        print(f"Something inside Vis-à-vis went wrong: {sentence}.", file=sys.stderr)
        self._tell(sentence)

    def _uncaught_in_thread(self, hook: threading.ExceptHookArgs) -> None:
        if hook.exc_value is not None and not issubclass(hook.exc_type, SystemExit):
            name = hook.thread.name if hook.thread else "a thread"
            self._uncaught(hook.exc_type, hook.exc_value, hook.exc_traceback, name)

    def _unraisable(self, hook: sys.UnraisableHookArgs) -> None:
        if hook.exc_value is not None:
            _log.error("Unraisable in %r", hook.object, exc_info=(hook.exc_type, hook.exc_value, hook.exc_traceback))
