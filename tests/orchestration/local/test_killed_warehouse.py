"""What a killed warehouse was at work on can be asked for again at once."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from common.deadline import Deadline, within
from common.errors import DeadlineExceededError
from common.settings import Settings
from common.warehouse import Warehouse
from orchestration.local.warehouse_server import WarehouseServer

pytestmark = pytest.mark.stack
TABLE = "nba_raw.written"
# As slow as the table `load` says: minutes with 100,000, no time with 1.
MERGE = f"""
MERGE {TABLE} AS T
USING (
  SELECT 'g' AS game_id, COUNT(*) AS points FROM nba_raw.work AS w, UNNEST(GENERATE_ARRAY(1, w.size)) AS a,
  UNNEST(GENERATE_ARRAY(1, w.size)) AS b WHERE a * b = 1
) AS S
ON T.game_id = S.game_id
WHEN MATCHED THEN UPDATE SET points = S.points
WHEN NOT MATCHED THEN INSERT (game_id, points) VALUES (S.game_id, S.points)
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[WarehouseServer]:
    made = WarehouseServer(tmp_path, dict(os.environ), start_timeout=180)
    made.start()
    yield made
    made.stop()


def client(server: WarehouseServer) -> Warehouse:
    return Warehouse(Settings(bigquery_endpoint=server.endpoint, bigquery_retry_deadline=0.2, bigquery_job_timeout=60))


def run(warehouse: Warehouse, sql: str) -> None:
    warehouse.execute(sql, work=[time.time()], table=TABLE)


def jobs(folder: Path) -> list[tuple[str, str]]:
    with duckdb.connect(folder / "bigquery" / "emulator.duckdb") as store:
        return store.execute("SELECT job_id, state FROM jobs ORDER BY creation_time").fetchall()


def test_a_merge_that_ran_at_a_kill_runs_again_at_once(server: WarehouseServer, tmp_path: Path) -> None:
    warehouse = client(server)
    run(warehouse, "CREATE SCHEMA nba_raw")
    run(warehouse, f"CREATE TABLE {TABLE} (game_id STRING, points INT64)")
    run(warehouse, "CREATE TABLE nba_raw.work AS SELECT 100000 AS size")
    failed: list[Exception] = []

    def merge() -> None:
        try:
            with within(Deadline(4, "the caller of a warehouse that is killed")):
                warehouse.execute(MERGE, work=["same"], table=TABLE)
        except DeadlineExceededError as error:
            failed.append(error)

    first = threading.Thread(target=merge)
    first.start()
    time.sleep(1.5)  # the server has taken the job by then, and is at it for minutes
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)
    first.join(30)
    assert len(failed) == 1
    server.stop()
    job_id, state = jobs(tmp_path)[-1]
    assert state == "RUNNING"
    _add_waiting_job(tmp_path, job_id)

    server.start()
    warehouse = client(server)
    run(warehouse, "UPDATE nba_raw.work SET size = 1 WHERE TRUE")
    started = time.monotonic()
    done = warehouse.execute(MERGE, work=["same"], table=TABLE)
    assert time.monotonic() - started < 10
    assert (done.rows_changed, done.joined) == (1, False)
    assert warehouse.query(f"SELECT * FROM {TABLE}").rows == [{"game_id": "g", "points": 1}]
    server.stop()
    assert {state for _, state in jobs(tmp_path)} == {"DONE"}
    assert set(_failures(tmp_path).values()) == {"backendError"}
    assert _failures(tmp_path).keys() == {job_id, "waiting"}


def _add_waiting_job(folder: Path, like: str) -> None:
    """A job that had not begun: the killed one's row with another name and state."""
    with duckdb.connect(folder / "bigquery" / "emulator.duckdb") as store:
        (text,) = store.execute("SELECT resource FROM jobs WHERE job_id = ?", [like]).fetchone() or ("",)
        resource: dict[str, Any] = json.loads(text)
        resource["jobReference"]["jobId"] = "waiting"
        resource["status"] = {"state": "PENDING"}
        store.execute(
            "INSERT INTO jobs VALUES ('local', 'waiting', NULL, 'PENDING', ?, ?)",
            [int(resource["statistics"]["creationTime"]), json.dumps(resource)],
        )


def _failures(folder: Path) -> dict[str, str]:
    with duckdb.connect(folder / "bigquery" / "emulator.duckdb") as store:
        found = store.execute("SELECT job_id, resource->>'$.status.errorResult.reason' FROM jobs").fetchall()
    return {job_id: reason for job_id, reason in found if reason is not None}
