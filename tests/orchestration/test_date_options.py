"""--date, or --from and --to: what several commands share."""

from __future__ import annotations

from datetime import date

import click
import pytest
from click.testing import CliRunner

from common import clock
from orchestration.commands.options import dates_options


@click.command()
@dates_options
def show(start: date, end: date) -> None:
    """Print the dates."""
    click.echo(f"{start} {end}")


@pytest.mark.parametrize(
    ("arguments", "printed"),
    [
        (["--date", "2024-11-04"], "2024-11-04 2024-11-04"),
        (["--from", "2024-11-04"], "2024-11-04 2024-11-04"),
        (["--from", "2024-11-04", "--to", "2024-11-06"], "2024-11-04 2024-11-06"),
    ],
)
def test_the_dates_that_are_given(arguments: list[str], printed: str) -> None:
    assert CliRunner().invoke(show, arguments).output.strip() == printed


def test_today_where_nothing_is_given() -> None:
    with clock.simulated(clock.parse_utc("2024-11-05T03:00:00Z")):  # still the fourth in New York
        assert CliRunner().invoke(show).output.strip() == "2024-11-04 2024-11-04"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--from", "2024-11-06", "--to", "2024-11-04"], "--to 2024-11-04 is before --from 2024-11-06"),
        (["--date", "2024-11-04", "--to", "2024-11-06"], "give --date, or --from and --to"),
        (["--to", "2024-11-06"], "--to needs --from"),
    ],
)
def test_a_wrong_use_is_named(arguments: list[str], words: str) -> None:
    done = CliRunner().invoke(show, arguments)
    assert done.exit_code == 2
    assert words in done.output
