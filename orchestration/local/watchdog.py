"""Notices the death of a child process within a moment, wherever the command waits, and says it in one line."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Protocol

from common.errors import TransientError

_LOOK_SECONDS = 0.2
_SIGNAL = signal.SIGUSR1


class PartDiedError(TransientError):
    """A part of the embedded stack ended by itself; the message says which one, how, and what to do."""


class _Interrupted(BaseException):
    """Raised in the main thread where it waits. No Exception: nothing may take it for an error of its own."""


class Watched(Protocol):
    """A child process: `exit_code` is None while it runs."""

    @property
    def exit_code(self) -> int | None: ...

    @property
    def log(self) -> str: ...


class Watchdog:
    """Watches children from `watch` until the block of `guard` is left.

    In the guarded block the main thread is interrupted when one of them dies: a sleep, a lock, a read from a socket
    and the retries of a client end there and then. `guard` raises `PartDiedError` in their place.
    """

    def __init__(self) -> None:
        self._children: dict[str, Watched] = {}
        self._lock = threading.Lock()
        self._retired = threading.Event()
        self.failure: PartDiedError | None = None

    def watch(self, name: str, child: Watched) -> None:
        """Look after `child`, too."""
        with self._lock:
            self._children[name] = child

    @contextmanager
    def guard(self) -> Iterator[None]:
        """The block that a death ends, with `PartDiedError`; outside the main thread it is told when the block ends."""
        here = threading.current_thread() is threading.main_thread()
        before = signal.signal(_SIGNAL, _interrupt) if here else None
        thread = threading.Thread(target=self._look, args=(here,), name="watchdog", daemon=True)
        thread.start()
        try:
            try:
                yield
            finally:
                self.retire()
        except BaseException as error:
            if self.failure is None:
                raise
            raise self.failure from error
        finally:
            thread.join(_LOOK_SECONDS * 10)
            if here:
                signal.signal(_SIGNAL, before)

    def retire(self) -> None:
        """From now on a child may end: it is being stopped."""
        with self._lock:
            self._retired.set()

    def _look(self, interrupting: bool) -> None:
        while not self._retired.wait(_LOOK_SECONDS):
            with self._lock:
                dead = next(((n, c) for n, c in self._children.items() if c.exit_code is not None), None)
                if dead is None or self._retired.is_set():
                    continue
                name, child = dead
                self.failure = PartDiedError(
                    f"the embedded {name} has died (exit code {child.exit_code}); "
                    f"run the same command again, it goes on where it was; log: {child.log}"
                )
                if interrupting:
                    signal.pthread_kill(threading.main_thread().ident or 0, _SIGNAL)
                return


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise _Interrupted
