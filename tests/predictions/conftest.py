"""A Phase 5 of the test's own: inputs put into the warehouse, messages carried by hand."""

from __future__ import annotations

import base64
import itertools
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from common import clock
from common.context import Context
from common.events import Event
from common.warehouse import QueryResult
from predictions import coordinator, worker
from predictions.systems import MovingAverageBaseline
from predictions.training import serving

_days = itertools.count()
LINEAGE = {
    "source": "oddsa_player_props",
    "scope": "event:x@y",
    "raw_path": "raw/x",
    "source_row_hash": "0",
}


@dataclass
class Phase5:
    """Both services on one warehouse, for one date that no other test uses. Moments are given as hours, Eastern."""

    context: Context
    day: date
    coordinator: Flask = field(init=False)
    worker: Flask = field(init=False)

    def __post_init__(self) -> None:
        self.coordinator = coordinator.create_app(self.context)
        self.worker = worker.create_app(self.context)

    def at(self, hour: float) -> datetime:
        return clock.eastern(self.day, 0) + timedelta(hours=hour)

    # -- inputs ----------------------------------------------------------------------------------------

    def load(self, table: str, rows: list[dict[str, Any]]) -> None:
        self.context.warehouse.load(table, rows, work=[uuid.uuid4()])

    def delete(self, table: str, where: str) -> None:
        self.context.warehouse.execute(
            f"DELETE FROM {table} WHERE game_date = @day AND {where}",
            {"day": self.day},
            work=[uuid.uuid4()],
            table=table,
        )

    def features(
        self, *players: int, game: str = "0023000001", tip_off: float = 19, points: float | None = 20.0
    ) -> None:
        row = {
            "game_id": game,
            "game_date": self.day,
            "season": "2030-31",
            "team": "BOS",
            "opponent": "NYK",
            "tip_off": self.at(tip_off),
            "feature_version": "v2",
            "points_avg_last_5": points,
            "points_avg_last_10": points,
            "points_avg_season": points,
            "games_played_season": 20 if points is not None else 0,
            "features_present": 4,
            "quality": 0.1,
            "source_flags": "BBBB",
            "loaded_at": datetime.now(UTC),
        }
        self.load("nba_precompute.ml_feature_store", [row | {"player_id": p, "player_name": f"P{p}"} for p in players])

    def quotes(
        self,
        lines: dict[tuple[int, str], float],
        *,
        at: float,
        game: str = "0023000001",
        price: float = 1.9,
        main: bool = True,
        event: str = "x",
    ) -> None:
        """One snapshot of a game: {(player, bookmaker): line}."""
        row = LINEAGE | {
            "game_id": game,
            "game_date": self.day,
            "season": "2030-31",
            "resolved_by": "team",
            "market": "player_points",
            "over_price": price,
            "under_price": price,
            "is_main_line": main,
            "snapshot_at": self.at(at),
            "tip_off": self.at(19),
            "event_id": event,
            "fetched_at": self.at(at),
            "loaded_at": datetime.now(UTC),
        }
        self.load(
            "nba_raw.player_prop_lines",
            [
                row | {"player_id": p, "player_name": f"P{p}", "bookmaker": b, "line": line}
                for (p, b), line in lines.items()
            ],
        )

    def no_quotes(self, event: str, *, at: float) -> None:
        """An answer on an event that had no quote: Phase 2 keeps an account of it, and no row."""
        moment = self.at(at).astimezone(UTC)
        path = f"oddsa_player_props/{self.day}/{event}/{moment:%Y%m%dT%H%M%S}000000Z.json.gz"
        account = {
            "path": path, "feed": "oddsa_player_props", "scope": str(self.day), "fetched_date": moment.date(),
            "outcome": "empty", "row_count": 0, "batch_id": "b", "recorded_at": datetime.now(UTC),
        }  # fmt: skip
        self.load("nba_orchestration.raw_files", [account])

    # -- messages ----------------------------------------------------------------------------------------

    @property
    def sent(self) -> list[tuple[str, Event]]:
        sent: list[tuple[str, Event]] = self.context.publisher.sent  # type: ignore[attr-defined]
        return sent

    def take(self, topic: str) -> list[Event]:
        """The messages of a topic that nobody has taken yet."""
        taken = [e for t, e in self.sent if t == topic]
        self.sent[:] = [(t, e) for t, e in self.sent if t != topic]
        return taken

    def push(self, app: Flask, path: str, event: Event, attempt: int = 1) -> dict[str, Any]:
        data = base64.b64encode(event.model_dump_json().encode()).decode()
        body = {"message": {"data": data, "messageId": "1"}, "subscription": "s", "deliveryAttempt": attempt}
        answer = app.test_client().post(path, json=body)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        answered: dict[str, Any] = answer.get_json()
        return answered

    def start(self, hour: float, **more: Any) -> dict[str, Any]:
        body = {"game_date": str(self.day), "simulated_at": clock.iso_utc(self.at(hour)), **more}
        answer = self.coordinator.test_client().post("/start", json=body)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        detail: dict[str, Any] = answer.get_json()["dates"][0]
        return detail

    def requests(self) -> list[Event]:
        return self.take("nba-prediction-requests")

    def compute(self, requests: list[Event]) -> list[Event]:
        for event in requests:
            self.push(self.worker, "/process", event)
        return self.take("nba-predictions-staged")

    def consolidate(self, event: Event, attempt: int = 1) -> dict[str, Any]:
        result: dict[str, Any] = self.push(self.coordinator, "/consolidate", event, attempt)["results"][0]
        return result

    def predict(self, hour: float, **more: Any) -> list[dict[str, Any]]:
        """From the trigger to the table; what consolidation answered."""
        self.start(hour, **more)
        return [self.consolidate(e) for e in self.compute(self.requests())]

    # -- what came of it -----------------------------------------------------------------------------------

    def versions(self) -> list[dict[str, Any]]:
        return self.context.warehouse.query(
            "SELECT * FROM nba_predictions.player_prop_predictions WHERE game_date = @day "
            "ORDER BY player_id, bookmaker, created_at",
            {"day": self.day},
        ).rows

    def told(self) -> list[tuple[Any, ...]]:
        """(player, bookmaker, line, created hour, closed hour or None) of every version."""

        def hour(moment: datetime | None) -> float | None:
            return None if moment is None else (moment - self.at(0)) / timedelta(hours=1)

        rows = self.versions()
        assert all(r["is_current"] == (r["closed_at"] is None) for r in rows)
        return [(r["player_id"], r["bookmaker"], r["line"], hour(r["created_at"]), hour(r["closed_at"])) for r in rows]


@pytest.fixture
def one_system(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the moving averages predict: what becomes of rows does not depend on how many systems there are."""
    only = (MovingAverageBaseline(),)
    monkeypatch.setattr(serving, "SYSTEMS", only)
    monkeypatch.setattr(serving, "UNTRAINED", replace(serving.UNTRAINED, systems=only))


@pytest.fixture
def phase5(context: Context, one_system: None) -> Phase5:
    # January: no change of daylight saving within a date.
    settings = context.settings.model_copy(update={"prediction_request_size": 2})
    mine = Context(settings)
    mine.publisher = context.publisher
    return Phase5(mine, date(2031, 1, 2) + timedelta(days=next(_days)))


@pytest.fixture
def statements(phase5: Phase5, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the gateway calls that touch the warehouse, as they come."""
    seen: list[str] = []

    def counted(name: str) -> Callable[..., Any]:
        original = getattr(phase5.context.warehouse, name)

        def call(*args: Any, **kwargs: Any) -> QueryResult | int:
            seen.append(name)
            result: QueryResult | int = original(*args, **kwargs)
            return result

        return call

    for name in ("query", "execute", "load"):
        monkeypatch.setattr(phase5.context.warehouse, name, counted(name))
    return seen
