"""The players that each team had in a season."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import ClassVar, Literal

from common import ids
from common.context import Context
from scrapers.scraper_base import Scraper
from scrapers.source_request import SourceRequest

# Where its code of a team is not the NBA's.
_CODES: Mapping[str, str] = {"BKN": "BRK", "CHA": "CHO", "PHX": "PHO"}
_BASE_URL = "https://www.basketball-reference.com/teams"


class SeasonRoster(Scraper):
    """One page a team, named by the NBA's code; 30 pages take two minutes at the pace that the site asks for."""

    name = "br_season_roster"
    tables = ("nba_raw.rosters",)
    site = "www.basketball-reference.com"
    asks = "teams/{CODE}/{year in which the season ends}.html"
    when = "any day, as of now; 30 requests"
    scope_unit: ClassVar[Literal["date", "season"]] = "season"
    needs_games = False
    tells_only_now = True

    def requests(self, context: Context, day: date) -> list[SourceRequest]:
        """30 requests."""
        year = int(ids.season_of_date(day)[:4]) + 1
        return [
            SourceRequest(code, f"{_BASE_URL}/{_CODES.get(code, code)}/{year}.html", {}, expects="html")
            for code in sorted(ids.team_codes())
        ]
