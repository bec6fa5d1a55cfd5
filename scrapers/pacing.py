"""The least time between two requests to one host, over all threads of the process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping

# Seconds. stats.nba.com throttles below ~0.6 s; basketball-reference asks for 20 requests a minute at most.
MIN_INTERVALS: Mapping[str, float] = {
    "stats.nba.com": 0.6,
    "api.the-odds-api.com": 0.1,
    "www.basketball-reference.com": 3.5,
}


class Pacer:
    """Hands out turns a host; a caller sleeps outside the lock, so hosts don't wait for each other."""

    def __init__(
        self,
        intervals: Mapping[str, float] = MIN_INTERVALS,
        *,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._intervals = intervals
        self._sleep = sleep
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._next_turn: dict[str, float] = {}

    def wait(self, host: str) -> float:
        """Wait for this caller's turn; returns the seconds waited."""
        interval = self._intervals.get(host, 0.0)
        with self._lock:
            now = self._monotonic()
            turn = max(now, self._next_turn.get(host, now))
            self._next_turn[host] = turn + interval
        if turn > now:
            self._sleep(turn - now)
        return turn - now
