"""A processor that is one SELECT: phases 3 and 4 and grading are made of these.

The SELECT stands in a `.sql` file beside the declaration and returns the output table's columns (all but
`loaded_at`) for `game_date BETWEEN @start_date AND @end_date`. One date and one season run the same
statement. Its result is staged and audited, and a MERGE lands it, so that running it twice changes nothing the
second time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Literal

from common.content import TableRange, key_text
from common.events import deterministic_id
from common.merge import difference
from data_processors.audits import Audit, counts

# As-of windows look back at most this far before a game; a feature may say less.
HISTORY_DAYS = 365


@dataclass(frozen=True)
class Input:
    """A table that a processor reads.

    `effect` says which output a change on date d concerns: "same_day" the output of d, "later" the output
    of all dates after d (the as-of windows).
    """

    table: str
    effect: Literal["same_day", "later"] = "same_day"
    column: str = "game_date"


@dataclass(frozen=True)
class SqlProcessor:
    """A named SELECT, the table it fills, the table's natural key, and what it reads."""

    name: str
    phase: Literal["phase3", "phase4", "grading"]
    output: str
    key: tuple[str, ...]
    inputs: tuple[Input, ...]
    sql: Path
    # The input, or the inputs together, without whose rows there is no output: no box scores, no game summaries.
    driver: str | tuple[str, ...] | None = None
    # What must not be found in the output, besides a natural key that stands in it twice.
    audits: tuple[Audit, ...] = ()

    @cached_property
    def statement(self) -> str:
        """The SELECT's text."""
        return self.sql.read_text(encoding="utf-8").strip().rstrip(";")

    @cached_property
    def code_version(self) -> str:
        """Changes with the statement: a new formula makes all of its output due again."""
        return deterministic_id(self.statement, self.key)[:12]

    @property
    def source(self) -> str:
        """The SELECT as the source of a MERGE; the time of writing put in."""
        return self.source_of(f"(\n{self.statement}\n)")

    @staticmethod
    def source_of(computed: str) -> str:
        """The source of a MERGE of rows that have been computed: a table's name or a query in parentheses."""
        return f"(\nSELECT computed.*, CURRENT_TIMESTAMP() AS loaded_at\nFROM {computed} AS computed\n)"

    @property
    def drivers(self) -> tuple[str, ...]:
        """The inputs of which one must have rows for there to be output; none: there is output all the same."""
        return (self.driver,) if isinstance(self.driver, str) else self.driver or ()

    def reads(self, tables: Sequence[str]) -> bool:
        """Whether one of `tables` is among the inputs."""
        return any(i.table in tables for i in self.inputs)

    def first_concerned(self, table: str, changed_from: date) -> date | None:
        """The first output date that a change of `table` on `changed_from` concerns; None: it is not read."""
        concerned = [
            changed_from if i.effect == "same_day" else changed_from + timedelta(days=1)
            for i in self.inputs
            if i.table == table
        ]
        return min(concerned, default=None)

    def has_later_effect(self, table: str) -> bool:
        """Whether a change of `table` reaches output of later dates."""
        return any(i.table == table and i.effect == "later" for i in self.inputs)

    def input_ranges(self, start: date, end: date) -> dict[str, TableRange]:
        """The part of every input table that the output of [start, end] depends on."""
        ranges: dict[str, TableRange] = {}
        for wanted in self.inputs:
            if wanted.effect == "later":
                first, last = start - timedelta(days=HISTORY_DAYS), end - timedelta(days=1)
            else:
                first, last = start, end
            known = ranges.get(wanted.table)
            if known is not None:
                first, last = min(first, known.first), max(last, known.last)
            ranges[wanted.table] = TableRange(wanted.table, first, last, wanted.column)
        return ranges

    def output_range(self, start: date, end: date) -> TableRange:
        """The part of the output table that [start, end] covers."""
        return TableRange(self.output, start, end)

    def audit_names(self, staged: str) -> dict[str, str]:
        """What the placeholders of the audits stand for, with the parameters of the statement."""
        return {"first": "@start_date", "last": "@end_date", "table": staged, "column": "game_date"}

    def look(self, columns: Sequence[str]) -> str:
        """The SELECT of what is to be known of the staged rows (`{staged}`) before they are written.

        How many they are, how many keys, what the audits count, and in how many rows they and the output (of these
        `columns`) differ.
        """
        # ruff: noqa: S608 - names are declared in code; values are parameters
        there = f"{self.output} WHERE game_date BETWEEN @start_date AND @end_date"
        return (
            f"SELECT COUNT(*) AS row_count, COUNT(DISTINCT {key_text(self.key)}) AS distinct_keys, "
            f"{counts(self.audits, self.audit_names('{staged}'))} AS found, "
            f"{difference(columns, '{staged}', there)} AS differing FROM {{staged}}"
        )
