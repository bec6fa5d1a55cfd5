"""`nba reconcile`: what dates should have against what they have, and the missing work sent."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import click
from rich.table import Table

from common.context import Context
from common.errors import TransientError
from common.settings import Settings
from orchestration.client import ServiceClient
from orchestration.commands.options import common_options, dates_options, source_options
from orchestration.commands.terminal import terminal
from orchestration.reconciler import Need, Reconciler
from orchestration.session import embedded, is_cloud, running_stack

_SETTLE_SECONDS = 1800


@click.command()
@dates_options
@click.option("--dry-run", is_flag=True, help="Name the gaps and send nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@common_options
@source_options
def reconcile(settings: Settings, start: date, end: date, dry_run: bool, as_json: bool) -> None:
    """Compare what each date should have with what it has, name the gaps, and send exactly the missing work.

    Heals lost messages, failed processors, payloads that no batch has read, late corrections and phases that ran
    before their inputs. A second time it sends nothing. Exit code 0 only when nothing waits for a person
    (with --dry-run: when nothing is missing).
    """
    with _reconciler(settings, dry_run=dry_run) as reconciler:
        needs = reconciler.run(start, end)
    if as_json:
        click.echo(json.dumps({"needs": [n.as_json() for n in needs]}, indent=2))
    else:
        _show(needs)
    sys.exit(1 if any(n.waits for n in needs) or (dry_run and needs) else 0)


@contextmanager
def _reconciler(settings: Settings, *, dry_run: bool) -> Iterator[Reconciler]:
    """Beside the running stack, in the cloud, or on an embedded stack that is started for this."""
    if is_cloud(settings):
        if settings.services_url is None:
            raise click.UsageError("set NBA_SERVICES_URL to where the services can be called")
        yield Reconciler(Context(settings), ServiceClient(settings.services_url), dry_run=dry_run)
        return
    running = running_stack(settings.data_dir)
    if running is not None:
        endpoints = {k: running[k] for k in ("bigquery_endpoint", "pubsub_endpoint")}
        context = Context(settings.model_copy(update=endpoints))
        yield Reconciler(context, ServiceClient(running["services_url"]), dry_run=dry_run)
        return
    with embedded(settings) as session:

        def settle() -> None:
            if not session.stack.broker.wait_idle(_SETTLE_SECONDS):
                raise TransientError("the cascade did not settle", seconds=_SETTLE_SECONDS)

        yield Reconciler(session.context, session.services, dry_run=dry_run, settle=settle)


def _show(needs: list[Need]) -> None:
    console = terminal()
    if not needs:
        console.print("Nothing is missing; nothing was sent.")
        return
    table = Table(title="What was missing, and what was sent for it")
    for heading in ("dates", "phase", "what", "why", "sent", "answer"):
        table.add_column(heading, overflow="fold")
    for need in needs:
        dates = str(need.first) if need.first == need.last else f"{need.first} … {need.last}"
        table.add_row(dates, need.phase, need.what, need.why, need.sent, need.answer or "-")
    console.print(table)
