"""The comparison of the chaos runs sees what differs, and nothing of when a row was written."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from common.context import Context
from common.settings import Settings
from common.warehouse import Warehouse
from tests.chaos.contents import contents, in_words, rows_of
from tests.orchestration.alert_rows import FIRST, GameDate, clean

pytestmark = pytest.mark.stack
DAY = FIRST + timedelta(days=507)
TABLE = "nba_raw.schedule"


@pytest.fixture(scope="module", autouse=True)
def _cleaned(warehouse_settings: Settings) -> Iterator[None]:
    yield
    clean(Warehouse(warehouse_settings))


def test_a_value_counts_and_lineage_does_not(context: Context) -> None:
    warehouse = context.warehouse

    def change(assignment: str) -> tuple[Any, Any]:
        sql = f"UPDATE {TABLE} SET {assignment} WHERE game_date = '{DAY}'"
        warehouse.execute(sql, work=[uuid.uuid4().hex], table=TABLE)
        return contents(warehouse), rows_of(warehouse, TABLE)

    GameDate(context, DAY)
    before, rows = contents(warehouse), rows_of(warehouse, TABLE)
    assert before[TABLE].rows == rows.total() > 0
    assert {"nba_predictions.prediction_accuracy", "nba_orchestration.quarantine"} < before.keys()
    assert "nba_orchestration.processor_runs" not in before
    later, _ = change("loaded_at = TIMESTAMP '2061-01-01', raw_path = 'elsewhere'")
    assert later == before
    other, other_rows = change("home_team = 'LAL'")
    assert {t for t in before if other[t] != before[t]} == {TABLE}
    assert (
        in_words(other_rows, rows)
        == "1 rows more, 1 missing; columns {'home_team': 1}; e.g. home_team: 'LAL', not 'BOS'"
    )
