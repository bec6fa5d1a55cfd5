"""Phase 3 once more, from data frames of raw responses, row by row in plain Python.

Written from the formulas, not from the SQL, so that agreement means something. Input frames are those of
`raw_responses.read`; output frames carry the columns of the tables that they recompute.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from tests.data_processors.raw_responses import Responses
from tests.data_processors.recompute_context import contexts
from tests.data_processors.recompute_games import Row, build


@dataclass(frozen=True)
class Tables:
    """The tables between two dates."""

    player_games: pd.DataFrame
    team_games: pd.DataFrame
    team_defenses: pd.DataFrame
    context: pd.DataFrame


def tables(responses: Responses, first: str, last: str) -> Tables:
    """What Phase 3 should say of the dates from `first` to `last`, both included."""
    league = build(responses)
    context = contexts(league, first, last)
    return Tables(
        player_games=_between(league.player_games, first, last),
        team_games=_between(league.team_games, first, last),
        team_defenses=_between(league.team_defenses, first, last),
        context=context,
    )


def _between(rows: list[Row], first: str, last: str) -> pd.DataFrame:
    return pd.DataFrame([r for r in rows if first <= r["game_date"] <= last], dtype=object)
