"""A limit of time that travels with the work: the gateway asks it before every call to the warehouse.

When the limit passes, or whoever set it revokes it, running jobs are cancelled and late work can't write.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from common.errors import DeadlineExceededError


class Deadline:
    """`seconds` from now; thread-safe. `on_revoke` callbacks cancel what is running."""

    def __init__(self, seconds: float, name: str) -> None:
        self.name = name
        self.seconds = seconds
        self._ends = time.monotonic() + seconds
        self._revoked = threading.Event()
        self._lock = threading.Lock()
        self._cancels: dict[int, Callable[[], None]] = {}

    def remaining(self) -> float:
        """Seconds left; 0 when the limit has passed or the deadline was revoked."""
        return 0.0 if self._revoked.is_set() else max(0.0, self._ends - time.monotonic())

    def check(self) -> None:
        """Raise DeadlineExceededError when no time is left."""
        if self.remaining() <= 0:
            raise DeadlineExceededError(f"{self.name} overran its limit", limit_seconds=self.seconds)

    def revoke(self) -> None:
        """End the time now and cancel every job that runs under this deadline."""
        self._revoked.set()
        with self._lock:
            cancels = list(self._cancels.values())
        for cancel in cancels:
            # In threads of their own: a cancellation is an HTTP call, and whoever revokes must not wait for it.
            threading.Thread(target=cancel, name=f"cancel {self.name}", daemon=True).start()

    @contextmanager
    def cancelling(self, cancel: Callable[[], None]) -> Iterator[None]:
        """While the block runs, revoking this deadline calls `cancel`."""
        with self._lock:
            self._cancels[id(cancel)] = cancel
        try:
            yield
        finally:
            with self._lock:
                self._cancels.pop(id(cancel), None)


_current: ContextVar[Deadline | None] = ContextVar("deadline", default=None)


def current() -> Deadline | None:
    """The deadline of the work in this context."""
    return _current.get()


@contextmanager
def within(deadline: Deadline) -> Iterator[Deadline]:
    """Run the block under `deadline`."""
    token = _current.set(deadline)
    try:
        yield deadline
    finally:
        _current.reset(token)
