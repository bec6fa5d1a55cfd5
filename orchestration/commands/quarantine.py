"""`nba quarantine`: payloads that could not be read, and another try."""

from __future__ import annotations

import json
import sys
from typing import Any

import click
from rich.table import Table

from common.errors import TerminalError
from common.settings import Settings
from common.warehouse import Warehouse
from orchestration.commands.options import common_options
from orchestration.commands.terminal import terminal
from orchestration.reprocessing import raw_service
from orchestration.session import warehouse_only
from orchestration.sql_files import query_text


@click.group()
def quarantine() -> None:
    """What could not be read: list it, look at it, try again."""


@quarantine.command("list")
@click.option("--resolved", "with_resolved", is_flag=True, help="Also what has been read after all.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@common_options
def list_items(settings: Settings, with_resolved: bool, as_json: bool) -> None:
    """List what waits, the oldest first. Exit code 0 only when nothing waits."""
    with warehouse_only(settings) as context:
        items = _items(context.warehouse, with_resolved)
    waiting = sum(i["status"] == "waiting" for i in items)
    if as_json:
        click.echo(json.dumps(items, indent=2, default=str))
    else:
        table = Table(title=f"{waiting} waiting")
        for heading in ("id", "feed", "status", "tries", "since", "error"):
            table.add_column(heading, overflow="fold")
        for item in items:
            cells = (item["item_id"], item["feed"] or item["kind"], item["status"], item["attempts"])
            table.add_row(*map(str, cells), str(item["quarantined_date"]), item["error_message"])
        terminal().print(table)
    sys.exit(1 if waiting else 0)


@quarantine.command()
@click.argument("item_id")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@common_options
def show(settings: Settings, item_id: str, as_json: bool) -> None:
    """Show one item whole, with its error and its content."""
    with warehouse_only(settings) as context:
        items = context.warehouse.query(query_text("quarantine_item"), {"item_id": item_id}).rows
    if not items:
        raise TerminalError("nothing of that id is in quarantine; `nba quarantine list` shows what is", item_id=item_id)
    if as_json:
        click.echo(json.dumps(items[0], indent=2, default=str))
        return
    content = items[0].pop("content")
    for name, value in items[0].items():
        click.echo(f"{name:<17} {'-' if value is None else value}")
    click.echo("")
    click.echo("the content could not be read" if content is None else content)


@quarantine.command()
@click.argument("item_ids", nargs=-1)
@click.option("--all", "all_items", is_flag=True, help="Everything that waits.")
@click.option(
    "--accept-shrink", is_flag=True, help="Let the named payloads remove most of what is there: the source is right."
)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@common_options
def retry(settings: Settings, item_ids: tuple[str, ...], all_items: bool, accept_shrink: bool, as_json: bool) -> None:
    """Read payloads again, as Phase 2 reads any. Exit code 0 only when all of them land."""
    if bool(item_ids) == all_items:
        raise click.UsageError("name the items to retry, or --all")
    if accept_shrink and all_items:
        raise click.UsageError("--accept-shrink is for payloads that somebody has looked at: name them")
    with raw_service(settings) as service:
        warehouse = service.context.warehouse
        waiting = {i["item_id"]: i for i in _items(warehouse, with_resolved=False)}
        unknown = sorted(set(item_ids) - waiting.keys())
        if unknown:
            raise TerminalError(
                "nothing of that id waits; `nba quarantine list` shows what does", ids=", ".join(unknown)
            )
        messages = [i for i in item_ids if waiting[i]["kind"] != "payload"]
        if messages:
            raise TerminalError("a message is no payload: send it again from where it came", ids=", ".join(messages))
        chosen = [i for i, item in waiting.items() if item["kind"] == "payload" and (all_items or i in item_ids)]
        results = service.read_again(chosen, "nba quarantine retry", accept_shrink=accept_shrink) if chosen else []
        left = [i for i in _items(warehouse, with_resolved=False) if i["item_id"] in chosen]
    if as_json:
        still = [{"item_id": i["item_id"], "error": i["error_message"]} for i in left]
        click.echo(json.dumps({"tried": chosen, "still_waiting": still, "results": results}, indent=2))
    else:
        click.echo(f"{len(chosen)} tried, {len(chosen) - len(left)} landed")
        for item in left:
            click.echo(f"{item['item_id']}: {item['error_message']}")
    sys.exit(1 if left else 0)


def _items(warehouse: Warehouse, with_resolved: bool) -> list[dict[str, Any]]:
    return warehouse.query(query_text("quarantine"), {"with_resolved": with_resolved}).rows
