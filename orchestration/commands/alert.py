"""`nba alert`: what a person should know of some dates, told by webhook."""

from __future__ import annotations

import json
import sys
from datetime import date

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from common.settings import Settings
from orchestration.alert_webhook import VARIABLE
from orchestration.alerts import Told
from orchestration.alerts import alert as tell
from orchestration.commands.options import common_options, dates_options
from orchestration.commands.terminal import terminal
from orchestration.session import warehouse_only


@click.command()
@dates_options
@click.option("--dry-run", is_flag=True, help="Name the findings; send and remember nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@common_options
def alert(settings: Settings, start: date, end: date, dry_run: bool, as_json: bool) -> None:
    """Tell a person by webhook what is amiss: missing dates, failed phases, stale sources, dead letters, quarantine.

    One message a call to NBA_ALERT_WEBHOOK_URL, as Slack and its like take it. Each finding is told once a day;
    after NBA_ALERT_DAILY_LIMIT messages a day the rest is kept and counted. Exit code 0 only when nothing is left
    untold.
    """
    with warehouse_only(settings) as context:
        told = tell(context, start, end, dry_run=dry_run)
    if as_json:
        click.echo(json.dumps(told.as_json(), indent=2))
    else:
        _show(told, terminal())
    if told.status == "not_configured":
        click.echo(f"nothing is sent: set {VARIABLE} to the address of a webhook", err=True)
    sys.exit(1 if told.untold else 0)


def _show(told: Told, console: Console) -> None:
    if not told.findings:
        console.print("Nothing is amiss; nothing was sent.")
        return
    table = Table(title="What a person should know")
    for heading in ("date", "kind", "what", "told"):
        table.add_column(heading, overflow="fold")
    for f in told.findings:
        table.add_row(str(f.game_date), f.kind.replace("_", " "), Text(f.words), told.how(f))
    console.print(table)
