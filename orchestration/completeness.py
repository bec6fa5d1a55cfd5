"""Complete means counted: what each date should have, what it has, and what is missing."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from common.warehouse import Warehouse
from orchestration.sql_files import query_text


@dataclass(frozen=True)
class DaySummary:
    """The counts of one game date. `predictions` counts versions, `current_predictions` those not replaced;
    `gradable` those made before tip-off on a line quoted before it.
    """

    game_date: date
    games: int
    played: int
    players: int
    quotes: int
    quoted_players: int
    unresolved_names: int
    predictions: int
    current_predictions: int
    gradable: int
    predicted_players: int
    graded: int
    void: int

    @property
    def gaps(self) -> list[str]:
        """What is missing, in words; empty when the date is complete."""
        found = []
        if self.played < self.games:
            found.append(f"{self.games - self.played} of {self.games} games have no box score")
        if self.predicted_players < self.quoted_players:
            found.append(f"{self.quoted_players - self.predicted_players} quoted players have no prediction")
        if self.played == self.games and self.graded + self.void < self.gradable:
            found.append(f"{self.gradable - self.graded - self.void} predictions are not graded")
        return found

    def as_json(self) -> dict[str, Any]:
        """All counts and the gaps."""
        return {**asdict(self), "game_date": str(self.game_date), "gaps": self.gaps}


def day_summaries(warehouse: Warehouse, first: date, last: date) -> list[DaySummary]:
    """One summary a date, by one statement."""
    rows = warehouse.query(query_text("day_summary"), {"first": first, "last": last}).rows
    return [DaySummary(**row) for row in rows]


def waiting_items(warehouse: Warehouse) -> list[dict[str, Any]]:
    """What lies in quarantine."""
    return warehouse.query(query_text("waiting")).rows
