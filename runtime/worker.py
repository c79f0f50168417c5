"""A thread with a bounded inbox that can be stopped and joined."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

Item = TypeVar("Item")
_STOP = object()


class Worker(Generic[Item]):
    """Handles items one after another in a thread of its own.

    `handle` runs in the worker's thread; an exception it lets out goes to `failed` and the worker goes on with the next
    item, so that one bad utterance never ends the conversation.
    """

    def __init__(
        self,
        name: str,
        handle: Callable[[Item], None],
        failed: Callable[[Exception], None],
        capacity: int = 64,
    ) -> None:
        self._handle = handle
        self._failed = failed
        self._inbox: queue.Queue[object] = queue.Queue(capacity)
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._stopping = threading.Event()

    @property
    def stopping(self) -> bool:
        """True once `stop` was asked for: long work inside `handle` should look here."""
        return self._stopping.is_set()

    def start(self) -> None:
        self._thread.start()

    def post(self, item: Item) -> bool:
        """Queue `item`; False when the inbox is full or the worker is stopping (the item is dropped)."""
        if self._stopping.is_set():
            return False
        try:
            self._inbox.put_nowait(item)
        except queue.Full:
            return False
        return True

    def stop(self, timeout: float = 5.0) -> bool:
        """Ask the thread to end after the item in hand and wait; True when it ended in `timeout` seconds."""
        self._stopping.set()
        with contextlib.suppress(queue.Full):  # the thread looks at `stopping` before each item anyway
            self._inbox.put_nowait(_STOP)
        if self._thread.ident is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while True:
            item = self._inbox.get()
            if item is _STOP or self._stopping.is_set():
                return
            try:
                self._handle(item)  # type: ignore[arg-type]
            except Exception as error:
                self._failed(error)
