"""How the-odds-api.com is asked: the live odds of now, or the historical ones of a moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from common import clock
from scrapers.scraper_base import Scraper
from scrapers.source_request import SourceRequest

_HOST = "https://api.the-odds-api.com"
_SPORT = "sports/basketball_nba"
# Of a date that is over: its list of events as of this Eastern hour, before the earliest tip-offs (noon) …
_LIST_HOUR = 10
# … and each game's quotes as they stood so long before its tip-off.
BEFORE_TIP_OFF = timedelta(minutes=1)


def list_moment(day: date) -> datetime | None:
    """The moment to ask a date's list of events for; None: the live list."""
    if clock.today() > day:
        return clock.eastern(day, _LIST_HOUR)
    return clock.simulated_now()


def quotes_moment(day: date, tip_off: datetime, before: timedelta = BEFORE_TIP_OFF) -> datetime | None:
    """The moment to ask a game's quotes for, always before its tip-off; None: the live quotes."""
    if clock.today() > day:
        return tip_off - before
    return clock.simulated_now()


def odds_request(name: str, path: str, params: Mapping[str, str], moment: datetime | None) -> SourceRequest:
    """A request for live odds, or for those of a moment (seconds precision: the site takes no fractions)."""
    if moment is None:
        return SourceRequest(name, f"{_HOST}/v4/{_SPORT}/{path}", params)
    date_text = clock.iso_utc(moment.replace(microsecond=0))
    return SourceRequest(name, f"{_HOST}/v4/historical/{_SPORT}/{path}", {**params, "date": date_text})


class OddsScraper(Scraper):
    """A feed of the-odds-api.com; its key travels in the query."""

    site = "api.the-odds-api.com"
    key_setting = "odds_api_key"

    def authenticated(self, request: SourceRequest, key: str) -> SourceRequest:
        """`request` with `apiKey`, as a parameter that is never stored or logged."""
        return replace(request, secret_params={"apiKey": key})
