"""The command line `nba`."""

from __future__ import annotations

import logging
import sys

import click

from common.errors import NbaError
from orchestration.commands.alert import alert
from orchestration.commands.backfill import backfill
from orchestration.commands.backtest import backtest
from orchestration.commands.demo import demo
from orchestration.commands.explain import explain
from orchestration.commands.grade import grade
from orchestration.commands.migrate import migrate
from orchestration.commands.names import names
from orchestration.commands.night import night
from orchestration.commands.quarantine import quarantine
from orchestration.commands.query import query
from orchestration.commands.reconcile import reconcile
from orchestration.commands.reconcile_raw import reconcile_raw
from orchestration.commands.replay import diff, replay
from orchestration.commands.run import run
from orchestration.commands.scrape import scrape
from orchestration.commands.status import status
from orchestration.commands.train import train
from orchestration.commands.up import up


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option("-v", "--verbose", is_flag=True, help="Show what happens inside.")
@click.version_option(package_name="nba-props", prog_name="nba")
def cli(verbose: bool) -> None:
    """NBA player props: from public data to graded predictions, on this machine or on Google Cloud."""
    logging.basicConfig(level=logging.INFO if verbose else logging.ERROR, format="%(levelname)s %(name)s: %(message)s")


for command in (
    *(demo, run, night, scrape, backfill, train, backtest, status, grade, explain),
    *(names, quarantine, reconcile, reconcile_raw, alert, replay, diff),
    *(query, migrate, up),
):
    cli.add_command(command)


def main() -> None:
    """Entry point: errors that we know are one clear line, not a stack trace."""
    try:
        cli()
    except NbaError as error:
        click.echo(f"nba: {error}", err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
