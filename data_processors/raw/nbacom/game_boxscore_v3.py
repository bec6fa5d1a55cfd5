"""The box score of one game as `boxscoretraditionalv3` gives it.

Its shape is that of nba_api's parser of this endpoint (`boxScoreTraditional` with `homeTeam` and `awayTeam`, each
with `statistics`); the minutes are written as in version 2. No stored answer of it was at hand.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from common.ids import season_of_game, season_type
from data_processors.raw.box_score_rules import check_team
from data_processors.raw.nbacom.schedule import game_id_of
from data_processors.raw.payload_fields import Fields
from data_processors.raw.raw_tables import TEAM_BOXSCORES, Row, ScopeRows
from data_processors.raw.source_values import known_team, team_codes_by_id

_SIDES = {"homeTeam": "awayTeam", "awayTeam": "homeTeam"}
_COUNTS: Mapping[str, str] = {
    **{"points": "points", "fieldGoalsMade": "fgm", "fieldGoalsAttempted": "fga", "threePointersMade": "fg3m"},
    **{"threePointersAttempted": "fg3a", "freeThrowsMade": "ftm", "freeThrowsAttempted": "fta"},
    **{"reboundsOffensive": "oreb", "reboundsDefensive": "dreb", "reboundsTotal": "reb", "assists": "ast"},
    **{"steals": "stl", "blocks": "blk", "turnovers": "tov", "foulsPersonal": "pf", "plusMinusPoints": "plus_minus"},
}
_MINUTES = re.compile(r"(\d{2,3}):(\d\d)")


def one_game(box: Fields, day: date) -> ScopeRows:
    """The two lines of one game played on `day`; an empty side is an error, and so is a line that cannot be."""
    game_id = game_id_of(box, "gameId")
    rows = [_row(box, side, game_id, day) for side in _SIDES]
    if rows[0]["team"] == rows[1]["team"]:
        raise box.error("awayTeam", f"{rows[0]['team']} stands on both sides")
    return ScopeRows(TEAM_BOXSCORES, f"game:{game_id}", box.payload, rows)


def _row(box: Fields, side: str, game_id: str, day: date) -> Row:
    team, other = box.child(side), box.child(_SIDES[side])
    line = team.child("statistics")
    code, team_id = known_team(team, "teamTricode"), team.integer("teamId")
    if team_codes_by_id().get(team_id) != code:
        raise team.error("teamId", f"{team_id} is not the id of {code}")
    points, against = line.integer("points"), other.child("statistics").integer("points")
    minutes = _MINUTES.fullmatch(line.text("minutes"))
    if minutes is None:
        raise line.error("minutes", f"expected '240:00', found {line.values['minutes']!r}")
    row = {
        "game_id": game_id,
        "game_date": day,
        "season": season_of_game(game_id),
        "season_type": season_type(game_id),
        "team_id": team_id,
        "team": code,
        "opponent": known_team(other, "teamTricode"),
        "win": None if points == against else points > against,
        **{column: line.integer_or_none(field) for field, column in _COUNTS.items()},
        "minutes": int(minutes[1]),
        "is_home": side == "homeTeam",
    }
    check_team(line, row)
    return row
