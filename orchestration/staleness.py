"""Which processors owe a date something: they have not run over it, failed, or ran before what they read changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from common.content import TableRange, Version, versions
from common.warehouse import Warehouse
from data_processors.sql_processor import SqlProcessor

_GOOD = frozenset({"success", "unchanged"})
# Ranges whose versions one statement asks for.
_RANGES = 60


@dataclass(frozen=True)
class Stale:
    """A processor that owes a date something, and why in words."""

    processor: str
    game_date: date
    why: str


def stale(
    warehouse: Warehouse, processors: Sequence[SqlProcessor], days: Iterable[date], runs: Sequence[dict[str, Any]]
) -> list[Stale]:
    """What the processors owe the dates, by `runs` (`runs_of_range.sql`) and when their inputs were last written.

    A statement for every sixty ranges of input tables. A processor whose driving tables hold nothing for a date owes
    it nothing.
    """
    wanted = [(p, day) for p in processors for day in days]
    ranges = [r for p, day in wanted for r in p.input_ranges(day, day).values()]
    state = _versions(warehouse, ranges)
    found = []
    for processor, day in wanted:
        why = _owes(processor, day, state, [r for r in runs if r["processor"] == processor.name])
        if why is not None:
            found.append(Stale(processor.name, day, why))
    return found


def _owes(
    processor: SqlProcessor, day: date, state: dict[TableRange, Version], runs: Sequence[dict[str, Any]]
) -> str | None:
    reads = processor.input_ranges(day, day)
    drivers = [state[reads[table]] for table in processor.drivers]
    if drivers and not any(d.rows for d in drivers):
        return None
    over = [r for r in runs if r["start_date"] <= day <= r["end_date"]]
    last = max(over, key=lambda r: r["started_at"], default=None)
    if last is None:
        return "has not run over this date"
    if last["status"] not in _GOOD:
        return f"{last['status'].replace('_', ' ')}: {last['error_message'] or 'no reason told'}"
    ran: datetime = last["started_at"]
    later = sorted(table for table, part in reads.items() if (written := state[part].latest) and written > ran)
    return f"ran before {', '.join(later)} changed" if later else None


def _versions(warehouse: Warehouse, ranges: Sequence[TableRange]) -> dict[TableRange, Version]:
    unique = list(dict.fromkeys(ranges))
    found: dict[TableRange, Version] = {}
    for start in range(0, len(unique), _RANGES):
        found |= versions(warehouse, unique[start : start + _RANGES])
    return found
