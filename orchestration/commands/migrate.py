"""`nba migrate`: bring the warehouse's tables up to date."""

from __future__ import annotations

import click

from common.settings import Settings
from data_processors.raw.registry_tables import seed_registry
from orchestration.commands.options import common_options
from orchestration.migrate import apply, pending, read_migrations
from orchestration.session import warehouse_only


@click.command()
@click.option("--dry-run", is_flag=True, help="Say what would be applied; change nothing.")
@common_options
def migrate(settings: Settings, dry_run: bool) -> None:
    """Apply the migrations that are pending, in order, each once, and fill the registry of players.

    An applied migration that was edited since is refused.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with warehouse_only(settings) as context:
        migrations = read_migrations()
        if dry_run:
            waiting = pending(context.warehouse, migrations)
            for migration in waiting:
                click.echo(f"would apply {migration.name} ({migration.statements} statements)")
            click.echo(f"{len(waiting)} pending, {len(migrations) - len(waiting)} applied")
            return
        done = apply(context.warehouse, migrations)
        seeded = seed_registry(context.warehouse)
    for name in done:
        click.echo(f"applied {name}")
    click.echo(f"{len(done)} applied now, {len(migrations) - len(done)} before")
    if seeded:
        click.echo(f"{seeded} players and aliases brought into the registry")
