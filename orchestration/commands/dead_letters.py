"""`nba dead-letters`: messages that were delivered in vain, and another try."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.markup import escape
from rich.table import Table

from common.errors import ConfigurationError, TerminalError
from common.settings import Settings
from orchestration.commands.options import common_options
from orchestration.commands.terminal import terminal
from orchestration.local.broker_store import BrokerStore
from orchestration.local.dead_letters import DeadLetter, DeadLetters
from orchestration.local.pubsub_resources import BrokerError
from orchestration.session import is_cloud

_CLOUD = (
    "dead letters of Google Cloud lie in the dead-letter subscriptions: `gcloud pubsub subscriptions pull "
    "NAME-dead --limit=100` shows them, with --auto-ack settles them; `gcloud pubsub topics publish` sends again"
)


@click.group("dead-letters")
def dead_letters() -> None:
    """Messages that were delivered in vain: list them, look at them, send them again.

    Works while `nba up` or a run serves the data folder, and while nobody does. For the embedded broker only.
    """


@dead_letters.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@common_options
def list_letters(settings: Settings, as_json: bool) -> None:
    """List what waits, the oldest first. Exit code 0 only when nothing waits."""
    with _opened(settings) as kept:
        letters = kept.waiting()
    if as_json:
        click.echo(json.dumps([letter.as_json() for letter in letters], indent=2))
    else:
        table = Table(title=f"{len(letters)} waiting")
        for heading in ("id", "subscription", "deliveries", "since", "content"):
            table.add_column(heading, overflow="fold")
        for letter in letters:
            name = letter.subscription.rpartition("/")[2]
            since = f"{letter.died_at:%Y-%m-%d %H:%M:%S}"
            table.add_row(letter.message_id, name, str(letter.attempts), since, escape(letter.text[:120]))
        terminal().print(table)
    sys.exit(1 if letters else 0)


@dead_letters.command()
@click.argument("message_id")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@common_options
def show(settings: Settings, message_id: str, as_json: bool) -> None:
    """Show one message whole."""
    with _opened(settings) as kept:
        (letter,) = _chosen(kept, (message_id,), all_letters=False)
    shown = letter.as_json()
    if as_json:
        click.echo(json.dumps(shown, indent=2))
        return
    content = shown.pop("content")
    for name, value in shown.items():
        click.echo(f"{name:<13} {value}")
    click.echo(f"\n{content}")


@dead_letters.command()
@click.argument("message_ids", nargs=-1)
@click.option("--all", "all_letters", is_flag=True, help="Everything that waits.")
@common_options
def resend(settings: Settings, message_ids: tuple[str, ...], all_letters: bool) -> None:
    """Send messages again, each to the subscription that it was for, as if for the first time.

    They are delivered at once where a stack serves the data folder, else when one does.
    """
    with _opened(settings) as kept:
        chosen = _chosen(kept, message_ids, all_letters)
        try:
            kept.resend(chosen)
        except BrokerError as error:
            raise TerminalError("the subscription is gone: `settle` the message", cause=str(error)) from error
    click.echo(f"{len(chosen)} sent again")


@dead_letters.command()
@click.argument("message_ids", nargs=-1)
@click.option("--all", "all_letters", is_flag=True, help="Everything that waits.")
@common_options
def settle(settings: Settings, message_ids: tuple[str, ...], all_letters: bool) -> None:
    """Throw messages away: what they were about has been seen to."""
    with _opened(settings) as kept:
        chosen = _chosen(kept, message_ids, all_letters)
        kept.settle(chosen)
    click.echo(f"{len(chosen)} settled")


def count(data_dir: Path) -> int:
    """How many dead letters the embedded broker of a data folder keeps; 0 without a broker."""
    file = data_dir / "pubsub.sqlite"
    if not file.exists():
        return 0
    store = BrokerStore(file)
    try:
        return len(DeadLetters(store).waiting())
    finally:
        store.close()


@contextmanager
def _opened(settings: Settings) -> Iterator[DeadLetters]:
    if is_cloud(settings):
        raise ConfigurationError(_CLOUD)
    file = settings.data_dir / "pubsub.sqlite"
    if not file.exists():
        raise ConfigurationError("the data folder has no embedded broker yet", data_dir=str(settings.data_dir))
    store = BrokerStore(file)
    try:
        yield DeadLetters(store)
    finally:
        store.close()


def _chosen(kept: DeadLetters, message_ids: tuple[str, ...], all_letters: bool) -> list[DeadLetter]:
    if bool(message_ids) == all_letters:
        raise click.UsageError("name the messages by their ids, or --all")
    waiting = {letter.message_id: letter for letter in kept.waiting()}
    unknown = sorted(set(message_ids) - waiting.keys())
    if unknown:
        raise TerminalError(
            "no dead letter has that id; `nba dead-letters list` shows what waits", ids=", ".join(unknown)
        )
    return [letter for letter in waiting.values() if all_letters or letter.message_id in message_ids]
