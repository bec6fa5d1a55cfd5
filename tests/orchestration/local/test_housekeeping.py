"""The embedded warehouse's folder and memory do not grow for good. Its server is not needed: its modules are."""

from __future__ import annotations

import concurrent.futures
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.local import (
    abandoned_jobs,
    catalog_lookups,
    empty_tables,
    housekeeping,
    lake_files,
    old_jobs,
    server_errors,
    staging_apart,
)
from orchestration.local.housekeeping import Chore, Housekeeper

NOW = timedelta(0)


def files(database: Any) -> set[Path]:
    return set((database.settings.data_dir / "local").rglob("*.parquet"))


def rewrite(database: Any, rounds: int) -> None:
    """As often: a staging table, the same rows deleted and inserted."""
    for n in range(rounds):
        staging = f"local.nba_staging.facts_{n:016x}"
        database.execute(f"CREATE TABLE {staging} AS SELECT range AS k, range AS v FROM range(10)")
        database.execute("DELETE FROM local.nba_staging.facts")
        database.execute(f"INSERT INTO local.nba_staging.facts SELECT * FROM {staging}")
        database.execute(f"DROP TABLE {staging}")


def test_files_that_nothing_needs_are_deleted_and_the_rows_stay(database: Any) -> None:
    rewrite(database, 4)
    (stray,) = [next(iter(files(database))).with_name("ducklake-stray.parquet")]
    stray.write_bytes(b"of a killed writer")
    before = files(database)
    assert len(before) > 8
    assert lake_files.tidy() == 0  # of the last half hour
    assert files(database) == before
    for _ in range(2):
        rewrite(database, 2)
        lake_files.tidy(NOW)
        lake_files.tidy(NOW)
        assert len(files(database)) == 1
        assert lake_files.snapshots() == 1
    assert database.fetch("SELECT COUNT(*), SUM(v) FROM local.nba_staging.facts") == [(10, 45)]


def test_a_busy_warehouse_is_left_alone(database: Any) -> None:
    rewrite(database, 1)
    before = files(database)
    assert lake_files.tidy(NOW, is_busy=lambda: True) == 0
    assert files(database) == before


def test_what_a_killed_run_staged_is_dropped_and_nothing_else(database: Any) -> None:
    for name in ("facts_0123456789abcdef", "merge_target", "facts_0123456789"):
        database.execute(f"CREATE TABLE local.nba_staging.{name} (k INTEGER)")
    database.execute("CREATE TABLE local.nba_raw.facts_0123456789abcdef (k INTEGER)")
    assert lake_files.drop_left_staging() == 1
    left = database.fetch("SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE database_name = 'local'")
    assert {name for (name,) in left} >= {
        *("nba_staging.facts", "nba_staging.merge_target", "nba_staging.facts_0123456789"),
        "nba_raw.facts_0123456789abcdef",
    }
    assert ("nba_staging.facts_0123456789abcdef",) not in left


def test_a_table_whose_time_is_up_is_dropped(database: Any) -> None:
    from local_bigquery.catalog import metadata, tables

    for name, seconds in (("short", -1), ("long", 3600)):
        reference = ("local", "nba_staging", name)
        database.execute(f"CREATE TABLE local.nba_staging.{name} (k INTEGER)")
        until = str(int((time.time() + seconds) * 1000))
        metadata.save(tables.defaults(*reference).replace(expirationTime=until), *reference)
    lake_files.drop_expired()
    left = database.fetch("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'nba_staging'")
    assert {name for (name,) in left} & {"short", "long"} == {"long"}


def job(job_id: str, state: str, seconds_ago: float) -> None:
    from local_bigquery.jobs import runner, store
    from local_bigquery.models import JobConfiguration

    made = runner._job("local", job_id, JobConfiguration(jobType="QUERY", query={"query": "SELECT 1"}))
    created = made.statistics.replace(creationTime=str(int((time.time() - seconds_ago) * 1000)))
    store.save(made.replace(status={"state": state}, statistics=created))


def job_states(database: Any) -> dict[str, str]:
    return dict(database.fetch("SELECT job_id, state FROM emulator.jobs"))


def test_finished_jobs_are_forgotten_by_age_and_by_number(database: Any) -> None:
    database.execute("DELETE FROM emulator.jobs")
    job("running", "RUNNING", 100_000)
    for n, seconds in enumerate((90_000, 5_000, 4_000, 3_000)):
        job(f"done {n}", "DONE", seconds)
    old_jobs.forget()
    assert job_states(database).keys() == {"running", "done 1", "done 2", "done 3"}
    old_jobs.forget(keep_jobs=2)
    assert job_states(database).keys() == {"running", "done 2", "done 3"}


def test_a_job_whose_outcome_was_not_written_ends_and_one_that_runs_does_not(database: Any) -> None:
    from local_bigquery.jobs import runner, store

    database.execute("DELETE FROM emulator.jobs")
    failed: concurrent.futures.Future[None] = concurrent.futures.Future()
    failed.set_exception(duckdb.IOException("No space left on device"))
    for job_id, future in (("lost", failed), ("runs", concurrent.futures.Future())):
        job(job_id, "RUNNING", 1)
        runner._running[("local", job_id)] = runner.Running(future=future)
    try:
        assert abandoned_jobs.end_lost() == 1
        assert job_states(database) == {"lost": "DONE", "runs": "RUNNING"}
        assert runner._running.keys() == {("local", "runs")}
        lost = store.load("local", "lost")
        assert lost is not None
        assert lost.status.errorResult.reason == "backendError"
        assert abandoned_jobs.end_all() == 1
        assert job_states(database) == {"lost": "DONE", "runs": "DONE"}
    finally:
        runner._running.clear()


def test_memory_is_bounded(database: Any, tmp_path: Path) -> None:
    housekeeping.bound_memory(tmp_path)
    ((limit, folder),) = database.fetch("SELECT current_setting('memory_limit'), current_setting('temp_directory')")
    size, unit = limit.split()
    assert unit == "GiB"
    assert 1 <= float(size) <= 4
    assert folder == str(tmp_path / "tmp")


def test_facts_of_tables_that_are_gone_are_forgotten() -> None:
    kept: dict[tuple[str, str, str], tuple[int, str]] = {}
    for version in range(1000):
        catalog_lookups._keep(kept, ("local", "nba_staging", f"facts_{version}"), (version, "columns"))
        catalog_lookups._keep(kept, ("other", "d", "t"), (7, "columns"))
    assert kept == {("local", "nba_staging", "facts_999"): (999, "columns"), ("other", "d", "t"): (7, "columns")}


def test_a_chore_that_fails_is_tried_again_and_stops_no_other() -> None:
    done: list[str] = []

    def fail() -> None:
        done.append("failed")
        raise duckdb.IOException("Could not write file: No space left on device")

    keeper = Housekeeper([Chore(0.0, fail), Chore(0.0, lambda: done.append("swept")), Chore(60.0, done.clear, 1e12)])
    keeper.run_due()
    keeper.run_due()
    assert done == ["failed", "swept", "failed", "swept"]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (duckdb.IOException("Could not write file: No space left on device"), "The disk is full"),
        (duckdb.OutOfMemoryException("failed to offload: max_temp_directory_size"), "The disk is full"),
        (duckdb.OutOfMemoryException("could not allocate block"), "in trouble"),
        (duckdb.IOException("Could not read file: Input/output error"), "in trouble"),
        (duckdb.ParserException("syntax error at or near x"), None),
        (duckdb.IOException("No files found that match the pattern"), None),
    ],
)
def test_the_machines_trouble_is_no_invalid_query(error: Exception, words: str | None) -> None:
    found = server_errors.trouble(error)
    assert (found is None) if words is None else (found is not None and words in found)


def statistics(database: Any, table: str) -> tuple[Any, Any]:
    lake = "__ducklake_metadata_local"
    mine = (
        f"table_id = (SELECT table_id FROM {lake}.ducklake_table WHERE table_name = '{table}' AND end_snapshot IS NULL)"
    )
    of_table = f"SELECT * EXCLUDE (table_id, file_size_bytes) FROM {lake}.ducklake_table_stats WHERE {mine}"
    of_columns = f"SELECT * EXCLUDE (table_id) FROM {lake}.ducklake_table_column_stats WHERE {mine} ORDER BY column_id"
    return database.fetch(of_table), database.fetch(of_columns)


def test_an_empty_table_has_statistics_and_with_rows_the_same_as_any_other(
    database: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from local_bigquery.catalog import ddl
    from local_bigquery.jobs.query import run_ddl

    columns = "a INT64, b STRING, c FLOAT64, d ARRAY<STRING>, e STRUCT<x INT64, y DATE>"
    rows = "SELECT i, NULLIF('x' || i, 'x7'), i / 2, ['a', 'b'], {'x': i, 'y': DATE '2024-01-01'} FROM range(9) AS r(i)"
    run_ddl("local", f"CREATE TABLE nba_raw.plain ({columns})")
    monkeypatch.setattr(ddl, "apply", ddl.apply)  # put back afterwards
    empty_tables.install()
    run_ddl("local", f"CREATE TABLE nba_raw.described ({columns})")
    run_ddl("local", "CREATE TABLE nba_raw.altered (a INT64, b STRING, c FLOAT64)")
    run_ddl("local", "ALTER TABLE nba_raw.altered ADD COLUMN d ARRAY<STRING>, ADD COLUMN e STRUCT<x INT64, y DATE>")
    assert statistics(database, "plain") == ([], [])
    told, columns_told = statistics(database, "described")
    assert told == [(0, 0)]
    assert [c[0] for c in columns_told] == [1, 2, 3, 5, 7, 8]  # of the array its element, of the struct its fields
    assert database.fetch("SELECT MIN(a), COUNT(b), COUNT(*) FROM local.nba_raw.described") == [(None, 0, 0)]
    for table in ("plain", "described", "altered"):
        database.execute(f"INSERT INTO local.nba_raw.{table} {rows}")
        database.execute(f"DELETE FROM local.nba_raw.{table} WHERE a = 3")
        assert database.fetch(f"SELECT COUNT(*), MAX(a) FROM local.nba_raw.{table} WHERE b IS NOT NULL") == [(7, 8)]
    assert statistics(database, "plain") == statistics(database, "described") == statistics(database, "altered")
    empty_tables.describe_all()
    assert statistics(database, "plain") == statistics(database, "described")


def test_tables_of_an_earlier_version_are_described_at_the_start_once(database: Any) -> None:
    database.execute("CREATE TABLE local.nba_raw.earlier (a BIGINT, b VARCHAR)")
    for _ in range(2):
        empty_tables.describe_all()
        told, columns = statistics(database, "earlier")
        assert (told, [c[0] for c in columns]) == ([(0, 0)], [1, 2])


def test_staging_is_beside_the_lake_and_leaves_its_schema_as_it_is(database: Any) -> None:
    from local_bigquery.catalog import tables
    from local_bigquery.errors import BigQueryError
    from local_bigquery.jobs.query import run_ddl
    from local_bigquery.sql import rules

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables, "physical", tables.physical)  # put back afterwards
        patch.setattr(rules.tables, "_not_found", rules.tables._not_found)
        staging_apart.install()
        staging_apart.install()  # once is enough
        version = "SELECT MAX(schema_version) FROM __ducklake_metadata_local.ducklake_snapshot"
        before = database.fetch(version)
        staged = "nba_staging.rows_0123456789abcdef"
        run_ddl("local", f"CREATE OR REPLACE TABLE {staged} AS SELECT 7 AS k, ['a'] AS words")
        assert tables.exists("local", *staged.split("."))
        assert [f.name for f in tables.columns("local", *staged.split("."))] == ["k", "words"]
        run_ddl("local", "CREATE TABLE nba_raw.copied AS SELECT 0 AS k")
        after = database.fetch(version)
        run_ddl("local", f"INSERT INTO nba_raw.copied SELECT k FROM {staged} UNION ALL SELECT k + 1 FROM {staged}")
        assert database.fetch("SELECT SUM(k) FROM local.nba_raw.copied") == [(15,)]
        tables.delete("local", *staged.split("."))
        assert not tables.exists("local", *staged.split("."))
        assert (before < after, database.fetch(version)) == (True, after)
        for statement in (
            f"INSERT INTO nba_raw.copied SELECT k FROM {staged}",
            f"INSERT INTO {staged} SELECT 1, ['b']",
        ):
            with pytest.raises(BigQueryError, match=r"Not found: Table local:nba_staging\.rows_0123456789abcdef"):
                run_ddl("local", statement)
