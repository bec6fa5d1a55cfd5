"""Audits of what is about to be written: declared beside the processor, counted on the staged rows.

An audit says what must not be found in the new rows of a range of a table. All audits of a processor together cost no
statement of their own: each is one more number of the script that stages the rows. Only where a count is not zero does
a second statement look up which keys they are.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from common.audit_log import AuditResult
from common.content import key_text
from common.errors import AuditError
from common.warehouse import Warehouse

log = logging.getLogger(__name__)
UNIQUE_KEY = "unique_key"
EXAMPLES = 5


@dataclass(frozen=True)
class Audit:
    """Something that must not be found.

    Either `condition`, true for a row that is wrong, or `failing`, a SELECT with one column `example` of what is
    wrong. Both may use `{first}`, `{last}`, `{table}` (the rows that are about to be written) and `{column}`. Where a
    blocking audit fails nothing is written; another one is a warning in `nba status`.
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


def counts(audits: Sequence[Audit], names: Mapping[str, str]) -> str:
    """The array of what the audits count, inside an aggregation over the range."""
    return f"[{', '.join(audit.count.format(**names) for audit in audits)}]" if audits else "ARRAY<INT64>[]"


@dataclass(frozen=True)
class Judged:
    """The audits of the rows between two dates that are about to go to `table`, and what they counted."""

    table: str
    key: tuple[str, ...]
    first: date
    last: date
    audits: Sequence[Audit]
    rows: int
    distinct_keys: int
    found: Sequence[int]

    def results(self) -> list[AuditResult]:
        """A result an audit, the key's first."""
        counted = [(Audit(UNIQUE_KEY), self.rows - self.distinct_keys), *zip(self.audits, self.found, strict=True)]
        return [self._result(audit, failures) for audit, failures in counted]

    def _result(self, audit: Audit, failures: int) -> AuditResult:
        return AuditResult(
            table_name=self.table,
            audit=audit.name,
            start_date=self.first,
            end_date=self.last,
            blocking=audit.blocking,
            failures=failures,
            rows_checked=self.rows,
        )


def judge(
    warehouse: Warehouse, judged: Judged, names: Mapping[str, str], params: Mapping[str, Any]
) -> list[AuditResult]:
    """What the audits found; where they found something, with examples, by one more statement."""
    results = judged.results()
    known = {audit.name: audit for audit in judged.audits}
    failed = {f"a{number}": result for number, result in enumerate(results) if result.failures}
    parts = []
    for alias, result in failed.items():
        audit = known.get(result.audit) or Audit(UNIQUE_KEY, failing=_doubled(judged.key))
        parts.append(
            f"SELECT '{alias}' AS part, ARRAY_AGG(example ORDER BY example LIMIT {EXAMPLES}) AS examples "  # noqa: S608
            f"FROM ({audit.examples(judged.key).format(**names)})"
        )
    if parts:
        for row in warehouse.query("\nUNION ALL\n".join(parts), params).rows:
            failed[row["part"]].examples = ", ".join(row["examples"])
    warn(results)
    return results


def warn(results: Sequence[AuditResult]) -> None:
    """Log what failed."""
    for result in results:
        if result.failures:
            log.warning("audit failed", extra={"table": result.table_name, "audit": result.words})


def blocking_error(results: Sequence[AuditResult]) -> AuditError | None:
    """The error of the blocking audits that failed; None when all passed."""
    failed = [r for r in results if r.blocking and r.failures]
    if not failed:
        return None
    first = failed[0]
    return AuditError(
        "; ".join(r.words for r in failed), table=first.table_name, first=first.start_date, last=first.end_date
    )


def _doubled(key: tuple[str, ...]) -> str:
    return (
        f"SELECT {key_text(key)} AS example FROM {{table}} "  # noqa: S608 - declared in code
        "WHERE {column} BETWEEN {first} AND {last} GROUP BY 1 HAVING COUNT(*) > 1"
    )
