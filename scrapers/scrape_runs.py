"""Runs the scrapers of one call: at once or one after the other, each within its limit of time, with retries.

A scraper that overruns is reported `timed_out` and left behind: its thread can neither store nor publish any more.
"""

from __future__ import annotations

import logging
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from common import clock
from common.context import Context
from common.deadline import Deadline, within
from common.errors import DeadlineExceededError, TransientError
from common.run_ledger import Run
from scrapers import http_policy
from scrapers.fetcher import Fetcher
from scrapers.scrape_request import ScrapeRequest
from scrapers.scrape_result import ScraperResult
from scrapers.scraper_base import DayOutcome, Scraper

log = logging.getLogger(__name__)
_POST_GAME_HOUR = 4


@dataclass
class _Task:
    """A scraper at work; its thread fills `result`, `begun` is when it started."""

    scraper: Scraper
    deadline: Deadline
    result: ScraperResult
    begun: datetime = field(default_factory=clock.wall_clock)


class ScraperRuns:
    """The scrapers of one request, over one fetcher, so that hosts are paced together."""

    def __init__(self, context: Context, fetcher: Fetcher, wanted: ScrapeRequest) -> None:
        self._context = context
        self._fetcher = fetcher
        self._wanted = wanted
        # Made here, once: two threads that first ask for a gateway would make two.
        self._ledger = context.ledger
        self._store = context.raw_store

    def run(self, scrapers: list[Scraper]) -> list[ScraperResult]:
        """One result a scraper, in the order asked for; back by the last limit, whatever a scraper does."""
        groups = [scrapers] if self._wanted.parallel else [[s] for s in scrapers]
        return [result for group in groups for result in self._run_group(group)]

    def _run_group(self, scrapers: list[Scraper]) -> list[ScraperResult]:
        # Threads of the group's own: one that is left behind keeps its thread, and must not keep the next waiting.
        pool = ThreadPoolExecutor(max_workers=len(scrapers), thread_name_prefix="scraper")
        try:
            running: list[tuple[_Task, Future[None]]] = []
            for scraper in scrapers:
                seconds = self._wanted.timeouts.get(scraper.name, self._context.settings.scraper_timeout)
                task = _Task(scraper, Deadline(seconds, scraper.name), ScraperResult(scraper.name))
                # Each thread has the caller's clock and correlation id.
                running.append((task, pool.submit(copy_context().run, self._one, task)))
            return [self._finished(task, future) for task, future in running]
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def _finished(self, task: _Task, future: Future[None]) -> ScraperResult:
        try:
            future.result(timeout=task.deadline.remaining())
        except TimeoutError:
            task.deadline.revoke()
            log.error("scraper timed out", extra={"scraper": task.scraper.name, "limit": task.deadline.seconds})
            error = DeadlineExceededError("overran its limit", limit_seconds=task.deadline.seconds)
            # A copy: the late thread may still write into its own. What it kept in time is told to Phase 2.
            outcomes = {day: replace(o, paths=list(o.paths)) for day, o in list(task.result.outcomes.items())}
            task.result = replace(task.result, seconds=task.deadline.seconds, outcomes=outcomes, error=error)
        self._record(task)
        return task.result

    def _record(self, task: _Task) -> None:
        result = task.result
        run = Run(
            phase="phase1",
            processor=result.scraper,
            start_date=self._wanted.start_date,
            end_date=self._wanted.end_date,
            trigger=self._wanted.trigger,
            attempt=result.attempts,
            code_version=self._context.settings.code_version,
            started_at=task.begun,
            finished_at=task.begun + timedelta(seconds=result.seconds),
            # Rows are Phase 2's to count; here the unit is the payload.
            rows_in=len(result.paths),
        )
        if result.errors:
            run.failed(result.errors[0])
        self._ledger.add(run)

    # -- in the scraper's own thread ---------------------------------------------------------------------

    def _one(self, task: _Task) -> None:
        result, started = task.result, time.monotonic()
        retries = self._wanted.retries.get(result.scraper, 0)
        try:
            with within(task.deadline):
                days = self._days(task.scraper)
                for attempt in range(1, retries + 2):
                    result.attempts = attempt
                    self._ask(task, days)
                    days = [day for day in days if _worth_another_try(result.outcomes[day])]
                    if not days or attempt > retries:
                        break
                    wait = http_policy.wait_seconds(attempt, self._context.settings.http_backoff_cap)
                    log.warning("asking again", extra={"scraper": result.scraper, "dates": len(days), "wait": wait})
                    time.sleep(min(wait, task.deadline.remaining()))
                    task.deadline.check()
        except Exception as error:  # a scraper of its own: the others' payloads must stand
            log.exception("scraper failed", extra={"scraper": result.scraper})
            result.error = error
        result.seconds = time.monotonic() - started

    def _ask(self, task: _Task, days: list[date]) -> None:
        for day in days:
            task.deadline.check()
            before = task.result.outcomes.get(day)
            # What an earlier attempt kept is there and is told too.
            outcome = DayOutcome(paths=list(before.paths) if before else [])
            task.result.outcomes[day] = outcome
            with clock.simulated(self._moment(day)):
                task.scraper.run(self._context, self._fetcher, day, outcome)

    def _days(self, scraper: Scraper) -> list[date]:
        """The dates to ask for; of a season's feed the first one of each season."""
        days = clock.dates_between(self._wanted.start_date, self._wanted.end_date)
        if scraper.scope_unit == "date":
            return days
        first_of: dict[str, date] = {}
        for day in days:
            first_of.setdefault(scraper.scope(day), day)
        return list(first_of.values())

    def _moment(self, day: date) -> datetime | None:
        """The clock under which a date is asked; None leaves it as it is."""
        wanted = self._wanted
        if not wanted.post_game or (wanted.simulated_at is None and self._context.settings.source == "live"):
            return None
        # Never later than the caller's own clock: history must not know more than its reader may.
        return min(clock.eastern(day + timedelta(days=1), _POST_GAME_HOUR), clock.now())


def _worth_another_try(outcome: DayOutcome) -> bool:
    return isinstance(outcome.error, TransientError) and not isinstance(outcome.error, DeadlineExceededError)
