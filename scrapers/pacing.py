"""The least time between two requests to one host, over all threads of the process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping

# Seconds, by host. stats.nba.com throttles below ~0.6 s; balldontlie.io sells 600 requests a minute;
# basketball-reference bans who asks more than 20 a minute; the others publish no limit and are spared.
MIN_INTERVALS: Mapping[str, float] = {
    "stats.nba.com": 0.6,
    "cdn.nba.com": 0.2,
    "statsdmz.nba.com": 0.6,
    "official.nba.com": 0.6,
    "ak-static.cms.nba.com": 0.2,
    "api.balldontlie.io": 0.1,
    "api.the-odds-api.com": 0.1,
    "api.bettingpros.com": 1.0,
    "site.api.espn.com": 0.3,
    "www.espn.com": 1.0,
    "www.googleapis.com": 0.1,
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
