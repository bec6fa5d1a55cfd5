"""nbac_scoreboard: the games of a day with their line scores (`scoreboardV2`)."""

from __future__ import annotations

import logging

from common.raw_store import RawPayload
from data_processors.raw.nbacom.schedule import game_id_of
from data_processors.raw.parts import Parts
from data_processors.raw.payload_fields import Fields, result_set
from data_processors.raw.raw_tables import SCOREBOARD, Row, ScopeRows, by_scope
from data_processors.raw.source_values import MOST_PERIODS, MOST_POINTS, season_of, team_codes_by_id

log = logging.getLogger(__name__)
FEED = "nbac_scoreboard"
_QUARTERS = {f"PTS_QTR{n}": f"points_q{n}" for n in range(1, 5)}
_OVERTIMES = tuple(f"PTS_OT{n}" for n in range(1, 11))
_MOST_A_PERIOD = 80
_NO_SCORES: Row = dict.fromkeys(("points", *_QUARTERS.values(), "points_overtime"))
_HEADERS = ("GAME_DATE_EST", "GAME_ID", "TEAM_ID", "TEAM_WINS_LOSSES", "PTS", *_QUARTERS, *_OVERTIMES)
_GAME_HEADERS = (
    *("GAME_DATE_EST", "GAME_ID", "GAME_STATUS_ID", "GAME_STATUS_TEXT", "HOME_TEAM_ID", "VISITOR_TEAM_ID"),
    *("LIVE_PERIOD", "ARENA_NAME"),
)


def parse(payload: RawPayload) -> list[ScopeRows]:
    """One row a team of each game between two NBA teams; the scope is the game.

    A game that LineScore has nothing of (since October 2025 it is empty) has the rows of its header, without scores; a
    game whose lines cannot be is set apart.
    """
    parts = Parts(payload)
    games: dict[str, Fields] = {}
    left_out = 0
    for header in result_set(payload, "GameHeader", _GAME_HEADERS):
        with parts.reading():
            if {header.integer("HOME_TEAM_ID"), header.integer("VISITOR_TEAM_ID")} <= team_codes_by_id().keys():
                games[game_id_of(header, "GAME_ID")] = header
            else:
                left_out += 1
    lines: dict[str, list[Fields]] = {game_id: [] for game_id in games}
    for line in result_set(payload, "LineScore", _HEADERS):
        with parts.reading():
            lines.get(game_id_of(line, "GAME_ID"), []).append(line)
    rows: list[Row] = []
    for game_id, game in games.items():
        with parts.reading():
            rows.extend(_of_game(game, lines[game_id]))
    if left_out:
        log.info("games against clubs left out", extra={"feed": FEED, "games": left_out})
    return parts.beside(by_scope(SCOREBOARD, payload, ((f"game:{r['game_id']}", r) for r in rows)))


def _of_game(game: Fields, lines: list[Fields]) -> list[Row]:
    home, away = game.integer("HOME_TEAM_ID"), game.integer("VISITOR_TEAM_ID")
    if home == away:
        raise game.error("VISITOR_TEAM_ID", f"{home} stands on both sides")
    if not lines:
        return [_row(game, side, None) for side in (away, home)]
    sides = [line.integer("TEAM_ID") for line in lines]
    if sorted(sides) != sorted((home, away)):
        raise game.error("GAME_ID", f"{len(lines)} line scores of {sides}, expected one of {home} and one of {away}")
    return [_row(game, side, line) for side, line in zip(sides, lines, strict=True)]


def _row(game: Fields, team_id: int, line: Fields | None) -> Row:
    home = game.integer("HOME_TEAM_ID")
    other = game.integer("VISITOR_TEAM_ID") if team_id == home else home
    game_id, dated = game_id_of(game, "GAME_ID"), line or game
    day = dated.day("GAME_DATE_EST")
    return {
        "game_id": game_id,
        "game_date": day,
        "season": season_of(dated, "GAME_DATE_EST", game_id, day),
        "team_id": team_id,
        "team": team_codes_by_id()[team_id],
        "opponent": team_codes_by_id()[other],
        "is_home": team_id == home,
        "game_status": game.integer("GAME_STATUS_ID", 1, 3),
        "game_status_text": game.text_or_none("GAME_STATUS_TEXT"),
        "period": game.integer_or_none("LIVE_PERIOD", 0, MOST_PERIODS),
        **(_NO_SCORES if line is None else _scores(line)),
        "record": None if line is None else line.text_or_none("TEAM_WINS_LOSSES"),
        "arena": game.text_or_none("ARENA_NAME"),
    }


def _scores(line: Fields) -> Row:
    points = line.integer_or_none("PTS", 0, MOST_POINTS)
    quarters = {column: line.integer_or_none(header, 0, _MOST_A_PERIOD) for header, column in _QUARTERS.items()}
    overtimes = sum(line.integer_or_none(header, 0, _MOST_A_PERIOD) or 0 for header in _OVERTIMES)
    added = sum(q or 0 for q in quarters.values()) + overtimes
    if points is not None and None not in quarters.values() and added != points:
        raise line.error("PTS", f"{points} points, but {added} by the periods")
    return {"points": points, **quarters, "points_overtime": None if points is None else overtimes}
