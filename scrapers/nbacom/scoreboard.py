"""The games of a date with their status and line scores."""

from __future__ import annotations

from datetime import date

from common.context import Context
from scrapers.nbacom.stats_site import BASE_URL, HEADERS, LEAGUE_ID
from scrapers.scraper_base import Scraper
from scrapers.source_request import SourceRequest


class Scoreboard(Scraper):
    """One answer a date."""

    name = "nbac_scoreboard"
    tables = ("nba_raw.scoreboard",)
    site = "stats.nba.com"
    asks = "stats/scoreboardV2?GameDate="
    when = "game days"

    def requests(self, context: Context, day: date) -> list[SourceRequest]:
        """One request."""
        params = {"GameDate": day.isoformat(), "LeagueID": LEAGUE_ID, "DayOffset": "0"}
        return [SourceRequest("scoreboard", f"{BASE_URL}/scoreboardV2", params, HEADERS)]
