"""Who officiates the games of a date."""

from __future__ import annotations

from datetime import date

from common.context import Context
from scrapers.nbacom.league_files import BROWSER_HEADERS, OFFICIALS_URL
from scrapers.scraper_base import Scraper
from scrapers.source_request import SourceRequest


class RefereeAssignments(Scraper):
    """One answer a date; published in the morning of the game day."""

    name = "nbac_referee_assignments"
    tables = ("nba_raw.referees",)
    site = "official.nba.com"
    asks = "wp-json/api/v1/get-game-officials?date="
    when = "game days"

    def requests(self, context: Context, day: date) -> list[SourceRequest]:
        """One request."""
        url = f"{OFFICIALS_URL}/get-game-officials"
        return [SourceRequest("officials", url, {"date": day.isoformat()}, BROWSER_HEADERS)]
