"""A project whose predictions were made without clustering gets it, with every row."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from common import clock
from common.context import Context
from common.errors import NbaError
from common.settings import Settings
from common.warehouse import Warehouse
from orchestration.migrate import Migration, apply, read_migrations

pytestmark = pytest.mark.stack
NAME = "001_add_table_clustering.sql"
TABLE = "nba_predictions.player_prop_predictions"
OLD = "nba_predictions.player_prop_predictions_unclustered"
COPY = "nba_predictions.player_prop_predictions_clustered"
ROWS = 2_000
MANY = 100_000
# As many versions as several seasons have: 400 players, 100 dates, all NULLs that the table allows.
FILL = f"""
INSERT INTO {TABLE} (
  prediction_id, game_id, game_date, tip_off, player_id, player_name, system_id, model_version, bookmaker, line,
  over_price, predicted_points, spread, p_over, recommendation, reason, content_hash, feature_cutoff, created_at,
  is_current, batch_id, loaded_at)
SELECT
  CONCAT('p', n), FORMAT('00224%05d', MOD(n, 1230)), DATE_ADD(DATE '2024-10-22', INTERVAL MOD(n, 100) DAY),
  TIMESTAMP '2024-10-23 00:00:00+00', MOD(n, 400), CONCAT('Jokić ', MOD(n, 400)), 'moving_average_baseline', 'v1',
  IF(MOD(n, 7) = 0, NULL, 'draftkings'), IF(MOD(n, 7) = 0, NULL, MOD(n, 60) / 2), 1.91, n / 7, 5.5, 0.5, 'PASS',
  'edge_below_threshold', CONCAT('h', n), TIMESTAMP '2024-10-22 15:00:00+00', TIMESTAMP '2024-10-22 15:00:00+00',
  MOD(n, 3) = 0, 'b', TIMESTAMP '2024-10-22 15:00:00+00'
FROM UNNEST(GENERATE_ARRAY(@first, @last)) AS n
"""
CONTENT = f"SELECT COUNT(*) AS n, BIT_XOR(FARM_FINGERPRINT(TO_JSON_STRING(t))) AS content FROM {TABLE} AS t"


def migration() -> Migration:
    return next(m for m in read_migrations() if m.name == NAME)


def run(warehouse: Warehouse, sql: str) -> list[dict[str, object]]:
    return warehouse.execute(sql, work=["test", clock.wall_clock()], table=TABLE).rows


def fill(warehouse: Warehouse, first: int, last: int) -> None:
    warehouse.execute(FILL, {"first": first, "last": last}, work=["fill", clock.wall_clock()], table=TABLE)


def old_project(warehouse: Warehouse) -> None:
    """The predictions' tables as before: neither partitioned nor clustered."""
    first = next(m for m in read_migrations() if m.name == "000_6_predictions.sql").sql
    old = first.replace("PARTITION BY game_date\nCLUSTER BY player_id, system_id\n", "")
    assert old != first
    run(warehouse, old)


@pytest.fixture
def warehouse(warehouse_settings: Settings) -> Iterator[Warehouse]:
    """The session's warehouse in datasets of this test's own, with the predictions as an old project has them."""
    prefix = f"t{clock.wall_clock():%H%M%S%f}_"
    made = Context(warehouse_settings.model_copy(update={"dataset_prefix": prefix})).warehouse
    old_project(made)
    fill(made, 1, ROWS)
    yield made
    run(made, "DROP SCHEMA nba_predictions CASCADE")


def test_an_unclustered_table_gets_its_clustering_without_losing_a_row_or_a_reader(warehouse: Warehouse) -> None:
    fill(warehouse, ROWS + 1, MANY)
    before = warehouse.query(CONTENT).rows
    assert before[0]["n"] == MANY
    assert warehouse.describe(TABLE)["clustered_by"] == []
    done = threading.Event()
    counts: list[int] = []
    refused: list[str] = []

    def read() -> None:
        while not done.is_set():
            try:
                counts.append(warehouse.query(f"SELECT COUNT(*) AS n FROM {TABLE}").rows[0]["n"])
            except NbaError as error:
                refused.append(str(error))
            done.wait(0.05)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        (report,) = run(warehouse, migration().sql)
    finally:
        done.set()
        reader.join(timeout=60)
    assert report["rows_before"] == report["rows_copied"] == MANY
    assert report["content_before"] == report["content_copied"] == before[0]["content"]
    described = warehouse.describe(TABLE)
    assert described["partitioned_by"] == "game_date"
    assert described["clustered_by"] == ["player_id", "system_id"]
    assert warehouse.query(CONTENT).rows == before
    # Whoever reads sees all rows, also who comes between the two renames: the gateway looks again.
    assert set(counts) == {MANY}
    assert refused == []
    assert warehouse.exists(OLD)
    assert not warehouse.exists(COPY)


def test_columns_that_must_be_filled_stay_so(warehouse: Warehouse) -> None:
    modes = {c.name: c.mode for c in warehouse.schema(TABLE)}
    run(warehouse, migration().sql)
    fresh = Warehouse(warehouse.settings)
    assert {c.name: c.mode for c in fresh.schema(TABLE)} == modes
    assert modes["prediction_id"] == "REQUIRED"


def test_the_second_time_nothing_happens(warehouse: Warehouse) -> None:
    run(warehouse, migration().sql)
    before = warehouse.query(CONTENT).rows
    (report,) = run(warehouse, migration().sql)
    assert report == {
        "rows_before": None,
        "rows_copied": None,
        "content_before": None,
        "content_copied": None,
        "rows_late": 0,
    }
    assert warehouse.query(CONTENT).rows == before


def test_a_run_broken_off_between_the_renames_is_brought_to_its_end(warehouse: Warehouse) -> None:
    before = warehouse.query(CONTENT).rows
    run(warehouse, migration().sql)
    run(warehouse, f"ALTER TABLE {TABLE} RENAME TO player_prop_predictions_clustered")
    assert not warehouse.exists(TABLE)
    run(warehouse, migration().sql)
    assert warehouse.query(CONTENT).rows == before
    assert warehouse.describe(TABLE)["clustered_by"] == ["player_id", "system_id"]


def test_rows_that_a_writer_brought_to_the_old_table_at_the_last_moment_come_along(warehouse: Warehouse) -> None:
    run(warehouse, migration().sql)
    run(warehouse, f"UPDATE {OLD} SET is_current = FALSE, loaded_at = CURRENT_TIMESTAMP() WHERE prediction_id = 'p3'")
    # One that nobody had copied, and one that was taken back since: only the first is missing.
    run(warehouse, f"UPDATE {OLD} SET is_current = FALSE, loaded_at = CURRENT_TIMESTAMP() WHERE prediction_id = 'p4'")
    run(warehouse, f"DELETE FROM {TABLE} WHERE prediction_id IN ('p4', 'p5')")
    (report,) = run(warehouse, migration().sql)
    assert report["rows_late"] == 2
    rows = warehouse.query(
        f"SELECT prediction_id, is_current FROM {TABLE} WHERE prediction_id IN ('p3', 'p4', 'p5') ORDER BY 1"
    ).rows
    assert rows == [{"prediction_id": "p3", "is_current": False}, {"prediction_id": "p4", "is_current": False}]
    assert warehouse.query(f"SELECT COUNT(*) AS n FROM {TABLE}").rows == [{"n": ROWS - 1}]


def test_the_documented_way_back_leads_back(warehouse: Warehouse) -> None:
    before = warehouse.query(CONTENT).rows
    run(warehouse, migration().sql)
    lines = [line.removeprefix("--").strip() for line in migration().sql.splitlines() if line.startswith("--")]
    back = [line for line in lines if line.startswith("ALTER TABLE")]
    assert len(back) == 2
    for line in back:
        run(warehouse, line)
    assert warehouse.describe(TABLE)["clustered_by"] == []
    assert warehouse.query(CONTENT).rows == before


def test_a_project_that_is_new_is_left_as_it_was_made(context: Context) -> None:
    assert apply(context.warehouse, read_migrations()) == []
    described = context.warehouse.describe(TABLE)
    assert (described["partitioned_by"], described["clustered_by"]) == ("game_date", ["player_id", "system_id"])
    assert not context.warehouse.exists(OLD)
