"""The players of every team as of the day."""

from __future__ import annotations

from datetime import date

from common.context import Context
from scrapers.espn.espn_site import API_URL, TEAM_IDS
from scrapers.scraper_base import Scraper
from scrapers.source_request import SourceRequest


class EspnRoster(Scraper):
    """One answer a team, named by the NBA's code."""

    name = "espn_roster"
    tables = ("nba_raw.rosters",)
    site = "site.api.espn.com"
    asks = "apis/site/v2/sports/basketball/nba/teams/{id}?enable=roster"
    when = "any day, as of now; 30 requests"
    needs_games = False
    tells_only_now = True

    def requests(self, context: Context, day: date) -> list[SourceRequest]:
        """30 requests."""
        return [
            SourceRequest(code, f"{API_URL}/teams/{team_id}", {"enable": "roster"})
            for code, team_id in TEAM_IDS.items()
        ]
