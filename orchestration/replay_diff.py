"""What a replay says otherwise than the live tables: table by table, which keys and which columns differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from common.content import key_text
from common.context import Context
from common.settings import Settings
from common.warehouse import Warehouse
from data_processors.analytics.main_analytics_service import PHASE as ANALYTICS
from data_processors.grading.main_grading_service import PHASE as GRADING
from data_processors.precompute.main_precompute_service import PHASE as PRECOMPUTE
from data_processors.raw.raw_tables import (
    GAME_LINES,
    PLAYER_BOXSCORES,
    PLAYER_PROP_LINES,
    SCHEDULE,
    SHOTS,
    TEAM_BOXSCORES,
)
from orchestration.sql_files import query_text

# When a row was written is no content.
_LEFT_OUT = "loaded_at"
_RAW = (SCHEDULE, PLAYER_BOXSCORES, TEAM_BOXSCORES, SHOTS, PLAYER_PROP_LINES, GAME_LINES)


@dataclass(frozen=True)
class TableDiff:
    """A table: rows whose key only one side has, rows that both have, and how many of those differ in a column."""

    table: str
    only_live: int
    only_replayed: int
    in_both: int
    columns: Mapping[str, int]
    examples: str | None

    @property
    def differs(self) -> bool:
        """Whether anything is not the same."""
        return bool(self.only_live or self.only_replayed or self.columns)

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "table": self.table,
            "only_live": self.only_live,
            "only_replayed": self.only_replayed,
            "in_both": self.in_both,
            "columns": dict(self.columns),
            "examples": self.examples,
        }


def tables() -> Iterator[tuple[str, tuple[str, ...], str]]:
    """(table, natural key, date column) of every table that a replay fills, in the order of the phases."""
    for raw in _RAW:
        yield raw.name, raw.key, raw.date_column
    for phase in (ANALYTICS, PRECOMPUTE):
        for processor in phase.processors:
            yield processor.output, processor.key, "game_date"
    yield "nba_predictions.player_prop_predictions", ("prediction_id",), "game_date"
    for processor in GRADING.processors:
        yield processor.output, processor.key, "game_date"


def diff(settings: Settings, prefix: str, first: date, last: date) -> list[TableDiff]:
    """Compare the dates in the live datasets with those that begin with `prefix`: a statement a table."""
    live = Context(settings.model_copy(update={"dataset_prefix": ""})).warehouse
    replayed = Context(settings.model_copy(update={"dataset_prefix": prefix})).warehouse
    return [_diff(live, replayed, *table, first, last) for table in tables()]


def _diff(
    live: Warehouse, replayed: Warehouse, table: str, key: tuple[str, ...], date_column: str, first: date, last: date
) -> TableDiff:
    columns = [c.name for c in live.schema(table) if c.name != _LEFT_OUT and c.name not in key]
    counted = ",\n  ".join(
        f"COUNTIF(live.key_text = replayed.key_text AND TO_JSON_STRING(live.{c}) != TO_JSON_STRING(replayed.{c})) "
        f"AS differs_{c}"
        for c in columns
    )
    sql = query_text("diff_table").format(
        columns=counted,
        key=key_text(key),
        live=live.qualified(table),
        replayed=replayed.qualified(table),
        left_out=_LEFT_OUT,
        date_column=date_column,
    )
    (row,) = live.query(sql, {"first": first, "last": last}).rows
    found = {c: row[f"differs_{c}"] for c in columns if row[f"differs_{c}"]}
    return TableDiff(table, row["only_live"], row["only_replayed"], row["in_both"], found, row["examples"] or None)
