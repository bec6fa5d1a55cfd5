"""Phase 1's service: POST /scrape runs scrapers over dates, keeps the answers, tells Phase 2."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

from flask import Flask, request
from pydantic import ValidationError

from common import clock
from common.context import Context
from common.events import Event
from common.logging import correlated, correlation_id
from common.run_ledger import Run
from common.service import create_service
from scrapers import registry
from scrapers.fetcher import Fetcher, fetcher_for
from scrapers.scrape_request import ScrapeAnswer, ScrapeRequest, ScraperResult
from scrapers.scraper_base import Scraper

TOPIC = "nba-phase1-scrapers-complete"
_POST_GAME_HOUR = 4


def create_app(context: Context) -> Flask:
    """The WSGI app of the service."""
    return create_service("scrapers", context, routes=[("/scrape", _scrape_endpoint)])


def scrape(context: Context, wanted: ScrapeRequest, *, fetcher: Fetcher | None = None) -> ScrapeAnswer:
    """Run the scrapers one after the other, each over all dates, and publish one event for all payloads.

    A scraper's failure is in the answer and leaves the others' data. ConfigurationError for an unknown
    scraper or source, TransientError when the event could not be sent: the payloads are kept then, and the
    same request again sends it. The run ledger is filled, not flushed.
    """
    scrapers = [registry.scraper(name) for name in wanted.scrapers]
    fetcher = fetcher or fetcher_for(context.settings)
    with _correlated(), clock.simulated(wanted.simulated_at):
        results = [_run(context, fetcher, scraper, wanted) for scraper in scrapers]
        answer = ScrapeAnswer(results)
        paths = [path for result in results for path in result.paths]
        if paths and wanted.publish:
            event = Event(
                phase="phase1",
                source=",".join(wanted.scrapers),
                game_dates=sorted({day for r in results for day, o in r.outcomes.items() if o.paths}),
                raw_paths=list(dict.fromkeys(paths)),
                trigger=wanted.trigger,
                status="success" if answer.status == "success" else "partial",
            )
            context.publisher.publish(TOPIC, event)
            answer.event_id = event.event_id
    return answer


def _run(context: Context, fetcher: Fetcher, scraper: Scraper, wanted: ScrapeRequest) -> ScraperResult:
    run = Run(
        phase="phase1",
        processor=scraper.name,
        start_date=wanted.start_date,
        end_date=wanted.end_date,
        trigger=wanted.trigger,
        code_version=context.settings.code_version,
    )
    result = ScraperResult(scraper.name)
    started = time.monotonic()
    with context.ledger.recording(run):
        for day in _days(scraper, wanted):
            with clock.simulated(_moment(context, wanted, day)):
                result.outcomes[day] = scraper.run(context, fetcher, day)
        result.seconds = time.monotonic() - started
        # Rows are Phase 2's to count; here the unit is the payload.
        run.rows_in = len(result.paths)
        if result.errors:
            run.failed(result.errors[0])
    return result


def _days(scraper: Scraper, wanted: ScrapeRequest) -> list[date]:
    """The dates to ask for; of a season's feed the first one of each season."""
    days = clock.dates_between(wanted.start_date, wanted.end_date)
    if scraper.scope_unit == "date":
        return days
    first_of: dict[str, date] = {}
    for day in days:
        first_of.setdefault(scraper.scope(day), day)
    return list(first_of.values())


def _moment(context: Context, wanted: ScrapeRequest, day: date) -> datetime | None:
    """The clock under which a date is asked; None leaves it as it is."""
    if not wanted.post_game or (wanted.simulated_at is None and context.settings.source == "live"):
        return None
    # Never later than the caller's own clock: history must not know more than its reader may.
    return min(clock.eastern(day + timedelta(days=1), _POST_GAME_HOUR), clock.now())


@contextmanager
def _correlated() -> Iterator[None]:
    """One correlation id for the event, the ledger and the logs, also when the caller brought none."""
    with correlated(correlation_id.get() or uuid.uuid4().hex):
        yield


def _scrape_endpoint(context: Context) -> Any:
    try:
        wanted = ScrapeRequest.model_validate(request.get_json(force=True, silent=True))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(p) for p in first["loc"]) or "body"
        return {"status": "invalid", "error": f"{where}: {first['msg']}"}, 400
    span = (wanted.end_date - wanted.start_date).days + 1
    if span > context.settings.max_date_span:
        limit = context.settings.max_date_span
        return {"status": "invalid", "error": f"{span} days asked for; at most {limit} a call"}, 400
    answer = scrape(context, wanted)
    return answer.as_json(), answer.code()
