"""What the counts of a box score must be, whatever the source: bounds, and what they say of each other.

Measured on all rows at hand (88,928 lines of players and 8,348 of teams from four seasons, and the samples of the other
sources): every rule holds for every row. A source whose columns have changed places breaks one of them in almost every
row; what no rule can tell apart (assists and steals, offensive and defensive rebounds) can't be seen here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from data_processors.raw.payload_fields import Fields

_PLAYER: Mapping[str, int] = {
    **{"minutes": 75, "points": 110, "fgm": 50, "fga": 70, "fg3m": 30, "fg3a": 40, "ftm": 40, "fta": 60},
    **{"oreb": 35, "dreb": 45, "reb": 60, "ast": 40, "stl": 15, "blk": 20, "tov": 20, "pf": 8},
}
_TEAM: Mapping[str, int] = {
    **{"minutes": 450, "points": 250, "fgm": 110, "fga": 200, "fg3m": 60, "fg3a": 110, "ftm": 90, "fta": 120},
    **{"oreb": 60, "dreb": 90, "reb": 140, "ast": 80, "stl": 40, "blk": 40, "tov": 60, "pf": 60},
}
_NOT_MORE = (("fgm", "fga"), ("fg3m", "fg3a"), ("ftm", "fta"), ("fg3m", "fgm"), ("fg3a", "fga"))
_MOST_PLUS_MINUS = 100
# A game has 240 minutes of five players and 25 more a period of overtime; sums of rounded minutes miss that by four.
_GAME, _OVERTIME, _ROUNDING = 240, 25, 5


def check_player(fields: Fields, row: Mapping[str, Any]) -> None:
    """PayloadError that names the column where a player's counts can't be; what is absent passes."""
    _check(fields, row, _PLAYER)


def check_team(fields: Fields, row: Mapping[str, Any]) -> None:
    """PayloadError that names the column where a team's counts can't be; what is absent passes."""
    _check(fields, row, _TEAM)
    minutes = row["minutes"]
    if minutes is not None and (
        minutes < _GAME - _ROUNDING or abs((minutes - _GAME + _ROUNDING) % _OVERTIME - _ROUNDING) > _ROUNDING
    ):
        raise fields.error("minutes", f"{minutes} are not the minutes of a team: expected 240, 265, 290, …")


def _check(fields: Fields, row: Mapping[str, Any], most: Mapping[str, int]) -> None:
    for column, bound in most.items():
        value = row.get(column)
        if value is not None and not 0 <= value <= bound:
            raise fields.error(column, f"{value} {column} are not in 0 to {bound}")
    if abs(row.get("plus_minus") or 0) > _MOST_PLUS_MINUS:
        raise fields.error("plus_minus", f"{row['plus_minus']} is no plus-minus")
    for less, more in _NOT_MORE:
        if _known(row, less, more) and row[less] > row[more]:
            raise fields.error(less, f"{row[less]} {less} are more than {row[more]} {more}")
    if _known(row, "points", "fgm", "fg3m", "ftm"):
        added = 2 * row["fgm"] + row["fg3m"] + row["ftm"]
        if added != row["points"]:
            raise fields.error("points", f"{row['points']} points, but {added} by the shots made")
    if _known(row, "oreb", "dreb", "reb") and row["oreb"] + row["dreb"] != row["reb"]:
        raise fields.error("reb", f"{row['reb']} rebounds are not {row['oreb']} and {row['dreb']}")


def _known(row: Mapping[str, Any], *columns: str) -> bool:
    return all(row.get(c) is not None for c in columns)
