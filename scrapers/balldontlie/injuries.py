"""Injured players as of now."""

from __future__ import annotations

from scrapers.balldontlie.bdl_site import BdlScraper


class BdlInjuries(BdlScraper):
    """The list of the moment at which it is asked, over several pages."""

    name = "bdl_injuries"
    tables = ("nba_raw.source_injuries",)
    asks = "v1/player_injuries"
    when = "any day, as of now"
    path = "player_injuries"
    request_name = "injuries"
    needs_games = False
    tells_only_now = True
