"""The official scorer's report of each game: the only source of the reasons why somebody did not play."""

from __future__ import annotations

from datetime import date

from common.context import Context
from scrapers import stored
from scrapers.nbacom.league_files import BROWSER_HEADERS, GAMEBOOK_URL, NO_SUCH_FILE
from scrapers.scraper_base import Scraper
from scrapers.source_request import SourceRequest


class Gamebook(Scraper):
    """One PDF a game that is over, named by its date and teams, the visitors first."""

    name = "nbac_gamebook"
    tables = ("nba_raw.gamebook_players",)
    site = "statsdmz.nba.com"
    asks = "pdfs/{date}/{date}_{AWAYHOME}.pdf"
    when = "game by game 4 h after tip-off"
    missing_statuses = NO_SUCH_FILE

    def requests(self, context: Context, day: date) -> list[SourceRequest]:
        """One request a game; NotReadyError without a schedule."""
        compact = day.strftime("%Y%m%d")
        return [
            SourceRequest(
                f"{g.away_team}{g.home_team}",
                f"{GAMEBOOK_URL}/{compact}/{compact}_{g.away_team}{g.home_team}.pdf",
                {},
                BROWSER_HEADERS,
                expects="pdf",
            )
            for g in stored.games_over(context.raw_store, day)
            if g.home_team and g.away_team
        ]
