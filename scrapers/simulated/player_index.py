"""What stats.nba.com would answer for the list of a season's players: who belongs to which team at the moment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from common import clock
from scrapers.simulated.season import season_of
from scrapers.simulated.teams import teams

_COLUMNS = (
    "PERSON_ID PLAYER_LAST_NAME PLAYER_FIRST_NAME TEAM_ID TEAM_ABBREVIATION JERSEY_NUMBER POSITION HEIGHT WEIGHT "
    "COLLEGE COUNTRY DRAFT_YEAR DRAFT_ROUND DRAFT_NUMBER ROSTER_STATUS FROM_YEAR TO_YEAR"
)
_HEADERS = _COLUMNS.split()


def player_index(seed: int, params: Mapping[str, str], now: datetime) -> dict[str, Any]:
    """`playerindex`: all players of the season on their teams of the day, from the summer before it on.

    The league knows no positions, sizes and drafts: they are null.
    """
    season = season_of(seed, params.get("Season", ""))
    rows: list[list[Any]] = []
    if season is not None:
        opening = season.games[0].game_date
        days = season.rosters.team.shape[1]
        day = min(max((clock.eastern_date(now) - opening).days, 0), days - 1)
        who = zip(
            season.players.player_id.tolist(), season.players.name, season.rosters.team[:, day].tolist(), strict=True
        )
        for player_id, name, place in who:
            first, _, last = name.partition(" ")
            team = teams()[place]
            known = {
                "PERSON_ID": player_id,
                "PLAYER_LAST_NAME": last or first,
                "PLAYER_FIRST_NAME": first if last else None,
                "TEAM_ID": team.team_id,
                "TEAM_ABBREVIATION": team.code,
                "ROSTER_STATUS": 1,
                "TO_YEAR": str(season.year),
            }
            rows.append([known.get(header) for header in _HEADERS])
    found = {"name": "PlayerIndex", "headers": _HEADERS, "rowSet": rows}
    return {"resource": "playerindex", "parameters": dict(params), "resultSets": [found]}
