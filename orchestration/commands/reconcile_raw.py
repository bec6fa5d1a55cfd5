"""`nba reconcile-raw`: is every file of the raw store accounted for?"""

from __future__ import annotations

import json
import sys
from datetime import datetime

import click
from rich.table import Table

from common.settings import Settings
from orchestration.commands.options import GAME_DATE, common_options, span_of
from orchestration.commands.terminal import terminal
from orchestration.raw_accounts import KINDS, Reconciled, reconcile
from orchestration.reprocessing import raw_service
from orchestration.session import warehouse_only


@click.command("reconcile-raw")
@click.option("--from", "first", type=GAME_DATE, metavar="DATE", help="First game date [default: everything].")
@click.option("--to", "last", type=GAME_DATE, metavar="DATE", help="Last game date.")
@click.option("--heal", is_flag=True, help="Send what is left over to Phase 2.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@common_options
def reconcile_raw(settings: Settings, first: datetime | None, last: datetime | None, heal: bool, as_json: bool) -> None:
    """Compare the raw store's files with what became of them. Exit code 0 only when none is left over.

    A file has landed, is empty, was superseded by a newer answer to the same request, waits for a name or the
    schedule, or lies in quarantine; whatever is none of these is left over and named. A range means the files of
    its dates and of their seasons.
    """
    if (first is None) != (last is None):
        raise click.UsageError("--from and --to go together")
    start, end = span_of(first, last) if first and last else (None, None)
    with warehouse_only(settings) as context:
        found = reconcile(context, start, end)
    if heal and found.left_over:
        with raw_service(settings) as service:
            service.read_again([f.path for f in found.left_over], "nba reconcile-raw")
            found = reconcile(service.context, start, end)
    _show(found, as_json)
    sys.exit(1 if found.left_over else 0)


def _show(found: Reconciled, as_json: bool) -> None:
    if as_json:
        left = [{"path": f.path, "reason": f.reason} for f in found.left_over]
        feeds = {feed: dict(counts) for feed, counts in found.feeds.items()}
        told = {"files": found.files, "feeds": feeds, "left_over": left, "damaged": found.damaged}
        click.echo(json.dumps(told, indent=2))
        return
    table = Table(title=f"{found.files} files, {len(found.left_over)} left over")
    for heading in ("feed", *KINDS):
        table.add_column(heading, justify="left" if heading == "feed" else "right")
    for feed, counts in sorted(found.feeds.items()):
        table.add_row(feed, *(str(counts[kind]) for kind in KINDS))
    console = terminal()
    console.print(table)
    for file in found.left_over:
        console.print(f"[red]left over[/]: {file.path}: {file.reason}", highlight=False)
    for path in found.damaged:
        console.print(f"[yellow]damaged[/]: {path}: set apart, a newer answer has replaced it", highlight=False)
