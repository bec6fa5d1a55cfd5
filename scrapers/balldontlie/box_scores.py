"""The box scores of whole games: the fall-back for the league's own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from scrapers.balldontlie.bdl_site import BdlScraper


class BdlBoxScores(BdlScraper):
    """All games of a date in one answer."""

    name = "bdl_box_scores"
    tables = ("nba_raw.source_player_boxscores",)
    asks = "v1/box_scores?date="
    when = "game days"
    path = "box_scores"
    request_name = "box_scores"
    paged = False

    def parameters(self, day: date) -> Mapping[str, str]:
        """The date."""
        return {"date": day.isoformat()}
