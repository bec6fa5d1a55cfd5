"""Files of the embedded warehouse that nothing refers to any more are deleted, and small ones joined.

DuckLake writes new files for every change and keeps the old ones for readers of the past. BigQuery keeps the past of a
table for some days; nothing of this project asks for it, so here it is kept while a statement may still be reading it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import duckdb

log = logging.getLogger(__name__)
# Longer than any statement runs: what it reads must not be deleted under it, nor what it is writing.
KEEP = timedelta(minutes=30)
# A staging table's name ends like this (common/warehouse.py); whoever made it drops it within a minute.
_STAGING = re.compile(r"^.+_[0-9a-f]{16}$")
_STAGING_TABLES = """
SELECT s.schema_name, t.table_name
FROM {catalogue}.ducklake_table AS t
JOIN {catalogue}.ducklake_schema AS s USING (schema_id)
WHERE t.end_snapshot IS NULL AND s.end_snapshot IS NULL AND ends_with(s.schema_name, 'nba_staging')
"""

_EXPIRED = """
SELECT project_id, dataset_id, table_id FROM emulator.tables
WHERE CAST(resource->>'$.expirationTime' AS BIGINT) <= epoch_ms(now())
"""


def drop_left_staging() -> int:
    """At the start: drop the staging tables that a killed run of an earlier version left in the lake. How many."""
    from local_bigquery.catalog import tables
    from local_bigquery.engine import database

    left = 0
    for project in database.projects():
        catalogue = database.quote(f"__ducklake_metadata_{project}")
        for dataset, table in database.fetch(_STAGING_TABLES.format(catalogue=catalogue)):
            if _STAGING.match(table):
                database.execute(f"DROP TABLE {database.quote(project, dataset, table)}")
                tables.forget(project, dataset, table)
                left += 1
    return left


def drop_expired() -> None:
    """Drop the tables whose time is up. The server itself does so when it is asked for one, only then."""
    from local_bigquery.catalog import tables
    from local_bigquery.engine import database

    for reference in database.fetch(_EXPIRED):
        tables.exists(*reference)


def snapshots() -> int:
    """How many states of the lake are kept."""
    from local_bigquery.engine import database

    count = "SELECT COUNT(*) FROM {catalogue}.ducklake_snapshot"
    catalogues = [database.quote(f"__ducklake_metadata_{project}") for project in database.projects()]
    return sum(int(rows) for c in catalogues for (rows,) in database.fetch(count.format(catalogue=c)))


def tidy(keep: timedelta = KEEP, is_busy: Callable[[], bool] = lambda: False) -> int:
    """Forget the past before `keep` ago and delete its files; join small files. How many files were deleted.

    Stops between two steps once `is_busy`; what is left undone is done the next time.
    """
    from local_bigquery.engine import database

    before = datetime.now(UTC) - keep
    deleted = 0
    for project in database.projects():
        for function, options in (
            ("ducklake_merge_adjacent_files", ""),
            ("ducklake_expire_snapshots", ", older_than => $before"),
            ("ducklake_cleanup_old_files", ", older_than => $before"),
            ("ducklake_delete_orphaned_files", ", older_than => $before"),
        ):
            if is_busy():
                return deleted
            found = _call(function, project, options, before)
            deleted += found if "files" in function and "merge" not in function else 0
    return deleted


def _call(function: str, project: str, options: str, before: datetime) -> int:
    from local_bigquery.engine import database

    sql = f"SELECT COUNT(*) FROM {function}($project{options})"  # noqa: S608 - names of this module
    given: dict[str, object] = {"project": project} | ({"before": before} if options else {})
    try:
        with database.cursor() as cursor:
            ((rows,),) = cursor.execute(sql, given).fetchall()  # to the end: then DuckDB commits
            return int(rows)
    except duckdb.TransactionException as error:
        log.info("%s gave way to a statement: %s", function, error)
        return 0
