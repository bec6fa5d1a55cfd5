"""Box score lines player by player."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from scrapers.balldontlie.bdl_site import BdlScraper


class BdlPlayerBoxScores(BdlScraper):
    """A date's lines, over several pages."""

    name = "bdl_player_box_scores"
    tables = ("nba_raw.source_player_boxscores",)
    asks = "v1/stats?dates[]="
    when = "game days"
    path = "stats"
    request_name = "stats"

    def parameters(self, day: date) -> Mapping[str, str]:
        """The date."""
        return {"dates[]": day.isoformat()}
