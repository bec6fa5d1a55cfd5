"""nbac_team_boxscore: a game log of teams. nbac_game_boxscore: the box score of one game, version 2 or 3."""

from __future__ import annotations

import re
from datetime import date

from common.ids import season_of_game, season_type
from common.raw_store import RawPayload
from data_processors.raw.box_score_rules import check_team
from data_processors.raw.nbacom import boxscores, game_boxscore_v3
from data_processors.raw.nbacom.schedule import game_id_of
from data_processors.raw.payload_fields import Fields, json_object, payload_error, result_set
from data_processors.raw.raw_tables import TEAM_BOXSCORES, Row, ScopeRows
from data_processors.raw.source_values import team_codes_by_id

GAME_FEED = "nbac_game_boxscore"
_COUNTS = {"TO" if header == "TOV" else header: column for header, column in boxscores.COUNTS.items()}
_MINUTES = re.compile(r"(\d{2,3}):(\d\d)")


def parse_teams(payload: RawPayload) -> list[ScopeRows]:
    """One row a team-game, from whichever of the three answers it is; the scope is the game."""
    body = json_object(payload, payload.json(), "body")
    if "boxScoreTraditional" in body.values:
        return [game_boxscore_v3.one_game(body.child("boxScoreTraditional"), _asked_date(payload))]
    sets = body.children("resultSets")
    if any(s.values.get("name") == "TeamStats" for s in sets):
        return _one_game(payload)
    return boxscores.parse_teams(payload)


def _one_game(payload: RawPayload) -> list[ScopeRows]:
    """The two lines of one game; `is_home` is None, the schedule must tell.

    No teams for a game is an error, and so is a line that cannot be: half a game is of no use.
    """
    lines = list(result_set(payload, "TeamStats", ("GAME_ID", "TEAM_ID", *_COUNTS)))
    teams = [team_codes_by_id().get(line.integer("TEAM_ID")) for line in lines]
    if len(lines) != 2 or None in teams or teams[0] == teams[1]:
        raise payload_error(
            payload, f"expected two NBA teams, found {teams}", field="TeamStats", remedy="scrape the game again"
        )
    rows = [
        _row(line, other, str(team), str(opponent))
        for line, other, team, opponent in zip(lines, reversed(lines), teams, reversed(teams), strict=True)
    ]
    if rows[0]["game_id"] != rows[1]["game_id"]:
        raise payload_error(payload, "the two lines are of different games", field="TeamStats.GAME_ID")
    return [ScopeRows(TEAM_BOXSCORES, f"game:{rows[0]['game_id']}", payload, rows)]


def _row(line: Fields, other: Fields, team: str, opponent: str) -> Row:
    game_id, points, against = game_id_of(line, "GAME_ID"), line.integer("PTS"), other.integer("PTS")
    row = {
        "game_id": game_id,
        "game_date": _asked_date(line.payload),
        "season": season_of_game(game_id),
        "season_type": season_type(game_id),
        "team_id": line.integer("TEAM_ID"),
        "team": team,
        "opponent": opponent,
        "win": None if points == against else points > against,
        **{column: line.integer_or_none(header) for header, column in _COUNTS.items() if header != "MIN"},
        "minutes": _minutes(line),
        "is_home": None,
    }
    check_team(line, row)
    return row


def _minutes(line: Fields) -> int:
    found = _MINUTES.fullmatch(line.text("MIN"))
    if found is None:
        raise line.error("MIN", f"expected '240:00', found {line.values['MIN']!r}")
    return int(found[1])


def _asked_date(payload: RawPayload) -> date:
    """The game date that the request was about: the answer has none."""
    try:
        return date.fromisoformat(payload.scope)
    except ValueError as error:
        raise payload_error(
            payload,
            f"a box score of one game has no date, and it was not asked for by date but by {payload.scope!r}",
            field="scope",
            remedy="scrape it with the game date as its scope",
        ) from error
