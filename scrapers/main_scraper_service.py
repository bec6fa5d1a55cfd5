"""Phase 1's service: POST /scrape runs scrapers over dates, keeps the answers, tells Phase 2."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask

from common import clock
from common.context import Context
from common.events import Event
from common.logging import correlated, correlation_id
from common.request_body import body_as, check_span
from common.service import create_service
from scrapers import registry
from scrapers.fetcher import Fetcher, fetcher_for
from scrapers.scrape_request import ScrapeRequest
from scrapers.scrape_result import ScrapeAnswer
from scrapers.scrape_runs import ScraperRuns

TOPIC = "nba-phase1-scrapers-complete"


def create_app(context: Context) -> Flask:
    """The WSGI app of the service."""
    return create_service("scrapers", context, routes=[("/scrape", _scrape_endpoint)])


def scrape(context: Context, wanted: ScrapeRequest, *, fetcher: Fetcher | None = None) -> ScrapeAnswer:
    """Run the scrapers, each over all dates, and publish one event for all payloads, in the order asked for.

    A scraper's failure, or that it overran its limit, is in the answer and leaves the others' data.
    ConfigurationError for an unknown scraper or source, TransientError when the event could not be sent: the
    payloads are kept then, and the same request again sends it. The run ledger is filled, not flushed.
    """
    scrapers = [registry.scraper(name) for name in wanted.scrapers]
    fetcher = fetcher or fetcher_for(context.settings)
    with _correlated(), clock.simulated(wanted.simulated_at):
        results = ScraperRuns(context, fetcher, wanted).run(scrapers)
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


@contextmanager
def _correlated() -> Iterator[None]:
    """One correlation id for the event, the ledger and the logs, also when the caller brought none."""
    with correlated(correlation_id.get() or uuid.uuid4().hex):
        yield


def _scrape_endpoint(context: Context) -> Any:
    wanted = body_as(ScrapeRequest)
    check_span(wanted.start_date, wanted.end_date, context.settings.max_date_span)
    answer = scrape(context, wanted)
    return answer.as_json(), answer.code()
