"""`nba names`: names that nobody could be found for, and aliases for them."""

from __future__ import annotations

import json
import sys

import click
from rich.table import Table

from common.errors import TerminalError
from common.ids import normalise_name
from common.settings import Settings
from data_processors.raw.registry_tables import add_alias
from orchestration.commands.options import common_options
from orchestration.commands.terminal import terminal
from orchestration.reprocessing import raw_service
from orchestration.session import warehouse_only
from orchestration.sql_files import query_text
from orchestration.unresolved import unresolved_names


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@common_options
@click.pass_context
def names(ctx: click.Context, settings: Settings, as_json: bool) -> None:
    """List the names that could not be resolved, the most used first. Exit code 0 only when there are none.

    Candidates are players of the teams in question who are spelt alike: a hint, never used by itself.
    """
    if ctx.invoked_subcommand is not None:
        return
    with warehouse_only(settings) as context:
        found = unresolved_names(context.warehouse)
    if as_json:
        click.echo(json.dumps([n.as_json() for n in found], indent=2))
        sys.exit(1 if found else 0)
    table = Table(title=f"{len(found)} unresolved names")
    for heading in ("name", "reason", "quotes", "games", "feeds", "first", "last", "candidates"):
        table.add_column(heading)
    for name in found:
        shown = name.as_json()
        hints = ", ".join(f"{n} ({i})" for i, n in name.candidates)
        table.add_row(
            name.name,
            shown["reason"],
            str(name.quotes),
            str(len(name.games)),
            ", ".join(shown["feeds"]),
            shown["first_date"],
            shown["last_date"],
            hints or "-",
        )
    terminal().print(table)
    sys.exit(1 if found else 0)


@names.command("add-alias")
@click.argument("name")
@click.argument("player_id", type=int)
@click.option("--abbreviation", is_flag=True, help="Means him only where he is in one of the two teams.")
@click.option("--note", help="Why, for whoever looks at it later.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@common_options
def add(settings: Settings, name: str, player_id: int, abbreviation: bool, note: str | None, as_json: bool) -> None:
    """Let NAME mean the player with the NBA's PLAYER_ID, and read again the payloads that wait for it.

    Exit code 0 only when the name waits nowhere any more.
    """
    key = {"name_key": normalise_name(name)}
    with raw_service(settings) as service:
        warehouse = service.context.warehouse
        players = warehouse.query(query_text("registered_player"), {"player_id": player_id}).rows
        if not players:
            raise TerminalError(
                "the registry has no player of that id; `nba names` shows candidates", player_id=player_id
            )
        add_alias(warehouse, name, player_id, note=note, is_abbreviation=abbreviation)
        paths = [r["raw_path"] for r in warehouse.query(query_text("waiting_for_alias"), key).rows]
        results = service.read_again(paths, "nba names add-alias") if paths else []
        left = [r["raw_path"] for r in warehouse.query(query_text("waiting_for_alias"), key).rows]
    if as_json:
        player = players[0]["player_name"]
        answer = {"name": name, "player_id": player_id, "player_name": player, "payloads": paths, "still_waiting": left}
        click.echo(json.dumps(answer | {"results": results}, indent=2))
    else:
        click.echo(f"{name} means {players[0]['player_name']} ({player_id}) from now on")
        click.echo(f"{len(paths)} payloads waited for it, {len(left)} still do")
    sys.exit(1 if left else 0)
