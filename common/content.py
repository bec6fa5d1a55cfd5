"""The version of a table's content, from the warehouse itself.

Equal rows are never rewritten, so (number of rows, latest load time) of a range changes exactly when a row
in it was inserted, updated or deleted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from common.events import deterministic_id
from common.warehouse import Warehouse

_PART = (
    "SELECT '{alias}' AS part, COUNT(*) AS row_count, MAX(loaded_at) AS latest FROM {table} "
    "WHERE {column} BETWEEN @{alias}_first AND @{alias}_last"
)


@dataclass(frozen=True)
class TableRange:
    """A range of a table: its partition column between two dates, both included."""

    table: str
    first: date
    last: date
    column: str = "game_date"


@dataclass(frozen=True)
class Version:
    """The state of a table's range: rows, a hash, and when a row of it was last written (UTC; None without rows)."""

    rows: int
    hash: str
    latest: datetime | None = None


def versions(warehouse: Warehouse, ranges: Iterable[TableRange]) -> dict[TableRange, Version]:
    """The versions of several ranges by one statement."""
    parts: list[str] = []
    params: dict[str, object] = {}
    by_alias = {f"r{number}": wanted for number, wanted in enumerate(dict.fromkeys(ranges))}
    for alias, wanted in by_alias.items():
        parts.append(_PART.format(alias=alias, table=wanted.table, column=wanted.column))
        params |= {f"{alias}_first": wanted.first, f"{alias}_last": wanted.last}
    if not parts:
        return {}
    found = warehouse.query("\nUNION ALL\n".join(parts), params).rows
    return {
        by_alias[row["part"]]: Version(
            rows=row["row_count"],
            hash=deterministic_id(row["row_count"], row["latest"])[:16],
            latest=row["latest"],
        )
        for row in found
    }


def key_text(key: tuple[str, ...]) -> str:
    """The SQL expression of a natural key as one text; NULL without a key."""
    if not key:
        return "NULL"
    return "CONCAT(" + ", '|', ".join(f"COALESCE(CAST({c} AS STRING), '')" for c in key) + ")"
