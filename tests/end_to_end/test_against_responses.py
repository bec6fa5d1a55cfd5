"""What the cascade computed, against pandas on the raw responses, written apart from the SQL."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tests.data_processors import raw_responses
from tests.data_processors.comparison import differences
from tests.data_processors.recompute_context import contexts
from tests.data_processors.recompute_feature_row import feature_row
from tests.data_processors.recompute_features import Recomputation
from tests.data_processors.recompute_games import build
from tests.data_processors.warehouse_rows import table
from tests.end_to_end.pipeline import Finished, opened

pytestmark = pytest.mark.stack
FIRST, LAST = "2024-11-04", "2024-11-08"
PLAYER, TEAM = ("game_id", "player_id"), ("game_id", "team")


@pytest.fixture(scope="module")
def expected(recorded: Path) -> dict[str, pd.DataFrame]:
    league = build(raw_responses.read(recorded, raw_responses.dates("2024-10-22", LAST), ["2024-25"]))
    again = Recomputation(league)
    features = [feature_row(again, context) for context in contexts(league, FIRST, LAST).to_dict("records")]
    parts = {"player_games": league.player_games, "team_games": league.team_games, "features": features}
    return {
        name: pd.DataFrame([r for r in rows if FIRST <= r["game_date"] <= LAST], dtype=object)
        for name, rows in parts.items()
    }


@pytest.mark.parametrize(
    ("name", "part", "key", "columns"),
    [
        (
            "nba_analytics.player_game_summary",
            "player_games",
            PLAYER,
            ["points", "minutes", "ts_pct", "efg_pct", "usage_rate", "paint_attempts", "three_makes"],
        ),
        (
            "nba_analytics.team_offense_game_summary",
            "team_games",
            TEAM,
            ["points", "possessions", "pace", "offensive_rating", "ts_pct", "overtime_periods"],
        ),
        (
            "nba_precompute.ml_feature_store",
            "features",
            PLAYER,
            [
                "points_avg_last_5",
                "points_avg_last_10",
                "points_avg_season",
                "points_std_last_10",
                "usage_avg_last_10",
                "minutes_avg_last_10",
                "opponent_def_rating",
                "days_rest",
            ],
        ),
    ],
)
def test_the_tables_equal_the_recomputation_to_1e9(
    five_days: Finished,
    expected: dict[str, pd.DataFrame],
    name: str,
    part: str,
    key: tuple[str, str],
    columns: list[str],
) -> None:
    with opened(five_days.data_dir) as warehouse:
        ours = table(warehouse, name, FIRST, LAST)[[*key, *columns]]
    theirs = expected[part]
    # Both know all who played lately; a player known by a quote alone may be in one of them only.
    known = ours[list(key)].merge(theirs[list(key)], on=list(key))
    assert len(known) >= 0.99 * max(len(ours), len(theirs))
    both = [frame.merge(known, on=list(key)) for frame in (ours, theirs)]
    assert differences(both[0], both[1], key) == []
