# ruff: noqa: S608 - table and column names come from our own migrations; values are query parameters.
"""The one form of writing: a MERGE on the natural key that leaves equal rows untouched.

Inside a scope (a range of game dates, or the units that a payload replaces whole) changed rows are
updated, new ones inserted, vanished ones deleted. Running it twice changes nothing the second time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

# Columns that say how a row came to be; they never make two rows different.
LINEAGE = frozenset({"loaded_at", "raw_path", "fetched_at"})


@dataclass(frozen=True)
class MergeResult:
    """What a write did. `rows_changed` counts inserted, updated and deleted rows together."""

    rows_in: int
    rows_changed: int
    bytes_processed: int = 0


def merge_statement(
    *,
    table: str,
    key: Sequence[str],
    columns: Sequence[str],
    source: str,
    scope: str,
    compare: Sequence[str] | None = None,
    only_if: str = "TRUE",
    delete_vanished: bool = True,
) -> str:
    """The MERGE of `source` (a table name or a parenthesised query) into `table`.

    `scope` is a condition on T that bounds what is read and what may be deleted; rows of `source` lie in it.
    `compare` are the columns whose change makes an update (default: all but key and lineage).
    `only_if` is a further condition of an update, on T and S; what more a deletion asks of T goes into `scope`.
    """
    compared = [c for c in (compare or columns) if c not in key and c not in LINEAGE]
    differs = " OR ".join(f"T.{c} IS DISTINCT FROM S.{c}" for c in compared) or "FALSE"
    on = " AND ".join(f"T.{c} IS NOT DISTINCT FROM S.{c}" if c in _NULLABLE_KEYS else f"T.{c} = S.{c}" for c in key)
    updates = ", ".join(f"{c} = S.{c}" for c in columns if c not in key)
    names = ", ".join(columns)
    values = ", ".join(f"S.{c}" for c in columns)
    parts = [
        f"MERGE {table} AS T",
        f"USING {source} AS S",
        f"ON {on}",
        f"WHEN MATCHED AND ({only_if}) AND ({differs}) THEN UPDATE SET {updates}",
        f"WHEN NOT MATCHED BY TARGET THEN INSERT ({names}) VALUES ({values})",
    ]
    if delete_vanished:
        parts.append(f"WHEN NOT MATCHED BY SOURCE AND {scope} THEN DELETE")
    return "\n".join(parts)


def difference(columns: Sequence[str], left: str, right: str) -> str:
    """The expression that counts the rows of two queries that are not in both, lineage aside."""
    compared = ", ".join(c for c in columns if c not in LINEAGE)
    one, other = f"SELECT {compared} FROM {left}", f"SELECT {compared} FROM {right}"
    both = f"({one} EXCEPT DISTINCT {other}) UNION ALL ({other} EXCEPT DISTINCT {one})"
    return f"(SELECT COUNT(*) FROM ({both}) AS differing)"


# Key columns that may be NULL: a prediction without a line has no bookmaker and no line.
_NULLABLE_KEYS = frozenset({"bookmaker", "line"})
