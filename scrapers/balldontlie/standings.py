"""The standings of a season."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from common import ids
from scrapers.balldontlie.bdl_site import BdlScraper


class BdlStandings(BdlScraper):
    """The table of the day on which it is asked."""

    name = "bdl_standings"
    tables = ("nba_raw.standings",)
    asks = "v1/standings?season="
    when = "any day, as of now"
    path = "standings"
    request_name = "standings"
    paged = False
    needs_games = False
    tells_only_now = True

    def parameters(self, day: date) -> Mapping[str, str]:
        """The year in which the season began."""
        return {"season": ids.season_of_date(day)[:4]}
