"""nbac_scoreboard: the games of a day with their line scores (`scoreboardV2`)."""

from __future__ import annotations

import logging

from common.ids import season_of_game
from common.raw_store import RawPayload
from data_processors.raw.nbacom.schedule import game_id_of
from data_processors.raw.payload_fields import Fields, result_set
from data_processors.raw.raw_tables import SCOREBOARD, Row, ScopeRows, by_scope
from data_processors.raw.source_values import team_codes_by_id

log = logging.getLogger(__name__)
FEED = "nbac_scoreboard"
_QUARTERS = {f"PTS_QTR{n}": f"points_q{n}" for n in range(1, 5)}
_OVERTIMES = tuple(f"PTS_OT{n}" for n in range(1, 11))
_HEADERS = ("GAME_DATE_EST", "GAME_ID", "TEAM_ID", "TEAM_WINS_LOSSES", "PTS", *_QUARTERS, *_OVERTIMES)
_GAME_HEADERS = (
    *("GAME_ID", "GAME_STATUS_ID", "GAME_STATUS_TEXT", "HOME_TEAM_ID", "VISITOR_TEAM_ID", "LIVE_PERIOD"),
    "ARENA_NAME",
)


def parse(payload: RawPayload) -> list[ScopeRows]:
    """One row a team of each game between two NBA teams; the scope is the game."""
    games: dict[str, Fields] = {}
    left_out = 0
    for header in result_set(payload, "GameHeader", _GAME_HEADERS):
        if {header.integer("HOME_TEAM_ID"), header.integer("VISITOR_TEAM_ID")} <= team_codes_by_id().keys():
            games[game_id_of(header, "GAME_ID")] = header
        else:
            left_out += 1
    rows: dict[tuple[str, str], Row] = {}
    for line in result_set(payload, "LineScore", _HEADERS):
        game = games.get(game_id_of(line, "GAME_ID"))
        if game is not None:
            row = _row(line, game)
            rows[row["game_id"], row["team"]] = row
    for game_id, game in games.items():
        lines = sum(g == game_id for g, _ in rows)
        if lines != 2:
            raise game.error("GAME_ID", f"game {game_id} has {lines} line scores, not 2")
    if left_out:
        log.info("games against clubs left out", extra={"feed": FEED, "games": left_out})
    return by_scope(SCOREBOARD, payload, ((f"game:{r['game_id']}", r) for r in rows.values()))


def _row(line: Fields, game: Fields) -> Row:
    sides = {game.integer("HOME_TEAM_ID"), game.integer("VISITOR_TEAM_ID")}
    team_id = line.integer("TEAM_ID")
    if team_id not in sides or len(sides) != 2:
        raise line.error("TEAM_ID", f"{team_id} does not play in the game of {sorted(sides)}")
    (other,) = sides - {team_id}
    game_id = game_id_of(line, "GAME_ID")
    points = line.integer_or_none("PTS")
    overtimes = [line.integer_or_none(header) or 0 for header in _OVERTIMES]
    return {
        "game_id": game_id,
        "game_date": line.day("GAME_DATE_EST"),
        "season": season_of_game(game_id),
        "team_id": team_id,
        "team": team_codes_by_id()[team_id],
        "opponent": team_codes_by_id()[other],
        "is_home": team_id == game.integer("HOME_TEAM_ID"),
        "game_status": game.integer("GAME_STATUS_ID"),
        "game_status_text": game.text_or_none("GAME_STATUS_TEXT"),
        "period": game.integer_or_none("LIVE_PERIOD"),
        "points": points,
        **{column: line.integer_or_none(header) for header, column in _QUARTERS.items()},
        "points_overtime": None if points is None else sum(overtimes),
        "record": line.text_or_none("TEAM_WINS_LOSSES"),
        "arena": game.text_or_none("ARENA_NAME"),
    }
