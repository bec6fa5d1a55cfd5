"""The same SELECTs in plain DuckDB, on the rows of a stopped embedded warehouse: what SQL alone costs."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb
import sqlglot

from data_processors.sql_processor import SqlProcessor
from orchestration.migrate import read_migrations

_VIEW = re.compile(r"CREATE VIEW IF NOT EXISTS (nba_analytics\.\w+) \(.*?\nAS\n(.*?);$", re.DOTALL | re.MULTILINE)
_FUNCTION = re.compile(
    r"CREATE TABLE FUNCTION IF NOT EXISTS (\w+\.\w+)\(([^)]*)\)\s*AS \(\n(.*?)\n\);$", re.DOTALL | re.MULTILINE
)


def seconds_of(
    data_dir: Path, processors: Sequence[SqlProcessor], spans: Sequence[tuple[date, date]]
) -> dict[str, tuple[int, float]]:
    """For each processor the rows and seconds of its SELECT over all spans, its inputs those of the warehouse.

    The rows are copied into memory first; that, and the translation from GoogleSQL (sqlglot), is not counted.
    """
    con = _with_rows_of(data_dir)
    found = {}
    for processor in processors:
        select = _translated(processor.statement)
        rows, seconds = 0, 0.0
        for first, last in spans:
            began = time.perf_counter()
            params = {k: v for k, v in {"start_date": first, "end_date": last}.items() if f"${k}" in select}
            con.execute(f"CREATE OR REPLACE TEMP TABLE computed AS {select}", params)
            seconds += time.perf_counter() - began
            rows += (con.execute("SELECT COUNT(*) FROM computed").fetchone() or (0,))[0]
        found[processor.name] = rows, seconds
    return found


def _with_rows_of(data_dir: Path) -> duckdb.DuckDBPyConnection:
    """A connection in memory with the tables of the warehouse, its view and its table functions."""
    settings = {"extension_directory": str(data_dir / "duckdb_extensions"), "autoinstall_known_extensions": "false"}
    con = duckdb.connect(config=settings)
    con.execute("SET TimeZone = 'UTC'")
    con.execute(f"ATTACH 'ducklake:{data_dir}/bigquery/local.ducklake' AS lake (READ_ONLY)")
    tables = con.execute(
        "SELECT schema_name, table_name FROM duckdb_tables() "
        "WHERE database_name = 'lake' "
        "AND schema_name IN ('nba_raw', 'nba_reference', 'nba_analytics', 'nba_precompute')"
    ).fetchall()
    for schema, table in tables:
        con.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        con.execute(f"CREATE TABLE {schema}.{table} AS SELECT * FROM lake.{schema}.{table}")
    con.execute("DETACH lake")
    for migration in read_migrations():
        for name, body in _VIEW.findall(migration.sql):
            con.execute(f"CREATE OR REPLACE VIEW {name} AS {_translated(body)}")
        for name, parameters, body in _FUNCTION.findall(migration.sql):
            names = ", ".join(p.split()[0] for p in parameters.split(","))
            con.execute(f"CREATE OR REPLACE MACRO {name}({names}) AS TABLE {_translated(body)}")
    return con


def _translated(sql: str) -> str:
    return sqlglot.transpile(sql, read="bigquery", write="duckdb")[0]
