"""Statistics of tables without rows, which DuckLake does not write by itself.

DuckDB's planner asks for the statistics of every column that a statement reads. DuckLake remembers them, but not that
there are none: of a table that has never had a row they are looked up anew for every column, each time with a query of
its own. Most feeds' tables are empty in most folders, and the views read them all, so that planning took five times as
long as it does with the rows that stand here. They say what is true of an empty table: no rows, no NULL, no least and
no greatest value. From the first row on DuckLake keeps them as it keeps its own.
"""

from __future__ import annotations

import functools
import inspect
from typing import Any

# Only of a table that has never had a row: next_row_id is then 0 for good.
_TABLES = """
INSERT INTO {catalogue}.ducklake_table_stats (table_id, record_count, next_row_id, file_size_bytes)
SELECT t.table_id, 0, 0, 0
FROM {catalogue}.ducklake_table AS t
JOIN {catalogue}.ducklake_schema AS s USING (schema_id)
WHERE t.end_snapshot IS NULL AND s.end_snapshot IS NULL
  AND s.schema_name = COALESCE($1, s.schema_name) AND t.table_name = COALESCE($2, t.table_name)
  AND NOT EXISTS (SELECT 1 FROM {catalogue}.ducklake_table_stats AS there WHERE there.table_id = t.table_id)
"""
# Those that hold values: of an array or a struct the ones below it.
_COLUMNS = """
INSERT INTO {catalogue}.ducklake_table_column_stats (table_id, column_id, contains_null, contains_nan)
SELECT c.table_id, c.column_id, FALSE, CASE WHEN c.column_type IN ('float32', 'float64') THEN FALSE END
FROM {catalogue}.ducklake_column AS c
JOIN {catalogue}.ducklake_table_stats AS stats USING (table_id)
JOIN {catalogue}.ducklake_table AS t USING (table_id)
JOIN {catalogue}.ducklake_schema AS s USING (schema_id)
WHERE c.end_snapshot IS NULL AND t.end_snapshot IS NULL AND s.end_snapshot IS NULL AND stats.next_row_id = 0
  AND s.schema_name = COALESCE($1, s.schema_name) AND t.table_name = COALESCE($2, t.table_name)
  AND NOT EXISTS (
    SELECT 1 FROM {catalogue}.ducklake_column AS below
    WHERE below.table_id = c.table_id AND below.parent_column = c.column_id
  )
  AND NOT EXISTS (
    SELECT 1 FROM {catalogue}.ducklake_table_column_stats AS there
    WHERE there.table_id = c.table_id AND there.column_id = c.column_id
  )
"""


def install() -> None:
    """Have CREATE TABLE and ALTER TABLE write the statistics; TypeError when the server's function has changed."""
    from local_bigquery.catalog import ddl

    apply = inspect.unwrap(ddl.apply)
    if list(inspect.signature(apply).parameters) != ["tree", "project_id", "dataset_id", "evaluate"]:
        raise TypeError("local-bigquery's ddl.apply has changed: see orchestration/local/empty_tables.py")

    @functools.wraps(apply)
    def applied(tree: Any, project_id: str, dataset_id: str, evaluate: Any) -> None:
        apply(tree, project_id, dataset_id, evaluate)
        # Nobody writes to a table yet whose statement has not been answered.
        describe(*_table(tree, project_id, dataset_id))

    ddl.apply = applied


def describe_all() -> None:
    """At the start, before anything is served: the tables of folders that an earlier version has made."""
    from local_bigquery.engine import database

    for project in database.projects():
        describe(project)


def describe(project: str | None, dataset: str | None = None, table: str | None = None) -> None:
    """Write the statistics of a table, or of all of a project, as far as it has never had a row."""
    from local_bigquery.engine import database

    if project not in database.projects():
        return
    catalogue = database.quote(f"__ducklake_metadata_{project}")
    with database.cursor() as cursor:
        for statement in (_TABLES, _COLUMNS):
            cursor.execute(statement.format(catalogue=catalogue), [dataset, table])


def _table(tree: Any, project_id: str, dataset_id: str) -> tuple[str | None, str | None, str | None]:
    """The table that a statement makes or changes; no project where it does something else."""
    from local_bigquery.catalog import names
    from sqlglot import exp

    target = tree.find(exp.Table)
    is_table = (tree.args.get("kind") or "").upper() == "TABLE" and isinstance(tree, exp.Create | exp.Alter)
    if target is None or not is_table or tree.find(exp.TemporaryProperty):
        return None, None, None
    project, dataset, table = names.reference(target, project_id, dataset_id)
    return project, dataset, table
