"""What waits for a game, a name or the other log is read again when a schedule, box score or player list brings it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from common.ids import season_of_date, season_start
from common.warehouse import Warehouse
from data_processors.raw.cross_checks import DO_NOT_FIT
from data_processors.raw.landing import Landed
from data_processors.raw.raw_tables import PLAYER_BOXSCORES, PLAYER_LIST, SCHEDULE, TEAM_BOXSCORES

_SQL = Path(__file__).with_name("sql")


@dataclass(frozen=True)
class Arrivals:
    """What a batch brought that others may wait for: dates of the schedule, of box scores (of players, of teams),
    seasons of the list.
    """

    schedule: frozenset[date]
    box_scores: frozenset[date]
    listed: frozenset[str]
    teams: frozenset[date] = frozenset()

    @classmethod
    def of(cls, landed: Iterable[Landed], dates_of: Callable[[Landed], set[date]]) -> Arrivals:
        """The arrivals among the tables that a batch wrote; `dates_of` says which of a table's dates count."""
        found: dict[str, set[date]] = {t.name: set() for t in (SCHEDULE, PLAYER_BOXSCORES, TEAM_BOXSCORES, PLAYER_LIST)}
        for part in landed:
            if part.table in found and part.error is None:
                found[part.table] |= dates_of(part)
        return cls(
            frozenset(found[SCHEDULE.name]),
            frozenset(found[PLAYER_BOXSCORES.name]),
            frozenset(season_of_date(d) for d in found[PLAYER_LIST.name]),
            frozenset(found[TEAM_BOXSCORES.name]),
        )

    @property
    def of_games(self) -> frozenset[date]:
        """The dates on which a game's rows may now fit that did not."""
        return self.schedule | self.box_scores | self.teams

    @property
    def seasons(self) -> set[str]:
        """The seasons whose players may have changed."""
        return {season_of_date(d) for d in self.box_scores} | self.listed


@dataclass
class Awaited:
    """Payloads to read again, and seasons with players whom the registry does not have so."""

    paths: set[str] = field(default_factory=set)
    unregistered: set[str] = field(default_factory=set)


def awaited(warehouse: Warehouse, arrivals: Arrivals) -> Awaited:
    """What waited for the arrivals, by one statement; none for no arrivals."""
    parts: list[str] = []
    params: dict[str, Any] = {}
    if arrivals.schedule:
        parts.append("waiting_for_games")
        params |= {"schedule_first": min(arrivals.schedule), "schedule_last": max(arrivals.schedule)}
    if arrivals.seasons:
        parts.append("waiting_for_names")
        # The list alone: no box score has come, and a range that ends before it begins holds nothing.
        first = min(season_start(s) for s in arrivals.seasons)
        box_first, box_last = (
            (min(arrivals.box_scores), max(arrivals.box_scores)) if arrivals.box_scores else (date.max, date.min)
        )
        params |= {"seasons": arrivals.seasons, "first": first, "box_first": box_first, "box_last": box_last}
    if arrivals.of_games:
        parts.append("waiting_for_fit")
        params |= {"fit_first": min(arrivals.of_games), "fit_last": max(arrivals.of_games), "do_not_fit": DO_NOT_FIT}
    if not parts:
        return Awaited()
    # Each part has a WITH or a UNION of its own.
    texts = [f"SELECT kind, value FROM ({(_SQL / f'{name}.sql').read_text(encoding='utf-8')})" for name in parts]  # noqa: S608 - our own files
    found = Awaited()
    for row in warehouse.query("\nUNION ALL\n".join(texts), params).rows:
        (found.paths if row["kind"] == "payload" else found.unregistered).add(row["value"])
    return found
