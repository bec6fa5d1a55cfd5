"""The league's game log of a date: the box score lines of all its games in one answer."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from common import ids
from common.context import Context
from scrapers import stored
from scrapers.nbacom.stats_site import BASE_URL, HEADERS, LEAGUE_ID, SEASON_TYPE_WORDS, request_name
from scrapers.scraper_base import Scraper
from scrapers.source_request import SourceRequest


class GameLog(Scraper):
    """A date's game log of players ("P") or teams ("T"); one request a season type that is played that day."""

    player_or_team: ClassVar[Literal["P", "T"]]

    def requests(self, context: Context, day: date) -> list[SourceRequest]:
        """The site answers with an empty list until the games have ended."""
        return [
            SourceRequest(
                request_name(season_type),
                f"{BASE_URL}/leaguegamelog",
                {
                    "Counter": "1000",
                    "DateFrom": day.isoformat(),
                    "DateTo": day.isoformat(),
                    "Direction": "DESC",
                    "LeagueID": LEAGUE_ID,
                    "PlayerOrTeam": self.player_or_team,
                    "Season": ids.season_of_date(day),
                    "SeasonType": SEASON_TYPE_WORDS[season_type],
                    "Sorter": "DATE",
                },
                HEADERS,
            )
            for season_type in stored.season_types_on(context.raw_store, day)
        ]
