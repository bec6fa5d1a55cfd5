"""The season's schedule from the league's CDN: the twin that stands in when stats.nba.com does not answer."""

from __future__ import annotations

import logging
from datetime import date, timedelta
from typing import ClassVar, Literal

from common import clock, ids
from common.context import Context
from scrapers import stored
from scrapers.nbacom.league_files import BROWSER_HEADERS, CDN_URL
from scrapers.scraper_base import Scraper
from scrapers.source_request import SourceRequest

log = logging.getLogger(__name__)
_FRESH = timedelta(hours=24)


class ScheduleCdn(Scraper):
    """The running season's schedule, asked only where the main one is missing or older than a day.

    Both feed the same rows, of which the newer answer holds; a stand-in that is asked always would take turns
    with the main schedule over fields in which they differ.
    """

    name = stored.SCHEDULE_CDN_FEED
    tables = ("nba_raw.schedule",)
    site = "cdn.nba.com"
    asks = "static/json/staticData/scheduleLeagueV2_1.json"
    when = "running season, if nbac_schedule brought nothing for 24 h"
    scope_unit: ClassVar[Literal["date", "season"]] = "season"
    needs_games = False

    def requests(self, context: Context, day: date) -> list[SourceRequest]:
        """One request, or none: the file is always that of the running season."""
        season = ids.season_of_date(day)
        if season != ids.season_of_date(clock.today()):
            return []
        fetched_at = stored.schedule_fetched_at(context.raw_store, season)
        if fetched_at is not None and clock.now() - fetched_at < _FRESH:
            log.info("the main schedule is fresh", extra={"scraper": self.name, "season": season})
            return []
        url = f"{CDN_URL}/staticData/scheduleLeagueV2_1.json"
        return [SourceRequest(stored.SCHEDULE_REQUEST, url, {}, BROWSER_HEADERS)]
