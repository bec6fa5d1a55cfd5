"""The box score pages of a date's games."""

from __future__ import annotations

from datetime import date

from common.context import Context
from common.errors import NotReadyError
from scrapers import stored_ids
from scrapers.espn.espn_site import BROWSER_HEADERS, PAGE_URL
from scrapers.scraper_base import Scraper
from scrapers.source_request import SourceRequest


class EspnBoxscore(Scraper):
    """One page a game that is over."""

    name = "espn_boxscore"
    tables = ("nba_raw.source_player_boxscores",)
    site = "www.espn.com"
    asks = "nba/boxscore/_/gameId/{event_id}"
    when = "game by game 4 h after tip-off; after espn_scoreboard"
    missing_statuses = frozenset({404})

    def requests(self, context: Context, day: date) -> list[SourceRequest]:
        """One request a game of the stored scoreboard; NotReadyError without one."""
        events = stored_ids.espn_events_over(context.raw_store, day)
        if events is None:
            raise NotReadyError("no scoreboard: scrape espn_scoreboard first", scraper=self.name, date=str(day))
        return [
            SourceRequest(e.event_id, f"{PAGE_URL}/boxscore/_/gameId/{e.event_id}", {}, BROWSER_HEADERS, expects="html")
            for e in events
        ]
