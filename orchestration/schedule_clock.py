"""The local clock: makes the calls of `schedules.yaml` when they are due, as Cloud Scheduler does in the cloud."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from typing import Any

from common import clock
from common.errors import TransientError
from orchestration.schedules import Schedule, Schedules

log = logging.getLogger(__name__)
_LOOK_EVERY_SECONDS = 10.0
_AT_ONCE = 4

# (service, path without its slash, body) -> the answer with its `http_status`.
Post = Callable[[str, str, dict[str, Any]], dict[str, Any]]


class ScheduleClock:
    """Fires what is due since the last look; one call of a schedule at a time, repeated as its retry says.

    Nothing that goes wrong in a call or in a look ends the clock: it is logged and counted in `errors`.
    """

    def __init__(self, schedules: Schedules, post: Post) -> None:
        self._schedules = schedules
        self._post = post
        # What went wrong in a way that nobody foresaw: calls and looks since the start.
        self.errors = 0
        self._counting = threading.Lock()
        self._last = clock.now()
        self._stopped = threading.Event()
        self._running: dict[str, Future[None]] = {}
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="schedule")

    def tick(self, now: datetime) -> list[str]:
        """Start what fell due since the last tick; returns the names started.

        A schedule whose last call still runs is left out: the next one finds what this one leaves.
        """
        started = []
        for moment, schedule in self._schedules.due(now, self._last):
            running = self._running.get(schedule.name)
            if running is not None and not running.done():
                log.warning("still at work; this time left out", extra={"schedule": schedule.name, "due": moment})
                continue
            self._running[schedule.name] = self._pool.submit(self._call, schedule)
            started.append(schedule.name)
        self._last = now
        return started

    def run(self) -> None:
        """Tick until `stop`."""
        while not self._stopped.wait(_LOOK_EVERY_SECONDS):
            try:
                self.tick(clock.now())
            except Exception:
                # The clock's own thread: without it nothing would fire any more, and nobody would be told.
                log.exception("the clock could not look at the schedules", extra={"errors": self._count_error()})

    def stop(self) -> None:
        """Start nothing more; calls that run are not waited for."""
        self._stopped.set()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def wait(self) -> None:
        """Wait for the calls that run; for those who must see their effect."""
        for running in list(self._running.values()):
            running.result()

    def _call(self, schedule: Schedule) -> None:
        try:
            self._fire(schedule)
        except Exception:
            # Nobody reads the future: the error would be lost in it.
            told = {"schedule": schedule.name, "errors": self._count_error()}
            log.exception("schedule's call broke off", extra=told)

    def _count_error(self) -> int:
        with self._counting:
            self.errors += 1
            return self.errors

    def _fire(self, schedule: Schedule) -> None:
        pause: float = schedule.retry.min_backoff_seconds
        for attempt in range(schedule.retry.attempts + 1):
            if attempt:
                if self._stopped.wait(pause):
                    return
                pause = min(2 * pause, schedule.retry.max_backoff_seconds)
            try:
                answer = self._post(schedule.service, schedule.path.lstrip("/"), dict(schedule.body))
            except TransientError as error:
                answer = {"status": "failed", "error": str(error), "http_status": 503}
            told = {"schedule": schedule.name, "attempt": attempt + 1, "status": answer.get("status")}
            if int(answer.get("http_status", 500)) < 500:
                log.info("schedule called", extra=told)
                return
            log.error("schedule's call failed", extra={**told, "error": answer.get("error")})
