"""The command line `nba`."""

from __future__ import annotations

import logging
import sys

import click

from common.errors import NbaError
from orchestration.commands.lazy_group import LazyGroup

_NAMES = (
    *("demo", "run", "night", "scrape", "backfill", "train", "backtest", "status", "grade", "explain"),
    *("names", "quarantine", "dead-letters", "reconcile", "reconcile-raw", "alert", "replay", "query", "migrate", "up"),
)
_COMMANDS = {name: f"orchestration.commands.{name.replace('-', '_')}:{name.replace('-', '_')}" for name in _NAMES}
_COMMANDS["diff"] = "orchestration.commands.replay:diff"


@click.group(
    cls=LazyGroup,
    lazy=_COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.option("-v", "--verbose", is_flag=True, help="Show what happens inside.")
@click.version_option(package_name="nba-props", prog_name="nba")
def cli(verbose: bool) -> None:
    """NBA player props: from public data to graded predictions, on this machine or on Google Cloud."""
    logging.basicConfig(level=logging.INFO if verbose else logging.ERROR, format="%(levelname)s %(name)s: %(message)s")


def main() -> None:
    """Entry point: errors that we know are one clear line, not a stack trace."""
    try:
        cli()
    except NbaError as error:
        click.echo(f"nba: {error}", err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
