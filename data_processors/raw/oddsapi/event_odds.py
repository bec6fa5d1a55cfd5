"""The odds of one event, as every endpoint of the-odds-api.com gives them.

Historical answers wrap the event in `{timestamp, previous_timestamp, next_timestamp, data}`; the live ones
are the bare event.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from common import clock
from common.ids import team_code
from common.raw_store import RawPayload
from data_processors.raw.parts import Parts
from data_processors.raw.payload_fields import Fields, json_object, payload_error
from data_processors.raw.prices import PriceFormat, decimal_price, price_format

EVENTS_FEED = "oddsa_events"


@dataclass(frozen=True, slots=True)
class Quote:
    """One price. `name` is the outcome's (Over, Under, a team); `description` the player's, for props, else "".

    `point` is the line or the spread of that side; None for h2h. `price` is decimal.
    """

    bookmaker: str
    market: str
    name: str
    description: str
    point: float | None
    price: float
    last_update: datetime | None


@dataclass
class EventOdds:
    """An event and its quotes at `snapshot_at`, in the order of the feed; teams are three-letter codes.

    `parts` are the bookmakers, markets and quotes that could not be read.
    """

    payload: RawPayload
    event_id: str
    commence_time: datetime
    snapshot_at: datetime
    home_team: str
    away_team: str
    parts: Parts
    quotes: list[Quote] = field(default_factory=list)

    @property
    def game_date(self) -> date:
        """Eastern date of the start."""
        return clock.eastern_date(self.commence_time)

    @property
    def scope(self) -> str:
        """The unit that this answer replaces whole: the event at its snapshot."""
        return f"event:{self.event_id}@{clock.iso_utc(self.snapshot_at)}"


Check = Callable[[Fields, Quote, EventOdds], None]


def parse_event_odds(payload: RawPayload, markets: frozenset[str], check: Check = lambda *_: None) -> EventOdds:
    """The event with the quotes of `markets`; what of a bookmaker can't be read is set apart, alone.

    Another market than the `markets` in the answer is an error of that part, not left out. `check` raises the
    error of a quote that is none of its market.
    """
    body, snapshot_at = _unwrapped(payload)
    event = json_object(payload, body, "event")
    odds = EventOdds(
        payload=payload,
        event_id=event.text("id"),
        commence_time=event.moment("commence_time"),
        snapshot_at=snapshot_at,
        home_team=_team(event, "home_team"),
        away_team=_team(event, "away_team"),
        parts=Parts(payload),
    )
    if odds.home_team == odds.away_team:
        raise event.error("away_team", f"{odds.home_team} stands on both sides")
    written = price_format(payload, _prices(event.values))
    for bookmaker in odds.parts.objects(event, "bookmakers"):
        with odds.parts.reading():
            name = bookmaker.text("key")
            for market in odds.parts.objects(bookmaker, "markets"):
                with odds.parts.reading():
                    _read_market(odds, name, market, markets, written, check)
    odds.parts.check(len(odds.quotes))
    return odds


def parse_event_list(payload: RawPayload) -> int:
    """How many events an answer of the event list has; 0 on a day without games. No table keeps them."""
    body, _ = _unwrapped(payload)
    if not isinstance(body, list):
        raise payload_error(payload, f"expected a list of events, found {type(body).__name__}", field="data")
    for number, item in enumerate(body):
        event = json_object(payload, item, f"data[{number}]")
        event.text("id")
        event.moment("commence_time")
    return len(body)


def _unwrapped(payload: RawPayload) -> tuple[object, datetime]:
    body = payload.json()
    if isinstance(body, dict) and "data" in body:
        envelope = json_object(payload, body, "envelope")
        return envelope.required("data"), envelope.moment("timestamp")
    return body, payload.fetched_at


def _team(event: Fields, field: str) -> str:
    name = event.text(field)
    try:
        return team_code(name)
    except KeyError as error:
        raise event.error(field, f"{name!r} is no NBA team") from error


def _read_market(
    odds: EventOdds, bookmaker: str, market: Fields, markets: frozenset[str], written: PriceFormat, check: Check
) -> None:
    key = market.one_of("key", {m: m for m in sorted(markets)})
    last_update = market.moment_or_none("last_update")
    for outcome in odds.parts.objects(market, "outcomes"):
        with odds.parts.reading():
            quote = Quote(
                bookmaker=bookmaker,
                market=key,
                name=outcome.text("name"),
                description=outcome.text_or_none("description") or "",
                point=None if outcome.values.get("point") is None else outcome.number("point"),
                price=decimal_price(outcome, "price", written),
                last_update=last_update,
            )
            check(outcome, quote, odds)
            odds.quotes.append(quote)


def _prices(value: object) -> Iterator[object]:
    """Every `price` of the answer, however it is nested."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            yield item.get("price")
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)
