"""The players who are under contract."""

from __future__ import annotations

from scrapers.balldontlie.bdl_site import BdlScraper


class BdlActivePlayers(BdlScraper):
    """The list of the day on which it is asked, over several pages."""

    name = "bdl_active_players"
    tables = ("nba_raw.source_players",)
    asks = "v1/players/active"
    when = "any day, as of now"
    path = "players/active"
    request_name = "players"
    needs_games = False
    tells_only_now = True
