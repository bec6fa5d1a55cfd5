"""`nba status`: what each date should have, what it has, and why something is missing."""

from __future__ import annotations

import json
import sys
from datetime import date

import click
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from common.settings import Settings
from orchestration.commands import dead_letters
from orchestration.commands.options import common_options, dates_options
from orchestration.commands.terminal import terminal
from orchestration.completeness import Completeness, DayReport, Gap, completeness
from orchestration.evidence import dates_of
from orchestration.session import is_cloud, running_stack, warehouse_only

# Dates that lack the same for the same reason and still get a line each.
_FEW = 3
_HEADINGS = (
    *(
        "date",
        "games",
        "players",
        "shots",
        "quoted",
        "names?",
        "analytics",
        "features",
        "predictions",
        "graded",
        "void",
    ),
    "gaps",
)


@click.command()
@dates_options
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@common_options
def status(settings: Settings, start: date, end: date, as_json: bool) -> None:
    """Show by date what the schedule says must exist, what does, and why not.

    Below the table: gaps with their reasons, what is told only (a source never
    had it, or contradicts itself and is known to be right in one), failed audits, the quarantine, and how
    many messages were delivered in vain.
    Exit code 0 only when nothing is missing, nothing waits in quarantine and no blocking audit has failed.
    """
    with warehouse_only(settings) as context:
        found = completeness(context, start, end)
    dead = 0 if is_cloud(settings) else dead_letters.count(settings.data_dir)
    if as_json:
        state = {
            "complete": found.complete,
            "dates": [d.as_json() for d in found.days],
            "quarantine": found.quarantine,
            "failed_audits": found.failed_audits,
            "dead_letters": dead,
        }
        click.echo(json.dumps(state | {"stack": running_stack(settings.data_dir)}, indent=2, default=str))
    else:
        show(found, terminal())
        if dead:
            click.echo(f"dead letters: {dead} messages were delivered in vain; `nba dead-letters list` shows them")
    sys.exit(0 if found.complete else 1)


def show(found: Completeness, console: Console) -> None:
    """A line a date, and everything else in words below."""
    table = Table(box=box.SIMPLE, padding=(0, 1, 0, 0))
    for heading in _HEADINGS:
        table.add_column(heading, justify="left" if heading == "date" else "right", no_wrap=True)
    for report in found.days:
        table.add_row(*_cells(report))
    console.print(table)
    for words in in_words(found.days, offered=True):
        console.print(f"[red]missing[/] {escape(words)}", highlight=False, soft_wrap=True)
    for words in in_words(found.days, offered=False):
        console.print(f"[dim]told only {escape(words)}[/]", highlight=False, soft_wrap=True)
    for audit, words in zip(found.failed_audits, dates_of(found.failed_audits), strict=True):
        kind = "[red]audit failed[/]" if audit["blocking"] else "[yellow]audit warns[/]"
        console.print(f"{kind}: {escape(words)}", highlight=False, soft_wrap=True)
    for item in found.quarantine:
        console.print(
            f"[red]quarantine[/]: {escape(item['item_id'] + ': ' + item['error_message'])}",
            highlight=False,
            soft_wrap=True,
        )


def _cells(report: DayReport) -> list[str]:
    d = report.summary
    counts = (d.unresolved_names, d.player_summaries, d.feature_rows, d.current_predictions, d.graded, d.void)
    gaps = len(report.gaps)
    return [
        *(str(d.game_date), f"{d.played}/{d.games}", str(d.players), str(d.shot_games), f"{d.quoted_games}/{d.games}"),
        *map(str, counts),
        f"[red]{gaps}[/]" if gaps else "-",
    ]


def in_words(days: list[DayReport], *, offered: bool) -> list[str]:
    """The gaps of a range; what many dates lack for one reason is one line."""
    alike: dict[tuple[str, str], list[tuple[DayReport, Gap]]] = {}
    for report in days:
        for gap in report.lacking:
            if gap.offered == offered:
                alike.setdefault((gap.table, gap.reason.words), []).append((report, gap))
    lines = []
    for found in alike.values():
        if len(found) <= _FEW:
            lines += [f"{report.game_date}: {gap.words}" for report, gap in found]
            continue
        first, last = found[0], found[-1]
        missing = sum(gap.missing for _, gap in found)
        dates = f"{first[0].game_date}..{last[0].game_date}, {len(found)} dates"
        lines.append(f"{dates}: {missing} {last[1].what}: {last[1].reason.words}")
    return sorted(lines)
