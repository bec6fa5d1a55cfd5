"""What equal events at once cost: MERGEs a table, and how long the answers take beside one single run.

python -m tests.benchmarks.doubled_events ../shared/recorded
"""

from __future__ import annotations

import os
import re
import statistics
import sys
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

from rich.console import Console
from rich.table import Table

from common import clock
from common.context import Context
from common.events import Event, Push
from common.settings import Settings
from common.warehouse import Warehouse
from data_processors.analytics.main_analytics_service import PHASE as ANALYTICS
from data_processors.phase_service import process
from data_processors.raw.main_processor_service import on_push
from data_processors.spans import Span
from orchestration.local.warehouse_server import WarehouseServer
from tests.data_processors.raw import archive
from tests.fakes import RecordingPublisher
from tests.migrated import migrated

DAY = date(2024, 11, 4)
FEEDS = ("nbac_schedule", "nbac_player_boxscore", "nbac_team_boxscore", "nbac_shot_chart")
_TARGET = re.compile(r"MERGE\s+`?([\w.]+)`?", re.IGNORECASE)


def main(recorded: Path) -> None:
    """Phase 1's event of a date fifty times, Phase 2's twenty times, each beside a single one of the day before."""
    console = Console(width=110)
    table = Table(title="Equal events at once")
    for heading in ("events", "MERGEs a table", "one alone, s", "median, s", "longest, s"):
        table.add_column(heading, justify="left" if heading.startswith(("events", "MERGEs")) else "right")
    with tempfile.TemporaryDirectory() as folder:
        data_dir = migrated(Path(folder))
        server = WarehouseServer(data_dir, dict(os.environ), project="local")
        server.start()
        try:
            settings = Settings(
                data_dir=data_dir, bigquery_endpoint=server.endpoint, raw_store_url=(data_dir / "raw").as_uri()
            )
            context = Context(settings)
            context.publisher = RecordingPublisher()
            for words, times, call in (
                ("phase 1's, of four feeds", 50, lambda day: _phase2(context, recorded, day)),
                ("phase 2's, of four tables", 20, lambda day: _phase3(context, day)),
            ):
                alone = _timed(call(DAY - timedelta(days=1)))
                merges, seconds = _at_once(context.warehouse, call(DAY), times)
                counts = ", ".join(f"{n} {name.split('.')[-1]}" for name, n in sorted(merges.items()))
                cells = (f"{alone:.1f}", f"{statistics.median(seconds):.1f}", f"{max(seconds):.1f}")
                table.add_row(f"{times} of {words}", counts, *cells)
        finally:
            server.stop()
    console.print(table)


def _phase2(context: Context, recorded: Path, day: date) -> Callable[[], None]:
    paths = archive.fill(context.raw_store, recorded, [day], FEEDS)
    event = Event(phase="phase1", source="benchmark", raw_paths=paths, game_dates=[day])

    def call() -> None:
        assert on_push(context, Push(event, uuid.uuid4().hex, "phase2-raw", 1)).status == "success"

    return call


def _phase3(context: Context, day: date) -> Callable[[], None]:
    tables = ("schedule", "player_boxscores", "team_boxscores", "shots")
    changed = {f"nba_raw.{name}": Span(day, day) for name in tables}

    def call() -> None:
        answer = process(context, ANALYTICS, changed, ANALYTICS.processors, trigger="pubsub")
        context.flush()
        assert answer.status == "success", answer.as_json()

    return call


def _at_once(warehouse: Warehouse, call: Callable[[], None], times: int) -> tuple[Counter[str], list[float]]:
    since = clock.wall_clock()
    with ThreadPoolExecutor(times) as pool:
        seconds = [f.result() for f in [pool.submit(_timed, call) for _ in range(times)]]
    found = (_TARGET.search(job.sql) for job in warehouse.jobs(since) if job.kind == "MERGE")
    return Counter(match[1] for match in found if match), seconds


def _timed(call: Callable[[], None]) -> float:
    began = time.monotonic()
    call()
    return time.monotonic() - began


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/recorded"))
