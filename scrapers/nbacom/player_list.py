"""The players of a season: the registry of ids."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from common import ids
from common.context import Context
from scrapers.nbacom.stats_site import BASE_URL, HEADERS, LEAGUE_ID
from scrapers.scraper_base import Scraper
from scrapers.source_request import SourceRequest


class PlayerList(Scraper):
    """All players of a season with team and position; one answer a season, renewed daily."""

    name = "nbac_player_list"
    tables = ("nba_raw.player_list", "nba_raw.players")
    site = "stats.nba.com"
    asks = "stats/playerindex?Historical=0&Season="
    when = "any day"
    scope_unit: ClassVar[Literal["date", "season"]] = "season"
    needs_games = False

    def requests(self, context: Context, day: date) -> list[SourceRequest]:
        """One request for the season that the date belongs to."""
        params = {"Historical": "0", "LeagueID": LEAGUE_ID, "Season": ids.season_of_date(day)}
        return [SourceRequest("players", f"{BASE_URL}/playerindex", params, HEADERS)]
