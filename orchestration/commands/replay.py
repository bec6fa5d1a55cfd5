"""`nba replay` and `nba diff`: past dates again from the raw store, and what came out otherwise."""

from __future__ import annotations

import json
import re
import sys
from datetime import UTC, datetime
from typing import Any

import click
from rich.table import Table

from common import clock
from common.context import Context
from common.settings import Settings
from orchestration import session as sessions
from orchestration.commands.options import GAME_DATE, Phases, as_date, common_options, span_of
from orchestration.commands.progress import progress
from orchestration.commands.terminal import terminal
from orchestration.replay import GRADING, PHASES, Replayer, earliest_box_score, missing_before
from orchestration.replay_diff import TableDiff
from orchestration.replay_diff import diff as compare

_PREFIX = re.compile(r"^[a-z][a-z0-9_]{0,30}$")


class Moment(click.ParamType[datetime]):
    """A moment: ISO 8601; without an offset it is Eastern time."""

    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The moment, UTC."""
        if isinstance(value, datetime):
            return value
        try:
            found = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no moment such as 2024-11-06T12:00", param, ctx)
        return (found if found.tzinfo else found.replace(tzinfo=clock.EASTERN)).astimezone(UTC)


class Prefix(click.ParamType[str]):
    """What stands before the names of a replay's datasets."""

    name = "prefix"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The prefix, with an underscore at its end."""
        if not _PREFIX.match(value):
            self.fail(f"{value!r}: small letters, digits and underscores, a letter first", param, ctx)
        return f"{str(value).rstrip('_')}_"


@click.command()
@click.option("--from", "first", type=GAME_DATE, metavar="DATE", required=True, help="First game date (Eastern).")
@click.option("--to", "last", type=GAME_DATE, metavar="DATE", required=True, help="Last game date.")
@click.option(
    "--as-of", type=Moment(), metavar="MOMENT", help="As if it were then, e.g. 2024-11-06T12:00 [default: the end]."
)
@click.option(
    "--into",
    type=Prefix(),
    metavar="PREFIX",
    help="Datasets beside the live ones [default: the live ones].",
)
@click.option(
    "--history-from",
    type=GAME_DATE,
    metavar="DATE",
    help="Box scores from here on [default: as far as the live tables].",
)
@click.option(
    "--phases",
    type=Phases("a replay", PHASES, {"grading": GRADING}),
    help="Only these, on the tables that are there: 2 land, 3 and 4 compute, 5 predict, 6 or grading [default: all].",
)
@common_options
def replay(
    settings: Settings,
    first: datetime,
    last: datetime,
    as_of: datetime | None,
    into: str | None,
    history_from: datetime | None,
    phases: tuple[int, ...] | None,
) -> None:
    """Run past dates again from the raw store, without asking any source.

    Only payloads, quotes and reports that were there by the simulated moment count, so the predictions are those of
    then. With --into the datasets PREFIX_nba_raw and so on are filled, and the live ones stay as they are; `nba diff`
    compares them. With --phases no other phase runs, so that what reads the result stays as it was. Exit code 0 only
    when nothing went wrong on the way.
    """
    start, end = span_of(first, last)
    if sessions.is_cloud(settings):
        raise click.UsageError("a replay walks a simulated clock on the embedded stack; unset NBA_PROJECT")
    with sessions.warehouse_only(settings) as live:
        history = as_date(history_from) if history_from else earliest_box_score(live)
        if into and phases:
            _check_there(live, into, phases)
    beside = settings.model_copy(update={"dataset_prefix": into or ""})
    with sessions.embedded(beside) as session, progress(False) as on_step:
        runs = Replayer(session, as_of=as_of, phases=phases, on_step=on_step).walk(start, end, history)
    problems = [f"{r.game_date}: {p}" for r in runs for p in r.problems]
    for problem in problems:
        click.echo(problem, err=True)
    where = f"into {into}nba_*" if into else "into the live datasets"
    only = f", phases {', '.join(map(str, phases))} only" if phases else ""
    click.echo(f"{len(runs)} dates replayed {where}{only}" + (f", as of {clock.iso_utc(as_of)}" if as_of else ""))
    if into:
        click.echo(f"compare: nba diff {into} --from {start} --to {end}")
    sys.exit(1 if problems else 0)


def _check_there(live: Context, into: str, phases: tuple[int, ...]) -> None:
    """UsageError when a phase that these read has left nothing beside the live datasets."""
    beside = Context(live.settings.model_copy(update={"dataset_prefix": into}))
    if missing := missing_before(beside, phases):
        raise click.UsageError(
            f"{into}nba_* has nothing of phase {', '.join(map(str, missing))}, which --phases "
            f"{','.join(map(str, phases))} reads: run the same without --phases first, or name "
            f"{'it' if len(missing) == 1 else 'them'}, too"
        )


@click.command()
@click.argument("prefix", type=Prefix())
@click.option("--from", "first", type=GAME_DATE, metavar="DATE", required=True, help="First game date.")
@click.option("--to", "last", type=GAME_DATE, metavar="DATE", required=True, help="Last game date.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@common_options
def diff(settings: Settings, prefix: str, first: datetime, last: datetime, as_json: bool) -> None:
    """Say table by table which keys and columns of a replay differ from the live ones.

    When a row was written is left out. Exit code 0 only when nothing differs.
    """
    start, end = span_of(first, last)
    with sessions.warehouse_only(settings) as live:
        found = compare(live.settings, prefix, start, end)
    if as_json:
        click.echo(json.dumps({"prefix": prefix, "tables": [t.as_json() for t in found]}, indent=2))
    else:
        _show(found)
    sys.exit(1 if any(t.differs for t in found) else 0)


def _show(found: list[TableDiff]) -> None:
    table = Table(title=None if any(t.differs for t in found) else "No difference")
    for heading in ("table", "in both", "only live", "only replayed", "columns that differ (rows)", "for example"):
        table.add_column(heading, justify="right" if heading in {"in both", "only live", "only replayed"} else "left")
    for t in found:
        columns = ", ".join(f"{name} ({rows})" for name, rows in t.columns.items())
        counts = (str(t.in_both), str(t.only_live), str(t.only_replayed))
        table.add_row(t.table, *counts, columns or "-", t.examples or "-")
    terminal().print(table)
