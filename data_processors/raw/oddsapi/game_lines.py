"""oddsa_game_lines: spreads, totals and winners of one event, side by side as they are quoted.

Nothing is averaged: the median of a spread over both sides is always 0.
"""

from __future__ import annotations

import logging

from common.ids import team_code
from common.raw_store import RawPayload
from data_processors.raw.games import ScheduledGame
from data_processors.raw.oddsapi.event_odds import EventOdds, Quote, parse_event_odds
from data_processors.raw.payload_fields import Fields
from data_processors.raw.prices import line
from data_processors.raw.raw_tables import GAME_LINES, Row, ScopeRows

log = logging.getLogger(__name__)
FEED = "oddsa_game_lines"
MARKETS = frozenset({"spreads", "totals", "h2h"})
_MOST_SPREAD, _MOST_TOTAL = 60, 350


def parse(payload: RawPayload) -> EventOdds:
    """The event and its quotes; what is no outcome of its market in this event is set apart."""
    return parse_event_odds(payload, MARKETS, _check)


def _check(outcome: Fields, quote: Quote, odds: EventOdds) -> None:
    if (quote.point is None) != (quote.market == "h2h"):
        raise outcome.error("point", f"{quote.market} with point {quote.point}")
    if quote.market == "totals":
        if quote.name.lower() not in {"over", "under"}:
            raise outcome.error("name", f"{quote.name!r} is neither Over nor Under")
        line(outcome, "point", _MOST_TOTAL)
        return
    if _team(quote.name) not in {odds.home_team, odds.away_team}:
        raise outcome.error("name", f"{quote.name!r} does not play in {odds.away_team} at {odds.home_team}")
    if quote.point is not None and (abs(quote.point) > _MOST_SPREAD or (quote.point * 4) % 1):
        raise outcome.error("point", f"{quote.point} is no spread: expected halves up to {_MOST_SPREAD}")


def _team(name: str) -> str | None:
    try:
        return team_code(name)
    except KeyError:
        return None


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
            "outcome": _outcome(quote, game),
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
    unit = ScopeRows(GAME_LINES, odds.scope, odds.payload, list(rows.values()), game.game_date)
    return odds.parts.beside([unit], len(odds.quotes))


def _outcome(quote: Quote, game: ScheduledGame) -> str:
    if quote.market == "totals":
        return quote.name.lower()
    return "home" if _team(quote.name) == game.home_team else "away"
