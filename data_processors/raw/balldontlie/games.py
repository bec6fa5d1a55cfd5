"""bdl_games: games with their scores."""

from __future__ import annotations

from common import clock
from common.game_status import is_off
from common.raw_store import RawPayload
from data_processors.raw.balldontlie.answers import entries
from data_processors.raw.parts import Parts
from data_processors.raw.payload_fields import Fields
from data_processors.raw.raw_tables import SOURCE_GAMES, Row, ScopeRows, by_scope
from data_processors.raw.source_values import (
    MOST_ID,
    MOST_PERIODS,
    MOST_POINTS,
    dated_season,
    known_team,
    optional_integer,
)

FEED = "bdl_games"


def parse(payload: RawPayload) -> list[ScopeRows]:
    """One row a game; the scope is the game of this source. A game that can't be read is set apart."""
    parts = Parts(payload)
    rows: dict[str, Row] = {}
    for game in entries(parts):
        with parts.reading():
            row = _row(game)
            if rows.setdefault(row["source_game_id"], row) != row:
                raise game.error("id", f"game {row['source_game_id']} stands twice with different content")
    units = by_scope(SOURCE_GAMES, payload, ((f"{FEED}:game:{r['source_game_id']}", r) for r in rows.values()))
    return parts.beside(units)


def _row(game: Fields) -> Row:
    status, tip_off = game.text("status"), game.moment_or_none("datetime")
    day = game.day("date")
    if tip_off is not None and clock.eastern_date(tip_off) != day:
        raise game.error("date", f"{day} is not the Eastern date of {tip_off}")
    period = optional_integer(game, "period", 0, MOST_PERIODS)
    started = period not in {None, 0} and not is_off(status)
    home, away = (known_team(game.child(side), "abbreviation") for side in ("home_team", "visitor_team"))
    if home == away:
        raise game.error("visitor_team", f"{home} stands on both sides")
    return {
        "source_game_id": str(game.integer("id", 1, MOST_ID)),
        "game_date": day,
        "season": dated_season(game, "season", day),
        "tip_off": tip_off,
        "home_team": home,
        "away_team": away,
        "status": status,
        "is_final": status == "Final",
        "period": period if started else None,
        # Zeros stand for the scores of a game that has not begun.
        "home_points": optional_integer(game, "home_team_score", 0, MOST_POINTS) if started else None,
        "away_points": optional_integer(game, "visitor_team_score", 0, MOST_POINTS) if started else None,
        "postseason": game.boolean_or_none("postseason"),
        "is_neutral": None,
    }
