"""`nba query`: one statement, as a table, CSV or JSON."""

from __future__ import annotations

import csv
import json
import sys
from typing import Any

import click
from rich.table import Table

from common.settings import Settings
from orchestration.commands.options import common_options
from orchestration.commands.terminal import terminal
from orchestration.session import warehouse_only


@click.command()
@click.argument("sql")
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
@common_options
def query(settings: Settings, sql: str, form: str) -> None:
    """Run SQL (GoogleSQL) on the warehouse and print the rows. "-" reads the statement from standard input."""
    statement = sys.stdin.read() if sql == "-" else sql
    with warehouse_only(settings) as context:
        rows = context.warehouse.query(statement).rows
    print_rows(rows, form)


def print_rows(rows: list[dict[str, Any]], form: str) -> None:
    """Print rows; NULL is an empty cell in tables and CSV, null in JSON."""
    if form == "json":
        click.echo(json.dumps(rows, indent=2, default=str))
        return
    headings = list(rows[0]) if rows else []
    if form == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(headings)
        writer.writerows([["" if v is None else v for v in row.values()] for row in rows])
        return
    table = Table()
    for heading in headings:
        table.add_column(heading)
    for row in rows:
        table.add_row(*["" if v is None else str(v) for v in row.values()])
    terminal().print(table if rows else "no rows")
