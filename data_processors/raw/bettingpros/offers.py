"""bp_player_props: what bookmakers offer on players' points, as BettingPros gathers it (`/v3/offers`).

No stored answer was at hand; the shape is the one that several public readers of the endpoint agree on:
`offers[]` with `event_id`, `participants[0]` (`id`, `name`, `player.team`) and `selections[]` (over, under), each with
`books[].lines[]` (`line`, `cost` in American odds, `main`, `active`, `is_off`). An answer of another shape is refused.
The rows stay with BettingPros' own ids of game, player and bookmaker: what its bookmakers' ids stand for is not
settled, and the same bookmaker under two names would count twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from common import clock
from common.ids import normalise_name
from common.raw_store import RawPayload
from data_processors.raw.parts import Parts
from data_processors.raw.payload_fields import Fields, json_object, shown
from data_processors.raw.prices import decimal_price, line
from data_processors.raw.raw_tables import SOURCE_PROP_LINES, Row, ScopeRows
from data_processors.raw.source_values import MOST_ID, nba_team

FEED = "bp_player_props"
_POINTS = {156: "player_points"}
_SIDES = {"over": "over_price", "under": "under_price"}
# BettingPros' own mean of all bookmakers: nobody can bet on it.
_CONSENSUS = 0
_MOST_BOOKS = 9_999


def parse(payload: RawPayload) -> list[ScopeRows]:
    """One row a player, bookmaker and line with both prices, decimal; the scope is the page of the moment.

    An offer, a bookmaker or a line that can't be read is set apart alone.
    """
    parts = Parts(payload)
    rows: dict[tuple[object, ...], Row] = {}
    read = 0
    for offer in parts.objects(json_object(payload, payload.json(), "body"), "offers"):
        with parts.reading():
            common = _offer(offer) | {
                "snapshot_date": clock.eastern_date(payload.fetched_at),
                "snapshot_at": payload.fetched_at,
            }
            for side, book_id, quoted in _quotes(parts, offer):
                with parts.reading():
                    _add(rows, common, side, book_id, quoted)
                    read += 1
    page = f"{payload.params.get('event_id')}:{payload.params.get('page')}"
    scope = f"{FEED}@{clock.iso_utc(payload.fetched_at)}:{page}"
    day = clock.eastern_date(payload.fetched_at)
    return parts.beside([ScopeRows(SOURCE_PROP_LINES, scope, payload, list(rows.values()), day)], read)


def _add(rows: dict[tuple[object, ...], Row], common: Row, side: str, book_id: int, quoted: Fields) -> None:
    points, price = line(quoted, "line"), decimal_price(quoted, "cost", "american")
    is_main = quoted.boolean_or_none("main")
    blank = {"book_id": book_id, "line": points, "over_price": None, "under_price": None, "is_main_line": is_main}
    row = rows.setdefault((common["source_game_id"], common["source_player_id"], book_id, points), common | blank)
    if row[side] not in {None, price}:
        raise quoted.error("cost", f"two prices for {side} of {points}: {row[side]} and {price}")
    row[side] = price


def _offer(offer: Fields) -> Row:
    participants = list(offer.children("participants"))
    if len(participants) != 1:
        raise offer.error("participants", f"expected one player, found {len(participants)}")
    player = participants[0]
    return {
        "source_game_id": str(offer.integer("event_id", 1, MOST_ID)),
        "source_player_id": _id(player),
        "player_name": player.text("name"),
        "name_key": normalise_name(player.text("name")),
        "team": nba_team(player.child("player"), "team"),
        "market": offer.one_of("market_id", _POINTS),
    }


def _id(player: Fields) -> str:
    """An id, which stands as text or as a number."""
    found = str(player.required("id"))
    if not re.fullmatch(r"[0-9]{1,10}", found) or int(found) < 1:
        raise player.error("id", f"expected an id, found {shown(player.values['id'])}")
    return found


def _quotes(parts: Parts, offer: Fields) -> Iterator[tuple[str, int, Fields]]:
    """(price column, bookmaker's id, line) of what is on offer now; withdrawn lines are left out."""
    found: list[tuple[str, int, Fields]] = []
    for selection in parts.objects(offer, "selections"):
        with parts.reading():
            # The word stands in `selection`, or in `label` with a capital.
            named = "selection" if selection.text_or_none("selection") else "label"
            side = _SIDES.get(selection.text(named).lower())
            if side is None:
                raise selection.error(named, f"{shown(selection.values[named])} is neither over nor under")
            for book in parts.objects(selection, "books"):
                with parts.reading():
                    book_id = book.integer("id", 0, _MOST_BOOKS)
                    for quoted in parts.objects(book, "lines"):
                        with parts.reading():
                            if _is_on_offer(quoted) and book_id != _CONSENSUS:
                                found.append((side, book_id, quoted))
    yield from found


def _is_on_offer(quoted: Fields) -> bool:
    return quoted.boolean_or_none("active") is not False and not quoted.boolean_or_none("is_off")
