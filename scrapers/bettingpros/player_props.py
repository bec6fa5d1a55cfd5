"""What bookmakers offer on players' points, gathered by BettingPros."""

from __future__ import annotations

import json
from datetime import date

from common import clock
from common.context import Context
from common.errors import NotReadyError
from scrapers import stored_ids
from scrapers.bettingpros.bettingpros_site import BASE_URL, HEADERS, SPORT, BettingProsScraper
from scrapers.source_request import SourceRequest

# Points by player.
_MARKET = "156"
# The most that a page gives, whatever is asked for.
_PAGE_SIZE = "10"


class BettingProsPlayerProps(BettingProsScraper):
    """The offers of every game that has not started, a page a payload; the site keeps no history of them."""

    name = "bp_player_props"
    tables = ("nba_raw.source_prop_lines",)
    asks = "v3/offers?market_id=156&event_id="
    when = "game days, as of now, game by game until tip-off; after bp_events"
    missing_statuses = frozenset({404})
    tells_only_now = True

    def requests(self, context: Context, day: date) -> list[SourceRequest]:
        """The first page of each game; NotReadyError without a list of the date's events."""
        events = stored_ids.bettingpros_events_on(context.raw_store, day)
        if events is None:
            raise NotReadyError("no list of events: scrape bp_events first", scraper=self.name, date=str(day))
        return [_page(e.event_id, 1) for e in events if e.tip_off > clock.now()]

    def next_page(self, request: SourceRequest, body: bytes) -> SourceRequest | None:
        """The page after this one, as long as `_pagination` says that there is one."""
        document = json.loads(body)
        pages = document.get("_pagination") if isinstance(document, dict) else None
        total = pages.get("total_pages") if isinstance(pages, dict) else None
        number = int(request.params["page"])
        if not isinstance(total, int) or number >= total:
            return None
        return _page(request.params["event_id"], number + 1)


def _page(event_id: str, number: int) -> SourceRequest:
    params = {"sport": SPORT, "market_id": _MARKET, "event_id": event_id, "limit": _PAGE_SIZE, "page": str(number)}
    return SourceRequest(f"{event_id}_page_{number}", f"{BASE_URL}/offers", params, HEADERS)
