"""The games of a date with BettingPros' ids."""

from __future__ import annotations

from datetime import date

from common.context import Context
from scrapers.bettingpros.bettingpros_site import BASE_URL, HEADERS, SPORT, BettingProsScraper
from scrapers.source_request import SourceRequest
from scrapers.stored_ids import BP_EVENTS_FEED, BP_EVENTS_REQUEST


class BettingProsEvents(BettingProsScraper):
    """One list a date."""

    name = BP_EVENTS_FEED
    tables = ("nba_raw.source_games",)
    asks = "v3/events?sport=NBA&date="
    when = "game days"

    def requests(self, context: Context, day: date) -> list[SourceRequest]:
        """One request."""
        params = {"sport": SPORT, "date": day.isoformat()}
        return [SourceRequest(BP_EVENTS_REQUEST, f"{BASE_URL}/events", params, HEADERS)]
