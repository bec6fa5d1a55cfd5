"""bdl_games: games with their scores."""

from __future__ import annotations

from common import clock
from common.game_status import is_off
from common.ids import season_label
from common.raw_store import RawPayload
from data_processors.raw.balldontlie.answers import entries
from data_processors.raw.payload_fields import Fields
from data_processors.raw.raw_tables import SOURCE_GAMES, Row, ScopeRows, by_scope
from data_processors.raw.source_values import known_team, optional_integer

FEED = "bdl_games"


def parse(payload: RawPayload) -> list[ScopeRows]:
    """One row a game; the scope is the game of this source."""
    rows: dict[str, Row] = {}
    for game in entries(payload):
        row = _row(game)
        if rows.setdefault(row["source_game_id"], row) != row:
            raise game.error("id", f"game {row['source_game_id']} stands twice with different content")
    return by_scope(SOURCE_GAMES, payload, ((f"{FEED}:game:{r['source_game_id']}", r) for r in rows.values()))


def _row(game: Fields) -> Row:
    status, tip_off = game.text("status"), game.moment_or_none("datetime")
    day = game.day("date")
    if tip_off is not None and clock.eastern_date(tip_off) != day:
        raise game.error("date", f"{day} is not the Eastern date of {tip_off}")
    started = optional_integer(game, "period") not in {None, 0} and not is_off(status)
    return {
        "source_game_id": str(game.integer("id")),
        "game_date": day,
        "season": season_label(game.integer("season")),
        "tip_off": tip_off,
        "home_team": known_team(game.child("home_team"), "abbreviation"),
        "away_team": known_team(game.child("visitor_team"), "abbreviation"),
        "status": status,
        "is_final": status == "Final",
        "period": optional_integer(game, "period") if started else None,
        # Zeros stand for the scores of a game that has not begun.
        "home_points": optional_integer(game, "home_team_score") if started else None,
        "away_points": optional_integer(game, "visitor_team_score") if started else None,
        "postseason": game.boolean_or_none("postseason"),
        "is_neutral": None,
    }
