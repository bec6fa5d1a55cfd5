"""The quotes of every event of a date that has not started; one request an event."""

from __future__ import annotations

import logging
from datetime import date, timedelta
from typing import ClassVar

from common import clock
from common.context import Context
from common.errors import NotReadyError
from scrapers import stored
from scrapers.oddsapi.odds_site import BEFORE_TIP_OFF, OddsScraper, odds_request, quotes_moment
from scrapers.source_request import SourceRequest

log = logging.getLogger(__name__)


class EventOdds(OddsScraper):
    """Quotes of some markets. An event that nobody quotes answers 404: counted, no failure.

    Of a date that is over each game is asked for as it stood `before` its tip-off.
    """

    markets: ClassVar[str]
    before: ClassVar[timedelta] = BEFORE_TIP_OFF
    missing_statuses = frozenset({404})

    def requests(self, context: Context, day: date) -> list[SourceRequest]:
        """One request an event of the newest stored list; on the game day only those that have not tipped off.

        NotReadyError without a list of the date's events.
        """
        events = stored.odds_events_on(context.raw_store, day)
        if events is None:
            raise NotReadyError("no list of odds events: scrape oddsa_events first", scraper=self.name, date=str(day))
        params = {"markets": self.markets, "regions": "us", "oddsFormat": "decimal"}
        asked: list[SourceRequest] = []
        for event in events:
            moment = quotes_moment(day, event.tip_off, self.before)
            if event.tip_off <= (moment or clock.now()):
                log.info("has started", extra={"scraper": self.name, "date": str(day), "event_id": event.event_id})
                continue
            asked.append(odds_request(event.event_id, f"events/{event.event_id}/odds", params, moment))
        return asked
