"""`nba night`: the schedules as they are written, through a night on a simulated clock."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import click
from rich.table import Table

from common import clock
from common.settings import Settings
from orchestration import session as sessions
from orchestration.commands.options import GAME_DATE, as_date, common_options, source_options
from orchestration.commands.progress import progress
from orchestration.commands.replay import Moment
from orchestration.commands.terminal import terminal
from orchestration.day import DayWalker
from orchestration.night import Fired, NightWalker
from orchestration.schedules import Schedules

VALIDATE = Path(__file__).parents[2] / "bin" / "monitoring" / "validate_overnight_fix.sh"
BEGINS, ENDS = 6, 12


@click.command()
@click.option("--date", "day", type=GAME_DATE, metavar="DATE", required=True, help="The game date (Eastern).")
@click.option("--from", "begin", type=Moment(), metavar="MOMENT", help="First moment [default: 06:00 of the date].")
@click.option("--until", "end", type=Moment(), metavar="MOMENT", help="Last moment [default: noon of the next day].")
@click.option("--skip", multiple=True, metavar="SCHEDULE", help="A schedule that does not fire; may be repeated.")
@click.option(
    "--history-from", type=GAME_DATE, metavar="DATE", help="Box scores from here on, in bulk [default: season's start]."
)
@click.option("--json", "as_json", is_flag=True, help="Print the calls as JSON.")
@common_options
@source_options
def night(
    settings: Settings,
    day: datetime,
    begin: datetime | None,
    end: datetime | None,
    skip: tuple[str, ...],
    history_from: datetime | None,
    as_json: bool,
) -> None:
    """Make the calls of orchestration/schedules.yaml through a date and its night, on a simulated clock.

    Each call is made at its moment and the cascade behind it settles before the next. In the end
    bin/monitoring/validate_overnight_fix.sh looks at the date. Exit code 0 only if every call was answered and the
    validation passes.
    """
    if settings.source == "live":
        raise click.UsageError("`nba night` walks a simulated clock: it needs --source recorded (or simulated)")
    game_date = as_date(day)
    schedules = Schedules.load()
    unknown = sorted(set(skip) - {s.name for s in schedules.schedules})
    if unknown:
        raise click.UsageError(f"--skip {unknown[0]}: there is no such schedule in schedules.yaml")
    first = begin or clock.eastern(game_date, BEGINS)
    last = end or clock.eastern(game_date + timedelta(days=1), ENDS)
    if last <= first:
        raise click.UsageError("--until is not after --from")
    with sessions.embedded(settings) as session, progress(as_json) as on_step:
        on_step("history", 0, 1)
        DayWalker(session).fill_history(game_date, as_date(history_from) if history_from else None)
        # The call that is due at the first moment belongs to the night.
        walker = NightWalker(session, schedules, skip=skip, on_call=on_step)
        fired = walker.walk(first - timedelta(seconds=1), last)
        code, told = validate(settings, game_date)
    show(fired, code, told, as_json=as_json)
    sys.exit(0 if code == 0 and all(f.went_well for f in fired) else 1)


def validate(settings: Settings, game_date: date) -> tuple[int, str]:
    """What the validation script says of the stack that is up: exit code and words."""
    done = subprocess.run(  # noqa: S603 - our own script
        [str(VALIDATE), str(game_date)],
        env={**os.environ, "NBA_DATA_DIR": str(settings.data_dir.absolute()), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def show(fired: Sequence[Fired], code: int, told: str, *, as_json: bool) -> None:
    """The calls by schedule, those that came to nothing left out of the long list, and the validation."""
    if as_json:
        click.echo(
            json.dumps({"calls": [f.as_json() for f in fired], "valid": code == 0, "validation": told}, indent=2)
        )
        return
    table = Table(title="Calls of the schedules; each answer once in a row")
    for heading in ("Eastern", "schedule", "answer", "what came of it"):
        table.add_column(heading, overflow="fold")
    before: dict[str, tuple[str, str]] = {}
    for f in fired:
        said = (f"{f.http_status} {f.status}", f.note)
        if before.get(f.schedule) != said:
            table.add_row(f"{f.moment.astimezone(clock.EASTERN):%m-%d %H:%M}", f.schedule, *said)
        before[f.schedule] = said
    console = terminal()
    console.print(table)
    console.print(f"{len(fired)} calls made")
    console.print(told, highlight=False, markup=False)
