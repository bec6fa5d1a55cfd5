"""nbac_player_boxscore and nbac_team_boxscore: game logs (`leaguegamelog` with PlayerOrTeam P and T)."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable

from common.ids import season_type, team_codes
from common.raw_store import RawPayload
from data_processors.raw.box_score_rules import check_player, check_team
from data_processors.raw.nbacom.schedule import game_id_of
from data_processors.raw.parts import Parts
from data_processors.raw.payload_fields import Fields, result_set
from data_processors.raw.raw_tables import PLAYER_BOXSCORES, TEAM_BOXSCORES, RawTable, Row, ScopeRows, by_scope
from data_processors.raw.source_values import player_id, season_of, team_id

log = logging.getLogger(__name__)
PLAYER_FEED = "nbac_player_boxscore"
TEAM_FEED = "nbac_team_boxscore"
COUNTS = {
    "MIN": "minutes",
    "PTS": "points",
    "FGM": "fgm",
    "FGA": "fga",
    "FG3M": "fg3m",
    "FG3A": "fg3a",
    "FTM": "ftm",
    "FTA": "fta",
    "OREB": "oreb",
    "DREB": "dreb",
    "REB": "reb",
    "AST": "ast",
    "STL": "stl",
    "BLK": "blk",
    "TOV": "tov",
    "PF": "pf",
    "PLUS_MINUS": "plus_minus",
}
_SHARED = ("GAME_ID", "GAME_DATE", "TEAM_ID", "TEAM_ABBREVIATION", "MATCHUP", "WL", *COUNTS)
_RESULT = {"W": True, "L": False}


def parse_players(payload: RawPayload) -> list[ScopeRows]:
    """One row a player-game; the scope is the game.

    A line that cannot be sets its whole game apart: what reads a game wants all of its lines.

    `is_home` is None where both sides say "@" (a neutral floor): the schedule must tell, see `home_sides`.
    """

    def player(fields: Fields) -> Row:
        return {"player_id": player_id(fields, "PLAYER_ID"), "player_name": fields.text("PLAYER_NAME")}

    headers = ("PLAYER_ID", "PLAYER_NAME", *_SHARED)
    return _parse(payload, PLAYER_BOXSCORES, headers, player, check_player)


def parse_teams(payload: RawPayload) -> list[ScopeRows]:
    """One row a team-game; the scope is the game. A line that cannot be sets its game apart."""
    return _parse(payload, TEAM_BOXSCORES, _SHARED, lambda fields: {}, check_team)


def _parse(
    payload: RawPayload,
    table: RawTable,
    headers: tuple[str, ...],
    own: Callable[[Fields], Row],
    check: Callable[[Fields, Row], None],
) -> list[ScopeRows]:
    parts = Parts(payload)
    rows: dict[tuple[object, ...], Row] = {}
    homes: dict[str, set[str]] = defaultdict(set)
    left_out = 0
    for fields in result_set(payload, "LeagueGameLog", headers):
        with parts.reading(whole=game_id_of(fields, "GAME_ID")):
            team, home, opponent = _sides(fields)
            if not {team, opponent} <= team_codes():
                left_out += 1
                continue
            row = own(fields) | _row(fields, team, opponent)
            check(fields, row)
            homes[row["game_id"]].add(home)
            key = tuple(row[k] for k in table.key)
            if rows.setdefault(key, row) != row:
                raise fields.error("GAME_ID", f"{key} stands twice in the game log with different content")
    for row in rows.values():
        home_teams = homes[row["game_id"]]
        row["is_home"] = row["team"] in home_teams if len(home_teams) == 1 else None
    if left_out:
        log.info("rows of games against clubs left out", extra={"feed": payload.feed, "rows": left_out})
    units = by_scope(
        table, payload, ((f"game:{r['game_id']}", r) for r in rows.values() if r["game_id"] not in parts.lost)
    )
    return parts.beside(units, len(units))


def _row(fields: Fields, team: str, opponent: str) -> Row:
    game_id, day = game_id_of(fields, "GAME_ID"), fields.day("GAME_DATE")
    result = fields.text_or_none("WL")
    return {
        "game_id": game_id,
        "game_date": day,
        "season": season_of(fields, "GAME_DATE", game_id, day),
        "season_type": season_type(game_id),
        "team_id": team_id(fields, "TEAM_ID", team),
        "team": team,
        "opponent": opponent,
        "win": None if result is None else fields.one_of("WL", _RESULT),
    } | {column: fields.integer_or_none(header) for header, column in COUNTS.items()}


def _sides(fields: Fields) -> tuple[str, str, str]:
    """(team, home team, opponent) by "BOS vs. NYK" (BOS at home) or "NYK @ BOS" (BOS at home).

    Of a neutral floor the log of teams gives one text to both sides, so the team may stand second; the log
    of players says "@" from either side, and then the home teams of a game differ.
    """
    team, matchup = fields.text("TEAM_ABBREVIATION"), fields.text("MATCHUP")
    words = matchup.split()
    if len(words) != 3 or words[1] not in {"vs.", "@"} or team not in (words[0], words[2]) or words[0] == words[2]:
        raise fields.error("MATCHUP", f"expected 'BOS vs. NYK' or 'NYK @ BOS' with {team} in it, found {matchup!r}")
    home = words[0] if words[1] == "vs." else words[2]
    return team, home, words[2] if words[0] == team else words[0]
