"""The features: a row for everybody, and what may not be invented."""

from __future__ import annotations

import pytest

from common.warehouse import Warehouse
from data_processors.precompute.ml_feature_store.ml_feature_store_processor import PROCESSOR
from tests.data_processors.warehouse_rows import run, table

pytestmark = pytest.mark.stack
DAYS = ("2024-10-22", "2024-11-10")


def test_a_date_alone_gives_the_very_bits_of_the_range(real_days: Warehouse) -> None:
    assert run(real_days, PROCESSOR, "2024-11-08", "2024-11-08").rows_changed == 0


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
