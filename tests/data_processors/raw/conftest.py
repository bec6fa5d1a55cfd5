"""Phase 2 on a warehouse: datasets of its own beside the session's, emptied before each test."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from common import clock
from common.context import Context
from common.events import Event, Push
from common.service import Answer, DateRangeRequest
from common.settings import Settings
from common.warehouse import Warehouse
from data_processors.raw.main_processor_service import on_push, on_range
from data_processors.raw.raw_tables import UNREAD_TABLES
from orchestration.migrate import apply, read_migrations
from tests.data_processors.raw import archive
from tests.fakes import RecordingPublisher

TABLES = (
    *(f"nba_raw.{t}" for t in ("schedule", "player_boxscores", "team_boxscores", "shots", "players")),
    *("nba_raw.player_prop_lines", "nba_raw.game_lines"),
    *(f"nba_raw.{t.part}" for t in UNREAD_TABLES),
    *("nba_reference.unresolved_names", "nba_orchestration.quarantine", "nba_orchestration.processor_runs"),
    *("nba_reference.players", "nba_reference.player_aliases", "nba_reference.team_spells"),
    "nba_orchestration.raw_files",
)
NIGHT = datetime(2024, 11, 5, 9, tzinfo=clock.UTC)


@dataclass
class Bench:
    """Phase 2 with a raw store, a warehouse, and a record of what was published and written."""

    context: Context
    recorded: Path
    published: RecordingPublisher
    written: list[str] = field(default_factory=list)

    def push(self, *paths: str, attempt: int = 1, message_id: str | None = None) -> Answer:
        """Deliver a Phase 1 event that names `paths`."""
        event = Event(phase="phase1", source="test", raw_paths=list(paths), game_dates=[date(2024, 11, 4)])
        return on_push(self.context, Push(event, message_id or uuid.uuid4().hex, "phase2-raw", attempt))

    def range(self, first: str, last: str, **fields: Any) -> Answer:
        """Ask for a range of dates."""
        return on_range(
            self.context,
            DateRangeRequest(start_date=date.fromisoformat(first), end_date=date.fromisoformat(last), **fields),
        )

    def fill(self, day: str, *feeds: str) -> list[str]:
        """Put the archive's responses of a day into the raw store."""
        return archive.fill(self.context.raw_store, self.recorded, [date.fromisoformat(day)], feeds)

    def keep(
        self, feed: str, content: object, at: datetime = NIGHT, scope: str = "2024-11-04", request: str = "day"
    ) -> str:
        """Put one response into the raw store."""
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        return archive.keep(self.context.raw_store, feed, scope, request, body, at)

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """The rows of a query."""
        return self.context.warehouse.query(sql).rows

    def count(self, table: str, where: str = "TRUE") -> int:
        """How many rows of a table fit."""
        return int(self.rows(f"SELECT COUNT(*) AS n FROM {table} WHERE {where}")[0]["n"])

    @property
    def events(self) -> list[Event]:
        """The events published so far."""
        return [event for _, event in self.published.sent]


@pytest.fixture(scope="session")
def raw_settings(warehouse_settings: Settings) -> Settings:
    """Settings of datasets that only these tests use."""
    settings = warehouse_settings.model_copy(update={"dataset_prefix": "phase2_"})
    ours = [m for m in read_migrations() if m.name.startswith(("000_1_", "000_2_", "002_", "003_", "006_", "013_"))]
    apply(Context(settings).warehouse, ours)
    return settings


@pytest.fixture
def bench(raw_settings: Settings, recorded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """A bench on empty tables with an empty raw store."""
    context = Context(raw_settings.model_copy(update={"raw_store_url": (tmp_path / "raw").as_uri()}))
    publisher = RecordingPublisher()
    context.publisher = publisher
    script = "".join(f"TRUNCATE TABLE {table};\n" for table in TABLES)
    context.warehouse.execute(script, work=["empty", uuid.uuid4().hex], table="nba_raw.all")
    made = Bench(context, recorded, publisher)
    merge_query = Warehouse.merge_query

    def noted(self: Warehouse, table: str, *arguments: Any, **named: Any) -> Any:
        made.written.append(table)
        return merge_query(self, table, *arguments, **named)

    monkeypatch.setattr(Warehouse, "merge_query", noted)
    return made
