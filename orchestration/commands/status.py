"""`nba status`: what each date should have and what it has."""

from __future__ import annotations

import json
import sys
from datetime import datetime

import click
from rich.console import Console
from rich.table import Table

from common import clock
from common.settings import Settings
from orchestration.commands.options import GAME_DATE, as_date, common_options
from orchestration.completeness import day_summaries, waiting_items
from orchestration.session import running_stack, warehouse_only


@click.command()
@click.option("--date", "day", type=GAME_DATE, metavar="DATE", help="One game date [default: today].")
@click.option("--from", "first", type=GAME_DATE, metavar="DATE", help="First game date of a range.")
@click.option("--to", "last", type=GAME_DATE, metavar="DATE", help="Last game date of a range.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@common_options
def status(
    settings: Settings, day: datetime | None, first: datetime | None, last: datetime | None, as_json: bool
) -> None:
    """Show completeness by date and what waits in quarantine. Exit code 0 only when nothing is missing."""
    start = as_date(first or day) if first or day else clock.today()
    end = as_date(last) if last else start
    if end < start:
        raise click.UsageError(f"--to {end} is before --from {start}")
    with warehouse_only(settings) as context:
        days = day_summaries(context.warehouse, start, end)
        waiting = waiting_items(context.warehouse)
    complete = not waiting and all(not d.gaps for d in days)
    if as_json:
        state = {"complete": complete, "dates": [d.as_json() for d in days], "quarantine": waiting}
        click.echo(json.dumps(state | {"stack": running_stack(settings.data_dir)}, indent=2, default=str))
        sys.exit(0 if complete else 1)
    table = Table()
    for heading in ("date", "games", "players", "quotes", "quoted", "predictions", "graded", "void", "missing"):
        table.add_column(heading)
    for d in days:
        counts = (d.players, d.quotes, d.quoted_players, d.current_predictions, d.graded, d.void)
        table.add_row(str(d.game_date), f"{d.played}/{d.games}", *map(str, counts), "; ".join(d.gaps) or "-")
    console = Console()
    console.print(table)
    for item in waiting:
        console.print(f"[red]quarantine[/]: {item['item_id']}: {item['error_message']}", highlight=False)
    sys.exit(0 if complete else 1)
