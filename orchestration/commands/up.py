"""`nba up`: serve the embedded stack until Ctrl-C."""

from __future__ import annotations

import signal
import threading
from contextlib import ExitStack

import click

from common.settings import Settings
from orchestration.commands.options import common_options, source_options
from orchestration.schedule_clock import ScheduleClock
from orchestration.schedules import Schedules
from orchestration.session import embedded


@click.command()
@click.option("--schedule", is_flag=True, help="Make the calls of orchestration/schedules.yaml when they are due.")
@common_options
@source_options
def up(settings: Settings, schedule: bool) -> None:
    """Serve the warehouse, the message broker and all services on this machine until Ctrl-C."""
    done = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: done.set())
    with embedded(settings) as session, ExitStack() as stopping:
        port = session.stack.bigquery_endpoint.rsplit(":", 1)[1]
        click.echo(f"warehouse  {session.stack.bigquery_endpoint}")
        click.echo(f"messages   {session.stack.pubsub_endpoint}")
        click.echo(f"services   {session.stack.services_url}")
        reach = f"bq --api http://127.0.0.1:{port} --project_id={settings.project} --oauth_access_token=local"
        click.echo(f"try        {reach} ls nba_raw")
        if schedule:
            schedules = Schedules.load()
            ticking = ScheduleClock(schedules, session.services.post)
            threading.Thread(target=ticking.run, name="schedule clock", daemon=True).start()
            stopping.callback(ticking.stop)
            click.echo(f"schedule   {len(schedules.schedules)} calls, {schedules.time_zone} time")
        click.echo("Ctrl-C stops everything.")
        done.wait()
