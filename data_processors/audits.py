"""Audits of a written table: declared beside the processor, counted by the statement that reads its version.

An audit says what must not be found in a range of a table. All audits of a processor together cost no statement
of their own: each is one more number beside the count of rows that tells the range's version. Only where a count is
not zero does a second statement look up which keys they are.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from common.audit_log import AuditResult
from common.content import TableRange, Version, key_text
from common.errors import AuditError
from common.warehouse import Warehouse

log = logging.getLogger(__name__)
UNIQUE_KEY = "unique_key"
_EXAMPLES = 5


@dataclass(frozen=True)
class Audit:
    """Something that must not be found.

    Either `condition`, true for a row that is wrong, or `failing`, a SELECT with one column `example` of what is
    wrong. Both may use `{first}`, `{last}`, `{table}` and `{column}`. A blocking audit fails the run and keeps the
    table out of the event; another one is a warning in `nba status`.
    """

    name: str
    condition: str | None = None
    failing: str | None = None
    blocking: bool = True

    @property
    def count(self) -> str:
        """The expression that counts failures, inside an aggregation over the range."""
        if self.condition is not None:
            return f"COUNTIF({self.condition})"
        return f"(SELECT COUNT(*) FROM ({self.failing}))"  # noqa: S608 - declared in code, values are parameters

    def examples(self, key: tuple[str, ...]) -> str:
        """The SELECT of what is wrong."""
        if self.failing is not None:
            return self.failing
        return (
            f"SELECT {key_text(key)} AS example FROM {{table}} "  # noqa: S608 - declared in code
            f"WHERE {{column}} BETWEEN {{first}} AND {{last}} AND ({self.condition})"
        )


def not_null(*columns: str, blocking: bool = True) -> Audit:
    """These columns have a value in every row."""
    condition = " OR ".join(f"{c} IS NULL" for c in columns)
    return Audit(f"not_null({', '.join(columns)})", condition, blocking=blocking)


def in_range(column: str, low: float, high: float, *, blocking: bool = True) -> Audit:
    """The column is NULL or within [low, high]."""
    return Audit(f"in_range({column}, {low:g}, {high:g})", f"{column} < {low} OR {column} > {high}", blocking=blocking)


def holds(name: str, condition: str, *, blocking: bool = True) -> Audit:
    """The condition is true, or NULL, for every row."""
    return Audit(name, f"NOT ({condition})", blocking=blocking)


def none_of(name: str, failing: str, *, blocking: bool = True) -> Audit:
    """The SELECT (one column, `example`) finds nothing."""
    return Audit(name, failing=failing, blocking=blocking)


def rows_of_games(least: int, *, most: int | None = None, blocking: bool = False) -> Audit:
    """Every game of the range with both box scores has at least `least` rows (and at most `most`)."""
    beyond = f" OR o.row_count > {most}" if most is not None else ""
    return none_of(
        "rows_of_games",
        "SELECT b.game_id AS example FROM (SELECT game_id FROM nba_raw.team_boxscores "  # noqa: S608 - numbers only
        "WHERE game_date BETWEEN {first} AND {last} GROUP BY game_id HAVING COUNT(*) = 2) AS b "
        "LEFT JOIN (SELECT game_id, COUNT(*) AS row_count FROM {table} "
        "WHERE {column} BETWEEN {first} AND {last} GROUP BY game_id) AS o ON o.game_id = b.game_id "
        f"WHERE COALESCE(o.row_count, 0) < {least}{beyond}",
        blocking=blocking,
    )


def fresh_beside(upstream: str, *, blocking: bool = False) -> Audit:
    """Every date of the range on which `upstream` has rows has rows here."""
    return none_of(
        f"fresh_beside({upstream})",
        f"SELECT CAST(game_date AS STRING) AS example FROM {upstream} "  # noqa: S608 - declared in code
        "WHERE game_date BETWEEN {first} AND {last} GROUP BY game_date "
        "HAVING game_date NOT IN (SELECT game_date FROM {table} WHERE {column} BETWEEN {first} AND {last})",
        blocking=blocking,
    )


def audited(wanted: TableRange, audits: Sequence[Audit]) -> TableRange:
    """The range with the audits' counts among what is asked of it."""
    return TableRange(
        wanted.table, wanted.first, wanted.last, wanted.column, wanted.key, tuple(a.count for a in audits)
    )


def judge(
    warehouse: Warehouse, ranges: Mapping[TableRange, tuple[Sequence[Audit], Version]]
) -> dict[TableRange, list[AuditResult]]:
    """What the audits of some ranges found; where they found something, with examples, by one more statement."""
    results: dict[TableRange, list[AuditResult]] = {}
    for wanted, (audits, version) in ranges.items():
        unique = [(Audit(UNIQUE_KEY), version.rows - version.distinct_keys)] if wanted.key else []
        counted = [*unique, *zip(audits, version.found, strict=True)]
        results[wanted] = [_result(wanted, audit, version, failures) for audit, failures in counted]
    _add_examples(warehouse, results, {w: {a.name: a for a in audits} for w, (audits, _) in ranges.items()})
    for found in results.values():
        for result in found:
            if result.failures:
                log.warning("audit failed", extra={"table": result.table_name, "audit": result.words})
    return results


def blocking_error(results: Sequence[AuditResult]) -> AuditError | None:
    """The error of the blocking audits that failed; None when all passed."""
    failed = [r for r in results if r.blocking and r.failures]
    if not failed:
        return None
    first = failed[0]
    return AuditError(
        "; ".join(r.words for r in failed), table=first.table_name, first=first.start_date, last=first.end_date
    )


def _result(wanted: TableRange, audit: Audit, version: Version, failures: int) -> AuditResult:
    return AuditResult(
        table_name=wanted.table,
        audit=audit.name,
        start_date=wanted.first,
        end_date=wanted.last,
        blocking=audit.blocking,
        failures=failures,
        rows_checked=version.rows,
    )


def _add_examples(
    warehouse: Warehouse,
    results: Mapping[TableRange, list[AuditResult]],
    known: Mapping[TableRange, Mapping[str, Audit]],
) -> None:
    parts: list[str] = []
    params: dict[str, object] = {}
    failed = {f"a{n}": (w, r) for n, (w, r) in enumerate((w, r) for w, rs in results.items() for r in rs if r.failures)}
    for alias, (wanted, result) in failed.items():
        audit = known[wanted].get(result.audit) or Audit(UNIQUE_KEY, failing=_doubled(wanted.key))
        names = {"first": f"@{alias}_first", "last": f"@{alias}_last", "table": wanted.table, "column": wanted.column}
        parts.append(
            f"SELECT '{alias}' AS part, ARRAY_AGG(example ORDER BY example LIMIT {_EXAMPLES}) AS examples "  # noqa: S608
            f"FROM ({audit.examples(wanted.key).format(**names)})"
        )
        params |= {f"{alias}_first": wanted.first, f"{alias}_last": wanted.last}
    if parts:
        for row in warehouse.query("\nUNION ALL\n".join(parts), params).rows:
            failed[row["part"]][1].examples = ", ".join(row["examples"])


def _doubled(key: tuple[str, ...]) -> str:
    return (
        f"SELECT {key_text(key)} AS example FROM {{table}} "  # noqa: S608 - declared in code
        "WHERE {column} BETWEEN {first} AND {last} GROUP BY 1 HAVING COUNT(*) > 1"
    )
