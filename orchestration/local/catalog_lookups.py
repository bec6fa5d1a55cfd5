"""Which tables and columns there are, asked of DuckLake's own catalogue.

`local-bigquery` asks `duckdb_tables()` and `duckdb_columns()`, several times a statement. For a DuckLake catalogue
DuckDB then reads the facts of every table there is, anew after every write: with this project's seventy tables that
was more than half the time of a statement. DuckLake keeps the same facts in tables of its own, where one look takes a
millisecond, and counts the changes of its schema, so that columns need to be read once a change only. And before each
query it asks `duckdb_tables()` for temporary tables, which a connection that was opened for the query cannot have yet.
"""

from __future__ import annotations

import functools
import inspect
import threading
from collections.abc import Callable
from types import FunctionType
from typing import Any

import duckdb

from orchestration.local import staging_apart

# The answer of the function that is replaced: name, kind, number of rows; sorted by name.
_OBJECTS = """
WITH here AS (SELECT schema_id FROM {catalogue}.ducklake_schema WHERE schema_name = $1 AND end_snapshot IS NULL)
SELECT t.table_name, 'TABLE', COALESCE(s.record_count, 0)
FROM {catalogue}.ducklake_table AS t
JOIN here USING (schema_id)
LEFT JOIN {catalogue}.ducklake_table_stats AS s USING (table_id)
WHERE t.end_snapshot IS NULL AND t.table_name = COALESCE($2, t.table_name)
UNION ALL
SELECT v.view_name, 'VIEW', 0
FROM {catalogue}.ducklake_view AS v
JOIN here USING (schema_id)
WHERE v.end_snapshot IS NULL AND v.view_name = COALESCE($2, v.view_name)
ORDER BY 1
"""
_SCHEMA_VERSION = "SELECT schema_version FROM {catalogue}.ducklake_snapshot ORDER BY snapshot_id DESC LIMIT 1"
# As it stands in the server's function, and what takes its place.
_TEMPORARY_TABLES = "SELECT table_name FROM duckdb_tables() WHERE temporary"
_NONE = "SELECT CAST(NULL AS VARCHAR) AS table_name WHERE FALSE"
_RESULTS_DATABASE = "emulator"  # results of queries: a plain DuckDB database


def install() -> None:
    """Put the quicker lookups in the server's place for them; TypeError when the server's take other parameters."""
    from local_bigquery.catalog import tables
    from local_bigquery.engine import database
    from local_bigquery.jobs import query
    from local_bigquery.sql.rules import partitions

    _same_parameters(database.objects, ["project_id", "dataset_id", "table_id"])
    _same_parameters(tables.columns, ["project_id", "dataset_id", "table_id"])
    _same_parameters(partitions._hidden, ["table"])
    _same_parameters(query.execute, ["cur", "project_id", "job_id", "config", "dry_run", "session"])
    database.objects = _quick_objects(database)
    tables.columns = columns = _KeptColumns(
        database, tables.columns, tables.RESULTS, lambda *reference: tables.physical(*reference)
    )
    partitions._hidden = _quick_hidden(partitions._hidden, columns)
    query.execute = _quick_execute(query.execute)


def _same_parameters(function: Callable[..., Any], expected: list[str]) -> None:
    if list(inspect.signature(function).parameters) != expected:
        raise _changed(function)


def _changed(function: Callable[..., Any]) -> TypeError:
    return TypeError(f"local-bigquery's {function.__name__} has changed: see orchestration/local/catalog_lookups.py")


def _quick_objects(database: Any) -> Callable[..., list[tuple[str, str, int]]]:
    slow = database.objects

    def objects(project_id: str, dataset_id: str, table_id: str | None = None) -> list[tuple[str, str, int]]:
        if project_id in database._attached:
            sql = _OBJECTS.format(catalogue=_catalogue(database, project_id))
            return list(database.fetch(sql, [dataset_id, table_id]))
        if table_id is None or not (project_id == _RESULTS_DATABASE or staging_apart.is_apart(project_id)):
            return list(slow(project_id, dataset_id, table_id))
        try:
            name = database.quote(project_id, dataset_id, table_id)
            ((rows,),) = database.fetch(f"SELECT COUNT(*) FROM {name}")  # noqa: S608 - quoted
        except duckdb.CatalogException:
            return []
        return [(table_id, "TABLE", rows)]

    return objects


class _KeptColumns:
    """A table's columns, kept until the schema of its project changes; results of queries are never kept."""

    def __init__(
        self,
        database: Any,
        slow: Callable[[str, str, str], list[Any]],
        results: str,
        place: Callable[[str, str, str], tuple[str, str, str]],
    ) -> None:
        self._database = database
        self._place = place
        self._slow = slow
        self._results = results
        self._lock = threading.Lock()
        self._kept: dict[tuple[str, str, str], tuple[int, list[Any]]] = {}

    def __call__(self, project_id: str, dataset_id: str, table_id: str) -> list[Any]:
        if staging_apart.is_apart(place := self._place(project_id, dataset_id, table_id)[0]):
            return staging_apart.columns_of(place, dataset_id, table_id)
        if dataset_id == self._results or not self.knows(project_id):
            return self._slow(project_id, dataset_id, table_id)
        # The version first: columns that changed meanwhile are then read again the next time.
        version = self.schema_version(project_id)
        key = (project_id, dataset_id, table_id)
        with self._lock:
            kept = self._kept.get(key)
        if kept is None or kept[0] != version:
            kept = version, self._slow(*key)
            with self._lock:
                _keep(self._kept, key, kept)
        return list(kept[1])

    def knows(self, project_id: str) -> bool:
        """Whether it is a project: other databases of DuckDB (temporary tables, results) have no such catalogue."""
        return project_id in self._database._attached

    def schema_version(self, project_id: str) -> int:
        """Number of the last change of any table's columns."""
        catalogue = _catalogue(self._database, project_id)
        ((version,),) = self._database.fetch(_SCHEMA_VERSION.format(catalogue=catalogue))
        return int(version)


def _keep[V](kept: dict[tuple[str, str, str], tuple[int, V]], key: tuple[str, str, str], value: tuple[int, V]) -> None:
    """Keep a table's fact; forget those of the project's earlier schemas, for staging tables come and go."""
    for old in [k for k, (version, _) in kept.items() if k[0] == key[0] and version < value[0]]:
        del kept[old]
    kept[key] = value


def _quick_hidden(slow: Callable[[Any], bool], columns: _KeptColumns) -> Callable[[Any], bool]:
    kept: dict[tuple[str, str, str], tuple[int, bool]] = {}
    lock = threading.Lock()

    def hidden(table: Any) -> bool:
        if staging_apart.is_apart(table.catalog):
            return False  # a partition by the time of loading is nothing that staging has
        if not table.db or not columns.knows(table.catalog):
            return slow(table)
        key = (table.catalog, table.db, table.name)
        version = columns.schema_version(table.catalog)
        known = kept.get(key)
        if known is None or known[0] != version:
            known = version, slow(table)
            with lock:
                _keep(kept, key, known)
        return known[1]

    return hidden


def _quick_execute(slow: FunctionType) -> Callable[..., Any]:
    """The server's function with another constant: a query outside a session has a connection of its own, a new one."""
    constants = slow.__code__.co_consts
    if constants.count(_TEMPORARY_TABLES) != 1:
        raise _changed(slow)
    code = slow.__code__.replace(co_consts=tuple(_NONE if c == _TEMPORARY_TABLES else c for c in constants))
    quick = FunctionType(code, slow.__globals__, slow.__name__, slow.__defaults__, slow.__closure__)

    @functools.wraps(slow)
    def execute(
        cur: Any, project_id: str, job_id: str | None, config: Any, dry_run: bool = False, session: Any = None
    ) -> Any:
        chosen = slow if session else quick
        return chosen(cur, project_id, job_id, config, dry_run, session)

    return execute


def _catalogue(database: Any, project_id: str) -> str:
    return str(database.quote(f"__ducklake_metadata_{project_id}"))
