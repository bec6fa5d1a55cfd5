"""Signings, waivers and trades."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from common.context import Context
from scrapers.nbacom.stats_site import HEADERS
from scrapers.scraper_base import Scraper
from scrapers.source_request import SourceRequest


class PlayerMovement(Scraper):
    """One file with all movements since 2015."""

    name = "nbac_player_movement"
    tables = ("nba_raw.player_movement",)
    site = "stats.nba.com"
    asks = "js/data/playermovement/NBA_Player_Movement.json"
    when = "any day"
    scope_unit: ClassVar[Literal["date", "season"]] = "season"
    needs_games = False

    def requests(self, context: Context, day: date) -> list[SourceRequest]:
        """One request."""
        url = "https://stats.nba.com/js/data/playermovement/NBA_Player_Movement.json"
        return [SourceRequest("movements", url, {}, HEADERS)]
