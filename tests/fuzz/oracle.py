"""What no row of the tables can be, whatever the payload said: ranges and identities, written without the parsers."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

Row = Mapping[str, Any]
_LONGEST = 10_000
_FIRST_YEAR, _LAST_YEAR = 1946, 2046
_BIRTH = (1900, 2030)
# Column -> least and most, in any table that has it.
RANGES: dict[str, tuple[float, float]] = {
    **dict.fromkeys(("fgm", "fga", "fg3m", "fg3a", "ftm", "fta", "oreb", "dreb", "reb", "ast", "tov", "pf"), (0, 150)),
    **dict.fromkeys(("stl", "blk"), (0, 40)),
    **{"points": (0, 250), "minutes": (0, 500), "seconds": (0, 59), "plus_minus": (-120, 120)},
    **{"distance_feet": (0, 94), "shot_distance": (0, 94), "seconds_remaining": (0, 720), "period": (0, 14)},
    **{"shot_value": (1, 3), "score_home": (0, 250), "score_away": (0, 250)},
    **{"home_points": (0, 250), "away_points": (0, 250), "points_overtime": (0, 150)},
    **{f"points_q{n}": (0, 80) for n in range(1, 5)},
    **{"wins": (0, 82), "losses": (0, 82), "conference_rank": (1, 15), "division_rank": (1, 5)},
    **{f"{kind}_{side}": (0, 82) for kind in ("home", "road", "conference", "division") for side in ("wins", "losses")},
    **{"height_inches": (60, 100), "weight_pounds": (120, 400), "draft_year": (1946, 2046), "draft_round": (0, 25)},
    **{"draft_number": (0, 250), "first_season": (1946, 2046), "last_season": (1946, 2046)},
    **{"over_price": (1.0001, 100), "under_price": (1.0001, 100), "price": (1.0001, 100), "line": (0.01, 200)},
    **{"position": (1, 4), "book_id": (1, 10_000), "game_status": (1, 3)},
    **{"event_num": (0, 5_000_000), "event_id": (0, 100_000), "event_order": (1, 5_000)},
    **dict.fromkeys(("player_id", "assist_player_id", "official_id"), (1, 10**10)),
    "team_id": (1, 1_700_000_000),
}
# Columns of two tables that mean different things.
_BY_TABLE = {
    ("scoreboard", "points"): (0, 250),
    ("shots", "loc_x"): (-300, 300),
    ("shots", "loc_y"): (-100, 950),
    ("game_lines", "point"): (-80, 350),
    ("player_movement", "team_id"): (0, 1_700_000_000),
}
_PLAYERS = frozenset({"player_boxscores", "source_player_boxscores", "gamebook_players"})
_PLAYER_MOST = {"points": 110, "minutes": 70, "fga": 70, "fta": 60, "reb": 60, "ast": 40, "pf": 8, "stl": 15, "blk": 20}
_IDENTITIES: dict[str, Callable[[Row], bool]] = {
    "points = 2 fgm + fg3m + ftm": lambda r: r["points"] == 2 * r["fgm"] + r["fg3m"] + r["ftm"],
    "fgm <= fga": lambda r: r["fgm"] <= r["fga"],
    "fg3m <= fg3a": lambda r: r["fg3m"] <= r["fg3a"],
    "ftm <= fta": lambda r: r["ftm"] <= r["fta"],
    "fg3m <= fgm": lambda r: r["fg3m"] <= r["fgm"],
    "fg3a <= fga": lambda r: r["fg3a"] <= r["fga"],
    "oreb + dreb = reb": lambda r: r["oreb"] + r["dreb"] == r["reb"],
}


def complaints(table: str, row: Row) -> Iterator[str]:
    """What is wrong with `row` of `table` (without its dataset)."""
    for name, value in row.items():
        if isinstance(value, str):
            yield from (f"{name}: {what}" for what in _text(value))
        elif isinstance(value, datetime | date):
            low, high = _BIRTH if name == "birth_date" else (_FIRST_YEAR, _LAST_YEAR)
            if not low <= value.year <= high:
                yield f"{name}: year {value.year}"
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield from _number(table, name, value)
    if table in _PLAYERS | {"team_boxscores"}:
        for words, holds in _IDENTITIES.items():
            try:
                sound = holds(row)
            except (KeyError, TypeError):
                continue
            if not sound:
                yield words
    if table == "team_boxscores" and not _is_of_a_team(row["minutes"]):
        yield f"minutes of a team: {row['minutes']}"
    if table == "shots" and row["shot_value"] not in {2, 3}:
        yield "shot_value"


def _is_of_a_team(minutes: int | None) -> bool:
    # 240 and 25 an overtime; sums of rounded minutes miss that by a few.
    return minutes is None or min(abs(minutes - 240 - 25 * overtimes) for overtimes in range(9)) <= 5


def _text(value: str) -> Iterator[str]:
    if "\x00" in value:
        yield "a NUL"
    if len(value) > _LONGEST:
        yield "a text without end"
    if any("\ud800" <= c <= "\udfff" for c in value):
        yield "a lone surrogate"


def _number(table: str, name: str, value: float) -> Iterator[str]:
    if abs(value) >= 2**63 or not math.isfinite(value):
        yield f"{name}: no number that a table can hold"
        return
    bounds = _BY_TABLE.get((table, name), RANGES.get(name))
    if table in _PLAYERS and name in _PLAYER_MOST:
        bounds = 0, _PLAYER_MOST[name]
    if bounds is not None and not bounds[0] <= value <= bounds[1]:
        yield f"{name}: {value} is not in {bounds[0]} to {bounds[1]}"
    if name == "line" and (value * 4) % 1:
        yield f"line: {value} is no half"
