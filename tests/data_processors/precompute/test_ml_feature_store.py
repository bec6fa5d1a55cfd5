"""The features: names, order, and what may not be invented."""

from __future__ import annotations

import pytest

from common.warehouse import Warehouse
from data_processors.precompute.ml_feature_store.ml_feature_store_processor import PROCESSOR
from tests.data_processors.comparison import differences
from tests.data_processors.recompute import Tables
from tests.data_processors.warehouse_rows import run, table

pytestmark = pytest.mark.stack
DAYS = ("2024-10-22", "2024-11-10")
V1 = [
    "points_avg_last_5",
    "points_avg_last_10",
    "points_avg_season",
    "points_std_last_10",
    "games_played_season",
    "games_behind_last_10",
    "games_in_last_7_days",
    "games_in_last_14_days",
    "minutes_avg_last_5",
    "minutes_avg_last_10",
    "minutes_change",
    "usage_avg_last_10",
    "ts_pct_last_10",
    "ppm_avg_last_10",
    "recent_trend",
    "days_rest",
    "rest_advantage",
    "back_to_back",
    "home_away",
    "playoff_game",
    "opponent_def_rating",
    "opponent_pace",
    "pace_score",
    "team_pace",
    "team_off_rating",
    "team_win_pct",
    "pct_paint",
    "pct_mid_range",
    "pct_three",
    "pct_free_throw",
    "avg_points_vs_opponent",
    "games_vs_opponent",
    "spread",
    "game_total",
    "implied_team_total",
    "vegas_points_line",
    "vegas_opening_line",
    "vegas_line_move",
    "has_vegas_line",
]


def test_every_column_agrees_with_the_raw_responses(real_days: Warehouse, recomputed: Tables) -> None:
    ours = table(real_days, PROCESSOR.output, *DAYS).drop(columns="player_name")
    assert differences(ours, recomputed.features, ("game_id", "player_id")) == []


def test_a_date_alone_gives_the_very_bits_of_the_range(real_days: Warehouse) -> None:
    assert run(real_days, PROCESSOR, "2024-11-08", "2024-11-08").rows_changed == 0


def test_version_1_is_these_features_in_this_order(real_days: Warehouse) -> None:
    columns = real_days.columns(PROCESSOR.output)
    first, last = columns.index("feature_version") + 1, columns.index("features_present")
    assert columns[first:last] == V1


def test_quality_is_the_share_of_features_that_are_there(real_days: Warehouse) -> None:
    rows = table(real_days, PROCESSOR.output, *DAYS)
    present = rows[V1].notna().sum(axis=1)
    assert list(rows.features_present) == list(present)
    assert list(rows.quality) == [n / len(V1) for n in present]
    assert rows.features_present.nunique() > 5


def test_there_is_a_row_for_everybody_who_may_play(real_days: Warehouse) -> None:
    context = table(real_days, "nba_analytics.upcoming_player_game_context", *DAYS)
    rows = table(real_days, PROCESSOR.output, *DAYS)
    assert set(zip(rows.game_id, rows.player_id, strict=True)) == set(
        zip(context.game_id, context.player_id, strict=True)
    )


def test_without_a_line_there_is_no_number_in_its_place(real_days: Warehouse) -> None:
    rows = table(real_days, PROCESSOR.output, *DAYS)
    bare = rows[rows.has_vegas_line == 0]
    assert len(bare) > 100
    assert (
        bare[["vegas_points_line", "vegas_opening_line", "vegas_line_move", "line_snapshot_at"]].isna().all(axis=None)
    )
    quoted = rows[rows.has_vegas_line == 1]
    assert quoted[["vegas_points_line", "line_snapshot_at"]].notna().all(axis=None)
    assert (quoted.line_snapshot_at < quoted.tip_off).all()
