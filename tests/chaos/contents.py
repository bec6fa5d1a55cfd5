"""What the tables of data hold, so that two folders can be compared row by row."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from common.warehouse import Warehouse
from orchestration.migrate import read_migrations

DATASETS = ("nba_raw", "nba_reference", "nba_analytics", "nba_precompute", "nba_predictions")
# What an operator's telemetry is not, and what has to be as in an undisturbed run all the same.
MORE = ("nba_orchestration.quarantine",)
# Work in progress: a batch that a kill has cut off stays in it. What comes of the batches is in the other tables.
LEFT_OUT = frozenset({"nba_predictions.prediction_staging"})
# Lineage, all of it real time or named by it; every other column must be equal.
LINEAGE = {
    "loaded_at": "when the row was last written, real time",
    "fetched_at": "when the source answered: a scraper that is asked again keeps the later answer's time",
    "raw_path": "the payload's file, named by fetched_at",
}
_MADE = re.compile(r"CREATE TABLE(?: IF NOT EXISTS)? (nba_\w+\.\w+)\s*\(")
_TABLES = """
SELECT table_schema || '.' || table_name AS name
FROM {dataset}.INFORMATION_SCHEMA.TABLES WHERE table_type = 'BASE TABLE'
"""
_FINGERPRINT = """
SELECT '{table}' AS name, COUNT(*) AS row_count, COUNT(DISTINCT content) AS contents, BIT_XOR(content) AS content
FROM (
  SELECT CAST(CONCAT('0x', SUBSTR(TO_HEX(MD5(TO_JSON_STRING(t))), 1, 15)) AS INT64) AS content
  FROM (SELECT {columns} FROM {table}) AS t
)
"""
_ROWS = "SELECT TO_JSON_STRING(t) AS row_text FROM (SELECT {columns} FROM {table}) AS t"


@dataclass(frozen=True)
class Content:
    """Rows, different rows, and a fingerprint of them all in whatever order."""

    rows: int
    different: int
    fingerprint: int | None


def data_tables(warehouse: Warehouse) -> list[str]:
    """Every table of data, none by a list that could be forgotten."""
    sql = "UNION ALL".join(_TABLES.format(dataset=dataset) for dataset in DATASETS)
    # The embedded warehouse lists table functions among the tables; no migration has made a table of that name.
    made = {name for m in read_migrations() for name in _MADE.findall(m.sql)}
    found = made & {r["name"] for r in warehouse.query(sql).rows}
    return sorted((found | set(MORE)) - LEFT_OUT)


def contents(warehouse: Warehouse) -> dict[str, Content]:
    """The content of every table of data, lineage left out."""
    parts = [_FINGERPRINT.format(table=t, columns=_columns(warehouse, t)) for t in data_tables(warehouse)]
    rows = warehouse.query("UNION ALL".join(parts)).rows
    return {r["name"]: Content(r["row_count"], r["contents"], r["content"]) for r in rows}


def rows_of(warehouse: Warehouse, table: str) -> Counter[str]:
    """The rows of a table as JSON, lineage left out."""
    sql = _ROWS.format(table=table, columns=_columns(warehouse, table))
    return Counter(r["row_text"] for r in warehouse.query(sql).rows)


def in_words(here: Counter[str], clean: Counter[str]) -> str:
    """How two contents of a table differ: counts, and the columns of rows that are nearly alike."""
    extra, missing = here - clean, clean - here
    columns: Counter[str] = Counter()
    example = ""
    lacking: list[dict[str, Any]] = [json.loads(row) for row in missing]
    for row in (json.loads(text) for text in list(extra)[:50]):
        nearest = min(lacking, key=lambda other: len(_differing(row, other)), default=None)
        if nearest is not None:
            differing = _differing(row, nearest)
            columns.update(differing)
            example = example or "; ".join(f"{c}: {row.get(c)!r}, not {nearest.get(c)!r}" for c in differing[:6])
    words = f"{extra.total()} rows more, {missing.total()} missing"
    return f"{words}; columns {dict(columns.most_common(12))}; e.g. {example}" if columns else words


def _differing(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    return [c for c in one if one[c] != other.get(c)]


def _columns(warehouse: Warehouse, table: str) -> str:
    return ", ".join(f"`{c}`" for c in warehouse.columns(table) if c not in LINEAGE)
