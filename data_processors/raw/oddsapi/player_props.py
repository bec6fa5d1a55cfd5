"""oddsa_player_props: what bookmakers offer on a player's points in one event."""

from __future__ import annotations

import logging
from collections import defaultdict
from typing import Protocol

from common.ids import normalise_name
from common.raw_store import RawPayload
from data_processors.raw.games import ScheduledGame
from data_processors.raw.names import Resolution
from data_processors.raw.oddsapi.event_odds import EventOdds, Quote, parse_event_odds
from data_processors.raw.payload_fields import Fields
from data_processors.raw.prices import line
from data_processors.raw.raw_tables import PLAYER_PROP_LINES, UNRESOLVED_NAMES, Row, ScopeRows

log = logging.getLogger(__name__)
FEED = "oddsa_player_props"
MARKETS = frozenset({"player_points"})
_SIDES = {"Over": "over_price", "Under": "under_price"}


class Resolver(Protocol):
    """Says which player a quoted name is."""

    def resolve(self, name: str, game: ScheduledGame) -> Resolution:
        """The player of `name` in `game`."""


def parse(payload: RawPayload) -> EventOdds:
    """The event and its quotes; every quote has a player, a line, and a side, or is set apart."""
    return parse_event_odds(payload, MARKETS, _check)


def _check(outcome: Fields, quote: Quote, _: EventOdds) -> None:
    outcome.text("description")
    line(outcome, "point")
    if quote.name not in _SIDES:
        raise outcome.error("name", f"{quote.name!r} is neither Over nor Under")


def line_rows(odds: EventOdds, game: ScheduledGame, resolver: Resolver) -> list[ScopeRows]:
    """One row a player, bookmaker and line with both prices; names that stay unknown apart.

    Equal quotes collapse; of contradicting ones (two prices for one side of one line) the first is kept and
    the others are counted in the log.
    """
    rows: dict[tuple[int, str, str, float | None], Row] = {}
    unresolved: dict[str, Row] = {}
    contradictions = 0
    for quote in odds.quotes:
        found = resolver.resolve(quote.description, game)
        if found.player_id is None:
            _count_unresolved(unresolved, quote.description, found, game)
            continue
        key = (found.player_id, quote.bookmaker, quote.market, quote.point)
        row = rows.setdefault(key, _row(quote, found, odds, game))
        side = _SIDES[quote.name]
        if row[side] is None:
            row[side] = quote.price
        contradictions += row[side] != quote.price
    if contradictions:
        log.warning(
            "contradicting quotes; the first of each kept",
            extra={"raw_path": odds.payload.path, "contradictions": contradictions},
        )
    lines = list(rows.values())
    _mark_main_lines(lines)
    units = [
        ScopeRows(PLAYER_PROP_LINES, odds.scope, odds.payload, lines, game.game_date),
        ScopeRows(UNRESOLVED_NAMES, odds.scope, odds.payload, list(unresolved.values()), game.game_date),
    ]
    return odds.parts.beside(units, len(odds.quotes))


def _row(quote: Quote, found: Resolution, odds: EventOdds, game: ScheduledGame) -> Row:
    return {
        "game_id": game.game_id,
        "game_date": game.game_date,
        "season": game.season,
        "player_id": found.player_id,
        "player_name": quote.description,
        "team": found.team,
        "resolved_by": found.resolved_by,
        "bookmaker": quote.bookmaker,
        "market": quote.market,
        "line": quote.point,
        "over_price": None,
        "under_price": None,
        "is_main_line": False,
        "snapshot_at": odds.snapshot_at,
        "last_update": quote.last_update,
        "tip_off": odds.commence_time,
        "event_id": odds.event_id,
    }


def _mark_main_lines(rows: list[Row]) -> None:
    """Of a bookmaker's lines on a player, the two-sided one whose prices are most even; of equals the lower."""
    two_sided: dict[tuple[int, str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if row["over_price"] is not None and row["under_price"] is not None:
            two_sided[row["player_id"], row["bookmaker"], row["market"]].append(row)
    for lines in two_sided.values():
        main = min(lines, key=lambda r: (abs(1 / r["over_price"] - 1 / r["under_price"]), r["line"]))
        main["is_main_line"] = True


def _count_unresolved(unresolved: dict[str, Row], name: str, found: Resolution, game: ScheduledGame) -> None:
    row = unresolved.setdefault(
        normalise_name(name),
        {
            "name": name,
            "name_key": normalise_name(name),
            "game_id": game.game_id,
            "game_date": game.game_date,
            "home_team": game.home_team,
            "away_team": game.away_team,
            "quotes": 0,
            "reason": found.reason,
        },
    )
    row["quotes"] += 1
