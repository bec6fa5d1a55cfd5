"""`nba run`: days through the whole cascade on a simulated clock."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from common.settings import Settings
from orchestration import session as sessions
from orchestration.commands.options import GAME_DATE, as_date, common_options, source_options
from orchestration.completeness import day_summaries, waiting_items
from orchestration.day import DayRun, DayWalker
from orchestration.moments import parse_interval
from orchestration.sql_files import query_text

_PHASES = ("phase1", "phase2", "phase3", "phase4", "phase5", "grading")


@click.command()
@click.option("--from", "first", type=GAME_DATE, metavar="DATE", required=True, help="First game date (Eastern).")
@click.option("--to", "last", type=GAME_DATE, metavar="DATE", required=True, help="Last game date.")
@click.option(
    "--history-from", type=GAME_DATE, metavar="DATE", help="Box scores from here on, in bulk [default: season's start]."
)
@click.option("--every", help="More looks before the first tip-off, e.g. 2h.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@common_options
@source_options
def run(
    settings: Settings, first: datetime, last: datetime, history_from: datetime | None, every: str | None, as_json: bool
) -> None:
    """Walk game days through all five phases and grading, as production would.

    For each date the clock stands at 10:00, half an hour before the first tip-off, and 04:00 the next day:
    scrape, let the cascade settle, move on. Exit code 0 only when every date is complete.
    """
    if settings.source == "live":
        raise click.UsageError("`nba run` walks a simulated clock: it needs --source recorded (or simulated)")
    start, end = as_date(first), as_date(last)
    if end < start:
        raise click.UsageError(f"--to {end} is before --from {start}")
    try:
        interval = parse_interval(every) if every else None
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    began = time.monotonic()
    with sessions.embedded(settings) as session:
        ready = time.monotonic()
        with _progress(as_json) as on_step:
            walker = DayWalker(session, every=interval, on_step=on_step)
            runs = walker.walk(start, end, as_date(history_from) if history_from else None)
        result = _result(session, settings, runs, ready - began, time.monotonic() - ready)
    _show(result, as_json)
    sys.exit(0 if result["complete"] else 1)


@contextmanager
def _progress(quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
    columns = (TextColumn("{task.description:<28}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), disable=quiet, transient=True) as bar:
        task = bar.add_task("starting", total=None)

        def on_step(what: str, done: int, total: int) -> None:
            bar.update(task, description=what, completed=done, total=total)

        yield on_step


def _result(
    session: sessions.Session, settings: Settings, runs: list[DayRun], startup: float, walked: float
) -> dict[str, Any]:
    warehouse = session.context.warehouse
    summaries = {s.game_date: s for s in day_summaries(warehouse, runs[0].game_date, runs[-1].game_date)}
    dead = {name: c.dead for name, c in session.stack.broker.counts().items() if c.dead}
    waiting = waiting_items(warehouse)
    dates = []
    for run_ in runs:
        summary = summaries[run_.game_date]
        window = {"since": run_.started_at, "until": run_.finished_at}
        phases = {r["phase"]: round(r["seconds"], 2) for r in warehouse.query(query_text("phase_seconds"), window).rows}
        dates.append(
            {
                **summary.as_json(),
                "seconds": round((run_.finished_at - run_.started_at).total_seconds(), 2),
                "phase_seconds": phases,
                "problems": run_.problems,
            }
        )
    complete = not dead and not waiting and all(not d["gaps"] and not d["problems"] for d in dates)
    return {
        "complete": complete,
        "source": settings.source,
        "dates": dates,
        "dead_letters": dead,
        "quarantine": waiting,
        "startup_seconds": round(startup, 2),
        "run_seconds": round(walked, 2),
    }


def _show(result: dict[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(result, indent=2, default=str))
        return
    console = Console()
    counts = Table(title=f"Game days, source {result['source']}")
    for heading in ("date", "games", "players", "quoted", "unresolved", "predictions", "graded", "void"):
        counts.add_column(heading, justify="right", no_wrap=True)
    seconds = Table(title="Seconds by phase (parallel work counts each)")
    for heading in ("date", "whole day", *_PHASES):
        seconds.add_column(heading, justify="right", no_wrap=True)
    for day in result["dates"]:
        cells = [day["game_date"], f"{day['played']}/{day['games']}", day["players"], day["quoted_players"]]
        cells += [day["unresolved_names"], day["predictions"], day["graded"], day["void"]]
        counts.add_row(*map(str, cells))
        spent = [day["seconds"], *(day["phase_seconds"].get(p, 0) for p in _PHASES)]
        seconds.add_row(day["game_date"], *(f"{s:.1f}" for s in spent))
    console.print(counts)
    console.print(seconds)
    console.print(f"start-up {result['startup_seconds']:.1f} s, run {result['run_seconds']:.1f} s")
    for day in result["dates"]:
        for problem in [*day["gaps"], *day["problems"]]:
            console.print(f"[red]{day['game_date']}[/]: {problem}", highlight=False)
    for name, count in result["dead_letters"].items():
        console.print(f"[red]dead letters[/] of {name}: {count}")
    for item in result["quarantine"]:
        console.print(f"[red]quarantine[/]: {item['item_id']}: {item['error_message']}", highlight=False, markup=True)
