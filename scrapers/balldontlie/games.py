"""Games with their scores."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from scrapers.balldontlie.bdl_site import BdlScraper


class BdlGames(BdlScraper):
    """One list of the date's games."""

    name = "bdl_games"
    tables = ("nba_raw.source_games",)
    asks = "v1/games?dates[]="
    when = "game days"
    path = "games"
    request_name = "games"

    def parameters(self, day: date) -> Mapping[str, str]:
        """The date."""
        return {"dates[]": day.isoformat()}
