"""One at a time for each name within this process; other processes meet in the warehouse, by the names of jobs."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable, Iterable, Iterator
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from common import deadline as deadlines
from common.errors import DeadlineExceededError

T = TypeVar("T")


# A deadline that is revoked wakes nobody: waiters look at it this often.
_LOOK_SECONDS = 0.5


@dataclass
class _Place:
    """Whose turn it is, until when, and how many have it or wait for it."""

    free: threading.Condition = field(default_factory=threading.Condition)
    owner: object | None = None
    deadline: deadlines.Deadline | None = None
    users: int = 0

    @property
    def taken(self) -> bool:
        return self.owner is not None and (self.deadline is None or self.deadline.remaining() > 0)


class Turns:
    """Turns by name, of which only those in use exist. A wait is bounded by the caller's deadline and by `limit`.

    Whose deadline has passed has lost his turn: he can't write any more.
    """

    def __init__(self) -> None:
        self._places: dict[str, _Place] = {}
        self._guard = threading.Lock()

    @contextmanager
    def of(self, names: Iterable[str], limit: float) -> Iterator[bool]:
        """Hold the turn of every name while the block runs; tells it whether it had to wait.

        What was read before the wait is then to be read again. The names are taken in one order, so that nobody waits
        in a circle. DeadlineExceededError after `limit` seconds.
        """
        ends = time.monotonic() + bounded(limit)
        with ExitStack() as held:
            waits = [held.enter_context(self._one(name, ends)) for name in sorted(set(names))]
            yield any(waits)

    @contextmanager
    def _one(self, name: str, ends: float) -> Iterator[bool]:
        with self._guard:
            place = self._places.setdefault(name, _Place())
            place.users += 1
        try:
            me, waited = object(), False
            with place.free:
                while place.taken:
                    waited = True
                    left = ends - time.monotonic()
                    if left <= 0:
                        raise DeadlineExceededError("waited too long for another writer of this process", what=name)
                    place.free.wait(min(left, _LOOK_SECONDS))
                place.owner, place.deadline = me, deadlines.current()
            try:
                yield waited
            finally:
                with place.free:
                    if place.owner is me:
                        place.owner = None
                        place.free.notify_all()
        finally:
            with self._guard:
                place.users -= 1
                if not place.users:
                    del self._places[name]


class EqualCalls:
    """Equal calls at once: one works; those that come meanwhile share one more run, which finds it done.

    A call is never answered by a run that began before it came: what it speaks of may have changed since.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._running: dict[Hashable, Future[Any]] = {}
        self._next: dict[Hashable, Future[Any]] = {}

    def answer(self, key: Hashable, work: Callable[[], T], limit: float) -> T:
        """The result of `work`, or of an equal call's that begins later than this one; its error is shared, too.

        DeadlineExceededError when another one's run takes longer than `limit` seconds.
        """
        with self._guard:
            before, shared = self._running.get(key), self._next.get(key)
            if shared is None:
                mine: Future[Any] = Future()
                (self._running if before is None else self._next)[key] = mine
        if shared is not None:
            return cast(T, _result(shared, 2 * limit))
        return self._lead(key, mine, before, work, limit)

    def _lead(
        self, key: Hashable, mine: Future[Any], before: Future[Any] | None, work: Callable[[], T], limit: float
    ) -> T:
        try:
            if before is not None:
                _ended(before, limit)
                with self._guard:
                    self._running[key] = self._next.pop(key)
            done = work()
        except BaseException as error:
            mine.set_exception(error)
            raise
        else:
            mine.set_result(done)
            return done
        finally:
            with self._guard:
                for calls in (self._running, self._next):
                    if calls.get(key) is mine:
                        del calls[key]


def bounded(limit: float) -> float:
    """`limit`, or what is left of the current deadline where that is less."""
    mine = deadlines.current()
    if mine is None:
        return limit
    mine.check()
    return min(limit, mine.remaining())


def _ended(running: Future[Any], limit: float) -> None:
    try:
        running.exception(timeout=bounded(limit))
    except FutureTimeoutError as error:
        raise DeadlineExceededError("an equal call took too long", limit_seconds=limit) from error


def _result(running: Future[Any], limit: float) -> Any:
    _ended(running, limit)
    return running.result()
