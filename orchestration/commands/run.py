"""`nba run`: days through the whole cascade on a simulated clock."""

from __future__ import annotations

import json
import sys
import time
from datetime import datetime, timedelta
from typing import Any, get_args

import click
from rich.console import Console
from rich.table import Table

from common import clock
from common.settings import Settings
from orchestration import session as sessions
from orchestration.commands.options import GAME_DATE, as_date, common_options, source_options, span_of
from orchestration.commands.progress import progress
from orchestration.commands.terminal import terminal
from orchestration.completeness import completeness
from orchestration.day import DayRun, DayWalker
from orchestration.local.message_broker import BrokerKind
from orchestration.moments import NIGHT_HOUR, parse_interval
from orchestration.sql_files import query_text

_PHASES = ("phase1", "phase2", "phase3", "phase4", "phase5", "grading")


@click.command()
@click.option("--from", "first", type=GAME_DATE, metavar="DATE", required=True, help="First game date (Eastern).")
@click.option("--to", "last", type=GAME_DATE, metavar="DATE", required=True, help="Last game date.")
@click.option(
    "--history-from", type=GAME_DATE, metavar="DATE", help="Box scores from here on, in bulk [default: season's start]."
)
@click.option("--every", help="More looks before the first tip-off, e.g. 2h.")
@click.option(
    "--pubsub",
    type=click.Choice(get_args(BrokerKind)),
    default="embedded",
    show_default=True,
    help="Message broker; emulator: Google's, of the Google Cloud CLI (needs gcloud and Java).",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@common_options
@source_options
def run(
    settings: Settings,
    first: datetime,
    last: datetime,
    history_from: datetime | None,
    every: str | None,
    pubsub: BrokerKind,
    as_json: bool,
) -> None:
    """Walk game days through all five phases and grading, as production would.

    For each date the clock stands at 10:00, half an hour before the first tip-off, and 04:00 the next day:
    scrape, let the cascade settle, move on. Exit code 0 only when every date is complete.
    """
    if settings.source == "live":
        raise click.UsageError("`nba run` walks a simulated clock: it needs --source recorded (or simulated)")
    start, end = span_of(first, last)
    try:
        interval = parse_interval(every) if every else None
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    began = time.monotonic()
    with sessions.embedded(settings, pubsub=pubsub) as session:
        ready = time.monotonic()
        with progress(as_json) as on_step:
            walker = DayWalker(session, every=interval, on_step=on_step)
            runs = walker.walk(start, end, as_date(history_from) if history_from else None)
        result = result_of(session, settings, runs, ready - began, time.monotonic() - ready)
    show_result(result, as_json=as_json)
    sys.exit(0 if result["complete"] else 1)


def result_of(
    session: sessions.Session, settings: Settings, runs: list[DayRun], startup: float, walked: float
) -> dict[str, Any]:
    """What the run did: counts by date, what is missing, what went wrong, and how long it took."""
    warehouse = session.context.warehouse
    first, last = runs[0].game_date, runs[-1].game_date
    # The walk stands in the night after its last date, whatever the real date is.
    found = completeness(session.context, first, last, clock.eastern(last + timedelta(days=1), NIGHT_HOUR))
    reports = {d.game_date: d for d in found.days}
    dead = {name: c.dead for name, c in session.stack.broker.counts().items() if c.dead}
    dates = []
    for run_ in runs:
        window = {"since": run_.started_at, "until": run_.finished_at}
        phases = {r["phase"]: round(r["seconds"], 2) for r in warehouse.query(query_text("phase_seconds"), window).rows}
        dates.append(
            {
                **reports[run_.game_date].as_json(),
                "seconds": round((run_.finished_at - run_.started_at).total_seconds(), 2),
                "phase_seconds": phases,
                "problems": run_.problems,
            }
        )
    complete = not dead and found.complete and all(not d["problems"] for d in dates)
    return {
        "complete": complete,
        "source": settings.source,
        "seed": settings.seed if settings.source == "simulated" else None,
        "dates": dates,
        "dead_letters": dead,
        "quarantine": found.quarantine,
        "failed_audits": found.failed_audits,
        "startup_seconds": round(startup, 2),
        "run_seconds": round(walked, 2),
    }


def show_result(result: dict[str, Any], *, as_json: bool, console: Console | None = None) -> None:
    """Print the result as tables, or as JSON."""
    if as_json:
        click.echo(json.dumps(result, indent=2, default=str))
        return
    console = console or terminal()
    league = f", seed {result['seed']}" if result["seed"] is not None else ""
    counts = Table(title=f"Game days, source {result['source']}{league}")
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
