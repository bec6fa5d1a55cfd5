"""Where the time of five recorded game days goes: wall time by date, server time and statements by service.

python -m tests.benchmarks.five_days ../shared/recorded
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.table import Table

from common import clock
from common.settings import Settings
from orchestration.day import DayWalker
from orchestration.session import embedded

FIRST, LAST = date(2024, 11, 4), date(2024, 11, 8)


def main(archive: Path) -> None:
    """Walk the days on a fresh data folder and print both tables."""
    console = Console(width=110)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), source="recorded", archive=archive.absolute())
        began = time.monotonic()
        with embedded(settings) as session:
            startup = time.monotonic() - began
            since = clock.wall_clock()
            began = time.monotonic()
            runs = DayWalker(session).walk(FIRST, LAST, None)
            walked = time.monotonic() - began
            jobs = session.context.warehouse.jobs(since)
    days = Table(title="Wall time by game date")
    days.add_column("date")
    days.add_column("seconds", justify="right")
    for run in runs:
        days.add_row(str(run.game_date), f"{(run.finished_at - run.started_at).total_seconds():.1f}")
    in_days = sum((r.finished_at - r.started_at).total_seconds() for r in runs)
    days.add_row("history before", f"{walked - in_days:.1f}")
    console.print(days)
    console.print(f"start-up {startup:.1f} s, {in_days / len(runs):.1f} s a date\n")

    seconds: defaultdict[str, float] = defaultdict(float)
    statements: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for job in jobs:
        service = job.labels.get("service", "the walker")
        seconds[service] += job.seconds
        statements[service][job.kind] += 1
    total = sum(seconds.values())
    kinds = sorted({k for c in statements.values() for k in c})
    spent = Table(title="Statements and server time by service")
    for heading in ("service", *kinds, "statements", "server s", "share", "ms each"):
        spent.add_column(heading, justify="right")
    for service in sorted(seconds, key=lambda s: -seconds[s]):
        count = statements[service].total()
        cells = [str(statements[service][k]) for k in kinds]
        share = f"{seconds[service] / total:.0%}"
        spent.add_row(
            service, *cells, str(count), f"{seconds[service]:.1f}", share, f"{1000 * seconds[service] / count:.0f}"
        )
    console.print(spent)
    console.print(
        f"{len(jobs)} statements, {total:.1f} s on the server of {walked:.1f} s walked: {total / walked:.0%}; "
        f"{len(jobs) / len(runs):.0f} statements a date"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/recorded"))
