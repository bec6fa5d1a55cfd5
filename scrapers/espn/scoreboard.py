"""The games of a date with ESPN's ids."""

from __future__ import annotations

from datetime import date

from common.context import Context
from scrapers.espn.espn_site import API_URL
from scrapers.scraper_base import Scraper
from scrapers.source_request import SourceRequest
from scrapers.stored_ids import ESPN_SCOREBOARD_FEED, ESPN_SCOREBOARD_REQUEST


class EspnScoreboard(Scraper):
    """One answer a date."""

    name = ESPN_SCOREBOARD_FEED
    tables = ("nba_raw.source_games",)
    site = "site.api.espn.com"
    asks = "apis/site/v2/sports/basketball/nba/scoreboard?dates="
    when = "game days"

    def requests(self, context: Context, day: date) -> list[SourceRequest]:
        """One request."""
        params = {"dates": day.strftime("%Y%m%d")}
        return [SourceRequest(ESPN_SCOREBOARD_REQUEST, f"{API_URL}/scoreboard", params)]
