"""Staging tables of the embedded warehouse live in memory, in a database beside the lake.

A staging table lives for seconds: one for every write. In the lake each would be two changes of its schema, after which
DuckDB reads the facts of every table there is anew, in every connection. In BigQuery's terms nothing is different:
they are tables of `nba_staging`. What a killed warehouse had there is gone, as what a killed run leaves in BigQuery's
`nba_staging` expires.
"""

from __future__ import annotations

import functools
import inspect
import threading
from typing import Any

_SUFFIX = "__staging"
_lock = threading.Lock()
_made: set[tuple[int, str, str]] = set()


def install() -> None:
    """Tell the server where staging tables are; TypeError when its function takes other parameters."""
    from local_bigquery.catalog import tables
    from local_bigquery.engine import database
    from local_bigquery.sql import rules

    placed = inspect.unwrap(tables.physical)
    not_found = inspect.unwrap(rules.tables._not_found)
    for function in (placed, not_found):
        if list(inspect.signature(function).parameters) != ["project_id", "dataset_id", "table_id"]:
            raise TypeError(
                f"local-bigquery's {function.__name__} has changed: see orchestration/local/staging_apart.py"
            )

    @functools.wraps(placed)
    def physical(project_id: str, dataset_id: str, table_id: str) -> tuple[str, str, str]:
        if not is_staging(dataset_id) or project_id not in database._attached:
            return placed(project_id, dataset_id, table_id)  # type: ignore[no-any-return]
        _make(database, project_id + _SUFFIX, dataset_id)
        return project_id + _SUFFIX, dataset_id, table_id

    @functools.wraps(not_found)
    def said_of(project_id: str, dataset_id: str, table_id: str) -> Exception:
        return not_found(project_id.removesuffix(_SUFFIX), dataset_id, table_id)  # type: ignore[no-any-return]

    tables.physical = physical
    rules.tables._not_found = said_of


def is_staging(dataset_id: str | None) -> bool:
    """Whether a dataset, with whatever prefix, is that of staging tables."""
    return dataset_id is not None and dataset_id.endswith("nba_staging")


def is_apart(project_id: str) -> bool:
    """Whether it is the name of such a database."""
    return project_id.endswith(_SUFFIX)


def columns_of(project_id: str, dataset_id: str, table_id: str) -> list[Any]:
    """A staging table's columns; the server's error where there is no such table.

    The server asks DuckDB for all columns there are to tell which may be NULL; of a staging table nobody asks that.
    """
    import duckdb
    from local_bigquery.catalog import names
    from local_bigquery.engine import database, types
    from local_bigquery.errors import not_found

    with database.cursor() as cursor:
        try:
            name = database.quote(project_id, dataset_id, table_id)
            relation = cursor.sql(f"SELECT * FROM {name} LIMIT 0")  # noqa: S608 - quoted
        except duckdb.CatalogException:
            label = names.label(project_id.removesuffix(_SUFFIX), dataset_id, table_id)
            raise not_found("Table", label) from None
        return [types.field(name, kind, False) for name, kind in zip(relation.columns, relation.types, strict=True)]


def _make(database: Any, name: str, dataset: str) -> None:
    key = id(database.connection()), name, dataset
    with _lock:
        if key not in _made:
            database.execute(f"ATTACH IF NOT EXISTS ':memory:' AS {database.quote(name)}")
            database.execute(f"CREATE SCHEMA IF NOT EXISTS {database.quote(name, dataset)}")
            _made.add(key)
