"""Puts rows into raw tables and runs a processor's statement the way the services do."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pandas as pd

from common.merge import MergeResult
from common.warehouse import Warehouse
from data_processors.sql_processor import SqlProcessor
from tests.data_processors.raw_responses import Responses

LOADED_AT = "2025-01-01T00:00:00Z"
TABLES = {
    "schedule": "nba_raw.schedule",
    "players": "nba_raw.player_boxscores",
    "teams": "nba_raw.team_boxscores",
    "shots": "nba_raw.shots",
    "props": "nba_raw.player_prop_lines",
    "lines": "nba_raw.game_lines",
}


def load_responses(warehouse: Warehouse, responses: Responses) -> None:
    """All frames into their raw tables."""
    for name, table in TABLES.items():
        insert(warehouse, table, records(getattr(responses, name)))


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows with None for what is absent and plain Python values."""
    rows = []
    for row in frame.astype(object).to_dict("records"):
        rows.append({k: _plain(v) for k, v in row.items()})
    return rows


def _plain(value: Any) -> Any:
    if isinstance(value, pd.Timestamp):
        return value.isoformat()
    return None if pd.isna(value) else value


def insert(warehouse: Warehouse, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """Append rows to a raw table; lineage is filled in."""
    lineage = {
        "source": "test",
        "raw_path": "test",
        "source_row_hash": "test",
        "fetched_at": LOADED_AT,
        "loaded_at": LOADED_AT,
    }
    complete = [{"scope": f"game:{r['game_id']}", **lineage, **r} for r in rows]
    if complete:
        warehouse.load(table, complete, work=[uuid.uuid4().hex])


def run(warehouse: Warehouse, processor: SqlProcessor, first: str, last: str) -> MergeResult:
    """One run of the processor over a range of dates."""
    return warehouse.merge_query(
        processor.output,
        processor.source,
        key=processor.key,
        scope="T.game_date BETWEEN @start_date AND @end_date",
        params={"start_date": date.fromisoformat(first), "end_date": date.fromisoformat(last)},
        work=[uuid.uuid4().hex],
    )


def table(warehouse: Warehouse, name: str, first: str, last: str) -> pd.DataFrame:
    """The rows of a table between two dates, without `loaded_at`, dates as ISO text."""
    found = warehouse.query(
        f"SELECT * EXCEPT (loaded_at) FROM {name} WHERE game_date BETWEEN @first AND @last",
        {"first": date.fromisoformat(first), "last": date.fromisoformat(last)},
    ).rows
    rows = [{k: v.isoformat() if type(v) is date else v for k, v in r.items()} for r in found]
    return pd.DataFrame(rows, columns=[c for c in warehouse.columns(name) if c != "loaded_at"], dtype=object)
