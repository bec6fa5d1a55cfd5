"""bp_player_props: what bookmakers offer on players' points, as BettingPros gathers it (`/v3/offers`).

No stored answer was at hand; the shape is the one that several public readers of the endpoint agree on:
`offers[]` with `event_id`, `participants[0]` (`id`, `name`, `player.team`) and `selections[]` (over, under), each with
`books[].lines[]` (`line`, `cost` in American odds, `main`, `active`, `is_off`). An answer of another shape is refused.
The rows stay with BettingPros' own ids of game, player and bookmaker: what its bookmakers' ids stand for is not
settled, and the same bookmaker under two names would count twice.
"""

from __future__ import annotations

from collections.abc import Iterator

from common import clock
from common.ids import normalise_name
from common.raw_store import RawPayload
from data_processors.raw.payload_fields import Fields, json_object
from data_processors.raw.raw_tables import SOURCE_PROP_LINES, Row, ScopeRows
from data_processors.raw.source_values import nba_team

FEED = "bp_player_props"
_POINTS = {156: "player_points"}
_SIDES = {"over": "over_price", "under": "under_price"}
# BettingPros' own mean of all bookmakers: nobody can bet on it.
_CONSENSUS = 0


def parse(payload: RawPayload) -> list[ScopeRows]:
    """One row a player, bookmaker and line with both prices, decimal; the scope is the page of the moment."""
    rows: dict[tuple[object, ...], Row] = {}
    for offer in json_object(payload, payload.json(), "body").children("offers"):
        common = _offer(offer) | {
            "snapshot_date": clock.eastern_date(payload.fetched_at),
            "snapshot_at": payload.fetched_at,
        }
        for side, book_id, line in _quotes(offer):
            key = common["source_game_id"], common["source_player_id"], book_id, line.number("line")
            blank = {"book_id": book_id, "line": line.number("line"), "over_price": None, "under_price": None}
            row = rows.setdefault(key, common | blank | {"is_main_line": line.boolean_or_none("main")})
            price = decimal_price(line, "cost")
            if row[side] not in {None, price}:
                raise line.error("cost", f"two prices for {side} of {line.number('line')}: {row[side]} and {price}")
            row[side] = price
    page = f"{payload.params.get('event_id')}:{payload.params.get('page')}"
    scope = f"{FEED}@{clock.iso_utc(payload.fetched_at)}:{page}"
    return [ScopeRows(SOURCE_PROP_LINES, scope, payload, list(rows.values()), clock.eastern_date(payload.fetched_at))]


def decimal_price(fields: Fields, field: str) -> float:
    """The decimal price of American odds: -110 pays 1.9091, +120 pays 2.2; rounded to four places."""
    cost = fields.number(field)
    if abs(cost) < 100:
        raise fields.error(field, f"{cost} are no American odds")
    return round(1 + (cost / 100 if cost > 0 else 100 / -cost), 4)


def _offer(offer: Fields) -> Row:
    participants = list(offer.children("participants"))
    if len(participants) != 1:
        raise offer.error("participants", f"expected one player, found {len(participants)}")
    player = participants[0]
    return {
        "source_game_id": str(offer.integer("event_id")),
        "source_player_id": str(player.required("id")),
        "player_name": player.text("name"),
        "name_key": normalise_name(player.text("name")),
        "team": nba_team(player.child("player"), "team"),
        "market": offer.one_of("market_id", _POINTS),
    }


def _quotes(offer: Fields) -> Iterator[tuple[str, int, Fields]]:
    """(price column, bookmaker's id, line) of what is on offer now; withdrawn lines are left out."""
    for selection in offer.children("selections"):
        # The word stands in `selection`, or in `label` with a capital.
        named = "selection" if selection.text_or_none("selection") else "label"
        side = _SIDES.get(selection.text(named).lower())
        if side is None:
            raise selection.error(named, f"{selection.values[named]!r} is neither over nor under")
        for book in selection.children("books"):
            book_id = book.integer("id")
            for line in book.children("lines"):
                on_offer = line.boolean_or_none("active") is not False and not line.boolean_or_none("is_off")
                if on_offer and book_id != _CONSENSUS:
                    yield side, book_id, line
