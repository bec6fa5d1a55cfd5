"""How a range of dates is cut for a backfill.

Scraping and landing go month by month: a month's payloads are a few load jobs, and a kill costs a month at most.
Phases 3 and 4 go season by season: one MERGE a table and season, on some 170 partitions. That is far below BigQuery's
limits (4,000 partitions a job, 1,500 changes a table and day, 10 GB a load) and reads the history before each
range once instead of seven times.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Literal

from common import clock, ids

PHASES = (1, 2, 3, 4)
# Services by phase; a backfill calls them one after the other and they tell nobody.
SERVICE = {1: "scrapers", 2: "raw", 3: "analytics", 4: "precompute"}
Size = Literal["week", "month", "season"]
_SIZE_OF_PHASE: dict[int, Size] = {1: "month", 2: "month", 3: "season", 4: "season"}


@dataclass(frozen=True)
class Chunk:
    """Dates that one call of a phase does, both included; never of two seasons."""

    phase: int
    first: date
    last: date

    @property
    def name(self) -> str:
        """The name under which the run ledger knows it."""
        return f"phase{self.phase}:{self.first}:{self.last}"

    @property
    def dates(self) -> list[date]:
        """Its dates."""
        return clock.dates_between(self.first, self.last)


def cut(first: date, last: date, phases: Iterable[int], size: Size | None = None) -> list[Chunk]:
    """The chunks in the order in which they run: a phase is over before the next begins.

    `size` is the same for all phases; by default months for phases 1 and 2, seasons for 3 and 4.
    """
    return [
        Chunk(phase, part[0], part[-1])
        for phase in sorted(set(phases))
        for part in _parts(clock.dates_between(first, last), _PERIOD[size or _SIZE_OF_PHASE[phase]])
    ]


def _parts(days: list[date], period: Callable[[date], object]) -> list[list[date]]:
    return [list(part) for _, part in groupby(days, key=period)]


def _monday(day: date) -> tuple[str, date]:
    return ids.season_of_date(day), day - timedelta(days=day.weekday())


_PERIOD: dict[Size, Callable[[date], object]] = {
    "week": _monday,
    "month": lambda day: (day.year, day.month),
    "season": ids.season_of_date,
}
