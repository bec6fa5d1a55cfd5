"""Game dates made by hand, for the alerts: a game, its feeds, and runs that went well or not."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from common import clock
from common.context import Context
from common.run_ledger import Run
from common.warehouse import Warehouse
from tests.data_processors.warehouse_rows import insert

FEEDS = (
    *("nbac_schedule", "oddsa_events", "oddsa_player_props", "oddsa_game_lines"),
    *("nbac_injury_report", "nbac_referee_assignments"),
)


# Dates that no other test works on begin here.
FIRST = date(2061, 1, 5)
_TABLES = {
    "nba_raw.schedule": "game_date",
    "nba_raw.player_prop_lines": "game_date",
    "nba_predictions.player_prop_predictions": "game_date",
    "nba_orchestration.processor_runs": "start_date",
    "nba_orchestration.raw_files": "fetched_date",
    "nba_orchestration.alerts": "alert_date",
}


def clean(warehouse: Warehouse) -> None:
    """Leave the warehouse as it was before these dates."""
    for table, column in _TABLES.items():
        warehouse.execute(f"DELETE FROM {table} WHERE {column} >= '{FIRST}'", work=[uuid.uuid4().hex], table=table)


@dataclass
class GameDate:
    """A date of a warehouse with one game, at 19:00 Eastern."""

    context: Context
    day: date

    def __post_init__(self) -> None:
        row = {
            "game_id": self.game_id, "game_date": str(self.day), "season": "2060-61", "season_type": "Regular Season",
            "tip_off": clock.iso_utc(self.at(19)), "home_team": "BOS", "away_team": "NYK", "home_team_id": 1,
            "away_team_id": 2, "postponed": False,
        }  # fmt: skip
        insert(self.context.warehouse, "nba_raw.schedule", [row])

    @property
    def game_id(self) -> str:
        return f"00{self.day:%Y%m%d}"

    def more_games(self, count: int, *, postponed: bool, first: int = 0) -> None:
        rows = [
            {
                "game_id": f"01{self.day:%m%d}{n:04d}", "game_date": str(self.day), "season": "2060-61",
                "season_type": "Regular Season", "tip_off": clock.iso_utc(self.at(19)), "home_team": "LAL",
                "away_team": "DEN", "home_team_id": 3, "away_team_id": 4, "postponed": postponed,
            }
            for n in range(first, first + count)
        ]  # fmt: skip
        insert(self.context.warehouse, "nba_raw.schedule", rows)

    def predicted(self, *reasons: str) -> None:
        """Standing predictions of as many players, each with its reason."""
        now = clock.iso_utc(self.at(17))
        row = {
            "game_id": self.game_id, "game_date": str(self.day), "tip_off": clock.iso_utc(self.at(19)),
            "system_id": "s", "bookmaker": "book", "line": 20.5, "line_snapshot_at": now, "recommendation": "PASS",
            "content_hash": "c", "feature_cutoff": now, "created_at": now, "is_current": True, "batch_id": "b",
            "model_version": "1", "loaded_at": now,
        }  # fmt: skip
        mine = [
            row | {"prediction_id": uuid.uuid4().hex, "player_id": 7 + n, "player_name": "Tony Test", "reason": reason}
            for n, reason in enumerate(reasons)
        ]
        self.context.warehouse.load("nba_predictions.player_prop_predictions", mine, work=[uuid.uuid4().hex])

    def at(self, hour: int, minute: int = 0) -> datetime:
        """An Eastern time of the date, or of the morning after it."""
        return clock.eastern(self.day + timedelta(days=hour // 24), hour % 24, minute)

    @property
    def morning_after(self) -> datetime:
        return self.at(24 + 6, 40)

    def ran(self, phase: str, processor: str, status: str, at: datetime, **more: Any) -> None:
        run = Run(phase, processor, self.day, self.day, "scheduler", status=status)
        run.started_at, run.finished_at = at, at + timedelta(seconds=1)
        for name, value in more.items():
            setattr(run, name, value)
        self.context.ledger.add(run)

    def failed(self, processor: str, at: datetime, **more: Any) -> None:
        words = {"error_type": "AuditError", "error_message": f"{processor} does not add up"}
        self.ran("phase3", processor, "failed", at, **words, **more)

    def feeds_are_fresh(self, *but: str) -> None:
        for feed in FEEDS:
            if feed not in but:
                self.ran("phase1", feed, "success", self.at(20, 1), rows_in=1)

    def payload(self, feed: str, at: datetime) -> None:
        row = {
            "path": f"{feed}/{self.day}/all/{at:%Y%m%dT%H%M%S}000000Z.json.gz", "feed": feed, "scope": str(self.day),
            "fetched_date": str(at.date()), "outcome": "landed", "row_count": 1, "batch_id": "b",
            "recorded_at": clock.iso_utc(at),
        }  # fmt: skip
        self.context.warehouse.load("nba_orchestration.raw_files", [row], work=[uuid.uuid4().hex])

    def quote(self) -> None:
        row = {
            "game_id": self.game_id, "game_date": str(self.day), "season": "2060-61", "player_id": 7,
            "player_name": "Tony Test", "resolved_by": "team", "bookmaker": "book", "market": "player_points",
            "line": 20.5, "over_price": 1.9, "under_price": 1.9, "is_main_line": True,
            "snapshot_at": clock.iso_utc(self.at(17)), "tip_off": clock.iso_utc(self.at(19)), "event_id": "e",
        }  # fmt: skip
        insert(self.context.warehouse, "nba_raw.player_prop_lines", [row])
