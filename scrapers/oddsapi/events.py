"""The games that sportsbooks quote, with the odds feed's own ids."""

from __future__ import annotations

from datetime import date

from common.context import Context
from scrapers.oddsapi.odds_site import OddsScraper, list_moment, odds_request
from scrapers.source_request import SourceRequest
from scrapers.stored import EVENTS_FEED, EVENTS_REQUEST


class OddsEvents(OddsScraper):
    """The list of events; it names days ahead too, whoever reads it takes those of his date."""

    name = EVENTS_FEED
    tables = ()
    asks = "v4/sports/basketball_nba/events; past: v4/historical/…?date="
    when = "game days"

    def requests(self, context: Context, day: date) -> list[SourceRequest]:
        """One request."""
        return [odds_request(EVENTS_REQUEST, "events", {}, list_moment(day))]
