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
    "SELECT '{alias}' AS part, COUNT(*) AS row_count, MAX(loaded_at) AS latest, "
    "COUNT(DISTINCT {key}) AS distinct_keys{checks} FROM {table} "
    "WHERE {column} BETWEEN @{alias}_first AND @{alias}_last"
)


@dataclass(frozen=True)
class TableRange:
    """A range of a table: its partition column between two dates, both included.

    `checks` are aggregate expressions that count what is wrong in the range; `{first}`, `{last}`, `{table}` and
    `{column}` in them stand for the range's own.
    """

    table: str
    first: date
    last: date
    column: str = "game_date"
    key: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Version:
    """The state of a table's range: rows, distinct keys (0 when no key was asked for), a hash, a count a check.

    `latest` is when a row of it was last written (UTC); None without rows.
    """

    rows: int
    distinct_keys: int
    hash: str
    found: tuple[int, ...] = ()
    latest: datetime | None = None


def versions(warehouse: Warehouse, ranges: Iterable[TableRange]) -> dict[TableRange, Version]:
    """The versions of several ranges by one statement."""
    parts: list[str] = []
    params: dict[str, object] = {}
    by_alias = {f"r{number}": wanted for number, wanted in enumerate(dict.fromkeys(ranges))}
    checking = any(wanted.checks for wanted in by_alias.values())
    for alias, wanted in by_alias.items():
        checks = _checks_column(alias, wanted) if checking else ""
        key = key_text(wanted.key)
        parts.append(_PART.format(alias=alias, table=wanted.table, column=wanted.column, key=key, checks=checks))
        params |= {f"{alias}_first": wanted.first, f"{alias}_last": wanted.last}
    if not parts:
        return {}
    found = warehouse.query("\nUNION ALL\n".join(parts), params).rows
    return {
        by_alias[row["part"]]: Version(
            rows=row["row_count"],
            distinct_keys=row["distinct_keys"],
            hash=deterministic_id(row["row_count"], row["latest"])[:16],
            found=tuple(row.get("found") or ()),
            latest=row["latest"],
        )
        for row in found
    }


def key_text(key: tuple[str, ...]) -> str:
    """The SQL expression of a natural key as one text; NULL without a key."""
    if not key:
        return "NULL"
    return "CONCAT(" + ", '|', ".join(f"COALESCE(CAST({c} AS STRING), '')" for c in key) + ")"


def _checks_column(alias: str, wanted: TableRange) -> str:
    # In an array, so that ranges with different numbers of checks fit into one statement.
    names = {"first": f"@{alias}_first", "last": f"@{alias}_last", "table": wanted.table, "column": wanted.column}
    counts = ", ".join(check.format(**names) for check in wanted.checks) or "0"
    return f", [{counts}] AS found"
