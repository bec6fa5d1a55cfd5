"""A way to the pipeline for a command: the embedded stack of a data folder, a running one, or Google Cloud."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from common.context import Context
from common.errors import ConfigurationError
from common.settings import Settings
from data_processors.raw.registry_tables import seed_registry
from orchestration.client import ServiceClient
from orchestration.local.dispatcher import DeliveryHook
from orchestration.local.message_broker import BrokerKind
from orchestration.local.stack import EmbeddedStack, Endpoints
from orchestration.local.stack_state import alone, running_stack
from orchestration.local.warehouse_server import WarehouseServer
from orchestration.local.watchdog import Watchdog
from orchestration.migrate import apply, read_migrations

__all__ = ["Session", "embedded", "environment_of", "is_cloud", "running_stack", "warehouse_only"]
# Longer than a look at the tables or the start of a stack takes.
_FOLDER_SECONDS = 60.0
# Calls of the stack's own services are sent again when the worker has died with them: each of them converges.
_REPEATS = 5


@dataclass
class Session:
    """A warehouse to ask, services to call, and the stack when it is ours."""

    context: Context
    services: ServiceClient
    stack: EmbeddedStack


def environment_of(settings: Settings) -> dict[str, str]:
    """The environment that gives a child process the same settings."""
    env = dict(os.environ)
    for name, value in settings.model_dump(exclude_none=True).items():
        shown = value.get_secret_value() if hasattr(value, "get_secret_value") else value
        env[f"NBA_{name.upper()}"] = str(shown)
    return env


def _endpoint_variables(endpoints: Endpoints) -> Mapping[str, str]:
    return {
        "NBA_BIGQUERY_ENDPOINT": endpoints.bigquery_endpoint,
        "NBA_PUBSUB_ENDPOINT": endpoints.pubsub_endpoint,
        "NBA_SERVICES_URL": endpoints.services_url,
        # Where they do listen, whatever this machine's environment says of a container.
        "NBA_BIND": "127.0.0.1",
    }


@contextmanager
def embedded(
    settings: Settings, *, hook: DeliveryHook | None = None, pubsub: BrokerKind = "embedded"
) -> Iterator[Session]:
    """Start the embedded stack on `settings.data_dir`, migrated, with its registry of players; stop it at the end."""
    stack = EmbeddedStack(
        settings.data_dir,
        environment=environment_of(settings),
        service_environment=_endpoint_variables,
        project=settings.project,
        max_in_flight=settings.push_concurrency,
        delivery_hook=hook,
        pubsub=pubsub,
    )
    with stack:
        here = settings.model_copy(
            update={"bigquery_endpoint": stack.bigquery_endpoint, "pubsub_endpoint": stack.pubsub_endpoint}
        )
        context = Context(here)
        apply(context.warehouse, read_migrations())
        seed_registry(context.warehouse)
        yield Session(context, ServiceClient(stack.services_url, repeats=_REPEATS), stack)


@contextmanager
def warehouse_only(settings: Settings) -> Iterator[Context]:
    """The warehouse of the data folder: the running stack's when there is one, else one of our own.

    With a real project in the settings: Google's BigQuery. Another command that has the folder, but no stack that
    answers yet, is waited for; `FolderInUseError` when that takes too long, `PartDiedError` when our own warehouse
    dies inside the block.
    """
    if is_cloud(settings) or settings.bigquery_endpoint:
        yield Context(settings)
        return
    data_dir = settings.data_dir.absolute()
    if not data_dir.is_dir():
        raise ConfigurationError("there is no data folder yet: `nba run` makes one", data_dir=str(settings.data_dir))
    with alone(data_dir, _FOLDER_SECONDS, until=partial(running_stack, data_dir)) as ours:
        if not ours:
            # Asked again: the one that was seen may have been stopped meanwhile.
            with warehouse_only(settings.model_copy(update=_endpoints(data_dir))) as context:
                yield context
            return
        server = WarehouseServer(data_dir, environment_of(settings), project=settings.project)
        watchdog = Watchdog()
        try:
            server.start()
            watchdog.watch("warehouse", server.child)
            with watchdog.guard():
                yield Context(settings.model_copy(update={"bigquery_endpoint": server.endpoint}))
        finally:
            server.stop()


def _endpoints(data_dir: Path) -> dict[str, str]:
    running = running_stack(data_dir)
    return {"bigquery_endpoint": running["bigquery_endpoint"]} if running is not None else {}


def is_cloud(settings: Settings) -> bool:
    """Whether the settings name a Google Cloud project; "local" is the embedded stack's."""
    return settings.project != "local"
