"""The season's schedule: the foundation of everything else."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from common import ids
from common.context import Context
from scrapers.nbacom.stats_site import BASE_URL, HEADERS, LEAGUE_ID
from scrapers.scraper_base import Scraper
from scrapers.source_request import SourceRequest
from scrapers.stored import SCHEDULE_FEED, SCHEDULE_REQUEST


class Schedule(Scraper):
    """All games of a season, exhibitions and playoffs included; one answer a season."""

    name = SCHEDULE_FEED
    tables = ("nba_raw.schedule",)
    site = "stats.nba.com"
    asks = "stats/scheduleleaguev2int?Season="
    when = "any day"
    scope_unit: ClassVar[Literal["date", "season"]] = "season"
    needs_games = False

    def requests(self, context: Context, day: date) -> list[SourceRequest]:
        """One request for the season that the date belongs to."""
        params = {"LeagueID": LEAGUE_ID, "Season": ids.season_of_date(day)}
        return [SourceRequest(SCHEDULE_REQUEST, f"{BASE_URL}/scheduleleaguev2int", params, HEADERS)]
