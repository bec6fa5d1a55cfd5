import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any

import pytest

from common.context import Context
from common.deadline import Deadline, within
from common.errors import DeadlineExceededError, TerminalError, WarehouseUnavailableError
from common.merge import merge_statement
from common.settings import Settings
from common.warehouse import Warehouse

pytestmark = pytest.mark.stack
TABLE = "nba_staging.merge_target"
SCOPE = "T.game_date BETWEEN @first AND @last"
LONG = (
    "SELECT COUNT(*) FROM UNNEST(GENERATE_ARRAY(1, 25000)) AS a, UNNEST(GENERATE_ARRAY(1, 25000)) AS b WHERE a * b = 7"
)
DAY = {"first": date(2024, 11, 4), "last": date(2024, 11, 4)}


@pytest.fixture
def warehouse(context: Context) -> Iterator[Warehouse]:
    found = context.warehouse
    create = f"CREATE OR REPLACE TABLE {TABLE} (game_id STRING, game_date DATE, points INT64, loaded_at TIMESTAMP)"
    found.execute(create, work=["create", time.time()], table=TABLE)
    yield found
    found.execute(f"DROP TABLE {TABLE}", work=["drop", time.time()], table=TABLE)


def rows(*points: int, day: str = "2024-11-04") -> list[dict[str, Any]]:
    at = datetime.now(UTC)
    return [{"game_id": f"g{n}", "game_date": day, "points": p, "loaded_at": at} for n, p in enumerate(points)]


def merge(warehouse: Warehouse, wanted: list[dict[str, Any]], work: object) -> int:
    # The table is made anew for each test, the warehouse remembers jobs for good: names must differ.
    done = warehouse.merge_rows(TABLE, wanted, key=["game_id"], scope=SCOPE, params=DAY, work=[work, time.time()])
    return done.rows_changed


def content(warehouse: Warehouse) -> dict[str, Any]:
    return {r["game_id"]: r["points"] for r in warehouse.query(f"SELECT game_id, points FROM {TABLE}").rows}


def test_a_merge_inserts_updates_and_deletes_inside_its_scope_only(warehouse: Warehouse) -> None:
    merge(warehouse, rows(1, 2, 3), 1)
    elsewhere = [{**r, "game_id": "other"} for r in rows(9, day="2024-11-05")]
    warehouse.load(TABLE, elsewhere, work=["elsewhere"])
    assert merge(warehouse, rows(1, 5), 2) == 2  # g1 updated, g2 gone
    assert content(warehouse) == {"g0": 1, "g1": 5, "other": 9}


def test_the_same_write_again_changes_nothing_and_leaves_load_times(warehouse: Warehouse) -> None:
    merge(warehouse, rows(1, 2), 1)
    before = warehouse.query(f"SELECT game_id, loaded_at FROM {TABLE} ORDER BY 1").rows
    assert merge(warehouse, rows(1, 2), 2) == 0
    assert warehouse.query(f"SELECT game_id, loaded_at FROM {TABLE} ORDER BY 1").rows == before


def test_a_doubled_request_joins_the_job_that_runs(warehouse: Warehouse) -> None:
    sql = f"INSERT INTO {TABLE} (points) {LONG}"
    work = ["same", time.time()]
    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(warehouse.execute, sql, work=work, table=TABLE)]
        time.sleep(0.5)  # the first one's job has been accepted by now, and runs for seconds
        both.append(pool.submit(warehouse.execute, sql, work=work, table=TABLE))
        joined = sorted(f.result(timeout=60).joined for f in both)
    assert joined == [False, True]
    assert warehouse.query(f"SELECT COUNT(*) AS n FROM {TABLE}").rows == [{"n": 1}]


def test_a_merge_whose_table_came_back_to_an_old_state_runs_again(warehouse: Warehouse) -> None:
    work = ["aba", time.time()]
    source = "(SELECT 'g' AS game_id, DATE '2024-11-04' AS game_date, 1 AS points, CURRENT_TIMESTAMP() AS loaded_at)"

    def merge_it() -> int:
        done = warehouse.merge_query(TABLE, source, key=["game_id"], scope=SCOPE, params=DAY, work=work)
        return done.rows_changed

    assert merge_it() == 1
    warehouse.execute(f"DELETE FROM {TABLE} WHERE TRUE", work=["gone", time.time()], table=TABLE)
    assert merge_it() == 1
    assert content(warehouse) == {"g": 1}


def test_a_doubled_load_loads_once(warehouse: Warehouse) -> None:
    warehouse.load(TABLE, rows(1, 2), work=["once"])
    warehouse.load(TABLE, rows(1, 2), work=["once"])
    assert warehouse.query(f"SELECT COUNT(*) AS n FROM {TABLE}").rows == [{"n": 2}]


def test_a_failed_job_is_tried_as_a_new_one_not_joined(warehouse: Warehouse) -> None:
    sql = f"INSERT INTO {TABLE} (game_id, points) SELECT game_id, points FROM nba_staging.later"
    with pytest.raises(TerminalError, match="refused"):
        warehouse.execute(sql, work=["early"], table=TABLE)
    warehouse.execute(
        "CREATE TABLE nba_staging.later AS SELECT 'l' AS game_id, 4 AS points", work=["make", time.time()], table=TABLE
    )
    try:
        warehouse.execute(sql, work=["early"], table=TABLE)
        assert content(warehouse) == {"l": 4}
    finally:
        warehouse.execute("DROP TABLE nba_staging.later", work=["unmake", time.time()], table=TABLE)


SLOW = (
    "SELECT COUNT(*) AS n FROM UNNEST(GENERATE_ARRAY(1, 60000)) a, UNNEST(GENERATE_ARRAY(1, 60000)) b WHERE a * b = -1"
)


def test_work_past_its_deadline_is_cancelled_in_the_warehouse_and_cannot_write(warehouse: Warehouse) -> None:
    slow = f"INSERT INTO {TABLE} (points) {SLOW}"
    deadline = Deadline(0.7, "slow one")
    with within(deadline):
        with pytest.raises(DeadlineExceededError):
            warehouse.execute(slow, work=["slow", time.time()], table=TABLE)
        with pytest.raises(DeadlineExceededError):
            warehouse.load(TABLE, rows(1), work=["late"])
        with pytest.raises(DeadlineExceededError):
            warehouse.query("SELECT 1")
    assert content(warehouse) == {}


def test_revoking_a_deadline_stops_the_job_that_runs_under_it(warehouse: Warehouse) -> None:
    deadline = Deadline(60, "revoked one")
    caught: list[BaseException] = []

    def work() -> None:
        with within(deadline):
            try:
                warehouse.execute(f"INSERT INTO {TABLE} (points) {SLOW}", work=["r", time.time()], table=TABLE)
            except DeadlineExceededError as error:
                caught.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    time.sleep(0.5)
    deadline.revoke()
    thread.join(timeout=20)
    assert not thread.is_alive()
    assert len(caught) == 1
    assert content(warehouse) == {}


def test_a_missing_table_names_the_remedy(warehouse: Warehouse) -> None:
    assert not warehouse.exists("nba_raw.no_such_table")
    with pytest.raises(TerminalError, match="nba migrate"):
        warehouse.schema("nba_raw.no_such_table")


def test_a_warehouse_that_is_not_there_is_a_transient_error() -> None:
    settings = Settings(bigquery_endpoint="http://127.0.0.1:1", bigquery_retry_deadline=0.5, bigquery_job_timeout=1)
    with pytest.raises((WarehouseUnavailableError, DeadlineExceededError)):
        Warehouse(settings).query("SELECT 1")


def test_dataset_names_get_the_prefix_of_the_settings(warehouse_settings: Settings) -> None:
    found = Warehouse(warehouse_settings.model_copy(update={"dataset_prefix": "replay_"}))
    sql = "SELECT * FROM nba_raw.shots JOIN `nba_analytics.games` USING (game_id) WHERE note = 'nba_tv'"
    assert found.qualified(sql) == (
        "SELECT * FROM replay_nba_raw.shots JOIN `replay_nba_analytics.games` USING (game_id) WHERE note = 'nba_tv'"
    )


def test_lineage_columns_never_make_two_rows_different() -> None:
    statement = merge_statement(
        table="t", key=["a"], columns=["a", "b", "raw_path", "loaded_at"], source="s", scope="TRUE"
    )
    assert "T.b IS DISTINCT FROM S.b" in statement
    assert "T.loaded_at IS DISTINCT" not in statement
    assert "T.raw_path IS DISTINCT" not in statement
