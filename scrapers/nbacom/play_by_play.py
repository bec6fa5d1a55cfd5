"""Every play of the games of a date."""

from __future__ import annotations

from datetime import date

from common.context import Context
from scrapers import stored
from scrapers.nbacom.league_files import BROWSER_HEADERS, CDN_URL, NO_SUCH_FILE
from scrapers.scraper_base import Scraper
from scrapers.source_request import SourceRequest


class PlayByPlay(Scraper):
    """One file a game that is over; the CDN keeps them of the last seasons only."""

    name = "nbac_play_by_play"
    tables = ("nba_raw.play_by_play",)
    site = "cdn.nba.com"
    asks = "static/json/liveData/playbyplay/playbyplay_{game_id}.json"
    when = "game by game 4 h after tip-off"
    missing_statuses = NO_SUCH_FILE

    def requests(self, context: Context, day: date) -> list[SourceRequest]:
        """One request a game; NotReadyError without a schedule."""
        return [
            SourceRequest(g.game_id, f"{CDN_URL}/liveData/playbyplay/playbyplay_{g.game_id}.json", {}, BROWSER_HEADERS)
            for g in stored.games_over(context.raw_store, day)
        ]
