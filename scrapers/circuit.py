"""A circuit breaker a host: a source that is down is left alone for a while instead of being asked on and on."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from common.errors import SourceUnavailableError


@dataclass
class _Host:
    failures: int = 0
    asked_again_at: float = 0.0


class CircuitBreaker:
    """Opens after `threshold` requests in a row that failed in spite of their retries, for `open_seconds`.

    After that one request may try; its success closes the circuit, its failure opens it again. A source
    that says no (404, 401) is up: that counts as a success here.
    """

    def __init__(
        self,
        *,
        threshold: int = 3,
        open_seconds: float = 120.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._threshold = threshold
        self._open_seconds = open_seconds
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._hosts: dict[str, _Host] = {}

    def check(self, host: str) -> None:
        """SourceUnavailableError while the circuit is open."""
        with self._lock:
            state = self._hosts.setdefault(host, _Host())
            if state.failures < self._threshold:
                return
            now = self._monotonic()
            if now < state.asked_again_at:
                raise SourceUnavailableError(
                    "not asked: the last requests to this source failed",
                    host=host,
                    failures=state.failures,
                    asked_again_in_seconds=round(state.asked_again_at - now),
                )
            # This caller is the trial; the others wait for its outcome.
            state.asked_again_at = now + self._open_seconds

    def succeeded(self, host: str) -> None:
        """The source answered."""
        with self._lock:
            self._hosts[host] = _Host()

    def failed(self, host: str) -> None:
        """A request failed for good, with all its retries."""
        with self._lock:
            state = self._hosts.setdefault(host, _Host())
            state.failures += 1
            if state.failures >= self._threshold:
                state.asked_again_at = self._monotonic() + self._open_seconds
