"""oddsa_game_lines: spreads, totals and winners of one event, side by side as they are quoted.

Nothing is averaged: the median of a spread over both sides is always 0.
"""

from __future__ import annotations

import logging

from common.ids import team_code
from common.raw_store import RawPayload
from data_processors.raw.games import ScheduledGame
from data_processors.raw.oddsapi.event_odds import EventOdds, Quote, parse_event_odds
from data_processors.raw.payload_fields import payload_error
from data_processors.raw.raw_tables import GAME_LINES, Row, ScopeRows

log = logging.getLogger(__name__)
FEED = "oddsa_game_lines"
MARKETS = frozenset({"spreads", "totals", "h2h"})
_TOTALS = {"over": "over", "under": "under"}


def parse(payload: RawPayload) -> EventOdds:
    """The event and its quotes."""
    return parse_event_odds(payload, MARKETS)


def line_rows(odds: EventOdds, game: ScheduledGame) -> list[ScopeRows]:
    """One row a bookmaker, market and outcome; home and away as the schedule has them, not the sportsbook."""
    rows: dict[tuple[str, str, str], Row] = {}
    contradictions = 0
    for quote in odds.quotes:
        row: Row = {
            "game_id": game.game_id,
            "game_date": game.game_date,
            "season": game.season,
            "bookmaker": quote.bookmaker,
            "market": quote.market,
            "outcome": _outcome(quote, game, odds),
            "point": quote.point,
            "price": quote.price,
            "snapshot_at": odds.snapshot_at,
            "last_update": quote.last_update,
            "tip_off": odds.commence_time,
            "event_id": odds.event_id,
        }
        first = rows.setdefault((row["bookmaker"], row["market"], row["outcome"]), row)
        contradictions += (first["point"], first["price"]) != (row["point"], row["price"])
    if contradictions:
        log.warning(
            "contradicting game lines; the first of each kept",
            extra={"raw_path": odds.payload.path, "contradictions": contradictions},
        )
    return [ScopeRows(GAME_LINES, odds.scope, odds.payload, list(rows.values()), game.game_date)]


def _outcome(quote: Quote, game: ScheduledGame, odds: EventOdds) -> str:
    if (quote.point is None) != (quote.market == "h2h"):
        raise payload_error(odds.payload, f"{quote.market} with point {quote.point}", field="outcomes.point")
    if quote.market == "totals":
        outcome = _TOTALS.get(quote.name.lower())
    else:
        try:
            outcome = {game.home_team: "home", game.away_team: "away"}.get(team_code(quote.name))
        except KeyError:
            outcome = None
    if outcome is None:
        raise payload_error(
            odds.payload,
            f"{quote.name!r} is no outcome of {quote.market} in {game.away_team} at {game.home_team}",
            field="outcomes.name",
        )
    return outcome
