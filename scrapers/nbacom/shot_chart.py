"""Every field goal attempt of a date, with its place on the floor."""

from __future__ import annotations

from datetime import date

from common import ids
from common.context import Context
from scrapers import stored
from scrapers.nbacom.stats_site import BASE_URL, HEADERS, LEAGUE_ID, SEASON_TYPE_WORDS, request_name
from scrapers.scraper_base import Scraper
from scrapers.source_request import SourceRequest


class ShotChart(Scraper):
    """All shots of all games of the date; one request a season type that is played that day."""

    name = "nbac_shot_chart"
    tables = ("nba_raw.shots",)
    site = "stats.nba.com"
    asks = "stats/shotchartdetail?ContextMeasure=FGA&DateFrom=&DateTo="
    when = "game days, after the games"

    def requests(self, context: Context, day: date) -> list[SourceRequest]:
        """`PlayerID` and `TeamID` 0 mean everybody; FGA asks for misses, too."""
        return [
            SourceRequest(
                request_name(season_type),
                f"{BASE_URL}/shotchartdetail",
                {
                    "ContextMeasure": "FGA",
                    "DateFrom": day.isoformat(),
                    "DateTo": day.isoformat(),
                    "LeagueID": LEAGUE_ID,
                    "PlayerID": "0",
                    "TeamID": "0",
                    "Season": ids.season_of_date(day),
                    "SeasonType": SEASON_TYPE_WORDS[season_type],
                },
                HEADERS,
            )
            for season_type in stored.season_types_on(context.raw_store, day)
        ]
