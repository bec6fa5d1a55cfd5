"""The embedded stack: warehouse, message broker and services on one machine, as one context manager."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from orchestration.local import stack_state
from orchestration.local.dispatcher import DeliveryHook
from orchestration.local.folder_lock import in_use
from orchestration.local.message_broker import BrokerKind, MessageBroker, new_broker, require
from orchestration.local.services_process import DEFAULT_FACTORY
from orchestration.local.services_server import ServicesProcess
from orchestration.local.warehouse_server import WarehouseServer
from orchestration.local.watchdog import Watchdog
from orchestration.topology import Topology

log = logging.getLogger(__name__)
_HURRY_SECONDS = 1.0
# A look at the tables by another command ends by then.
_LOCK_SECONDS = 15.0


@dataclass(frozen=True)
class Endpoints:
    """Where the parts of a running stack listen; all on the loopback."""

    bigquery_endpoint: str
    bigquery_grpc_endpoint: str
    pubsub_endpoint: str
    services_url: str


ServiceEnvironment = Callable[[Endpoints], Mapping[str, str]]


class EmbeddedStack:
    """Starts everything on entering, stops everything on leaving; all waits are bounded.

    `environment` is given to both child processes (the parent's own by default). `service_environment` is asked for
    more variables for the services when the endpoints are known. Delays between deliveries are the topology's times
    `backoff_scale`. `start_timeout` bounds each child's start and `stop_timeout` each step of stopping, in
    seconds; after an error or Ctrl-C a step gets a
    second. Without `services`, messages wait in the
    broker and nothing is delivered. `pubsub` chooses the broker; Google's emulator knows neither `backoff_scale` nor
    `max_in_flight` nor the `delivery_hook` of tests.

    Entering raises `FolderInUseError` when another run uses `data_dir`, `StartupError` when a part does not come up,
    and ConfigurationError when the emulator is asked for and not installed. When a part dies, the main thread is
    interrupted wherever it waits, and leaving raises `PartDiedError`.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        environment: Mapping[str, str] | None = None,
        service_environment: ServiceEnvironment | None = None,
        project: str = "local",
        topology: Topology | None = None,
        factory: str = DEFAULT_FACTORY,
        services: bool = True,
        service_threads: int = 16,
        backoff_scale: float = 0.01,
        max_in_flight: int = 4,
        start_timeout: float = 120.0,
        stop_timeout: float = 10.0,
        delivery_hook: DeliveryHook | None = None,
        pubsub: BrokerKind = "embedded",
    ) -> None:
        self.data_dir = data_dir.absolute()
        self._environment = dict(os.environ if environment is None else environment)
        self._service_environment = service_environment
        self._project = project
        self._topology = topology
        self._factory = factory
        self._with_services = services
        self._service_threads = service_threads
        self._backoff_scale = backoff_scale
        self._max_in_flight = max_in_flight
        self._start_timeout = start_timeout
        self._stop_timeout = stop_timeout
        self._hook = delivery_hook
        self._pubsub: BrokerKind = pubsub
        self._cleanup = ExitStack()
        self._watchdog = Watchdog()
        self._broker: MessageBroker | None = None
        self._warehouse: WarehouseServer | None = None
        self._services: ServicesProcess | None = None
        self._endpoints: Endpoints | None = None

    def start(self) -> None:
        """Start every part and wait until it answers; what was started is stopped again when a later part fails."""
        require(self._pubsub, self._environment)
        with ExitStack() as started:
            another = partial(stack_state.running_stack, self.data_dir)
            if not started.enter_context(stack_state.alone(self.data_dir, _LOCK_SECONDS, until=another)):
                raise in_use(self.data_dir, (another() or {}).get("pid", "unknown"))
            self._start_parts(started)
            self._cleanup = started.pop_all()

    def stop(self) -> None:
        """Stop dispatching, then the services, the broker and the warehouse. May be called more than once."""
        self._stop(None, None, None)

    def _stop(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if kind is not None and not issubclass(kind, SystemExit):
            self._stop_timeout = min(self._stop_timeout, _HURRY_SECONDS)
        self._cleanup.__exit__(kind, error, trace)

    def _start_parts(self, started: ExitStack) -> None:
        # Callbacks run last-in first-out, which gives the order of stopping.
        topology = self._topology or Topology.load()
        warehouse = WarehouseServer(
            self.data_dir, self._environment, project=self._project, start_timeout=self._start_timeout
        )
        started.callback(lambda: warehouse.stop(self._stop_timeout))
        warehouse.start()
        self._watchdog.watch("warehouse", warehouse.child)
        self._warehouse = warehouse
        broker = new_broker(
            self._pubsub,
            self.data_dir,
            self._environment,
            backoff_scale=self._backoff_scale,
            max_in_flight=self._max_in_flight,
            start_timeout=self._start_timeout,
            delivery_hook=self._hook,
        )
        started.callback(lambda: broker.stop(self._stop_timeout))
        broker.start(dispatch=False)
        for name, child in broker.children().items():
            self._watchdog.watch(name, child)
        self._broker = broker
        services = ServicesProcess(
            self.data_dir,
            factory=self._factory,
            threads=self._service_threads,
            start_timeout=self._start_timeout,
        )
        started.callback(lambda: services.stop(self._stop_timeout))
        self._services = services
        self._endpoints = Endpoints(warehouse.endpoint, warehouse.grpc_endpoint, broker.endpoint, services.url)
        broker.apply(topology, self._project, services.base_urls(topology.services))
        if self._with_services:
            more = self._service_environment(self._endpoints) if self._service_environment else {}
            services.start({**self._environment, **more})
            self._watchdog.watch("services", services.child)
            started.callback(lambda: broker.stop_dispatch(self._stop_timeout))
            broker.start_dispatch()
        started.callback(stack_state.remove, self.data_dir)
        self._write_state()
        # The last one in: it looks away before the parts are stopped.
        started.enter_context(self._watchdog.guard())

    def _write_state(self) -> None:
        state = {
            **asdict(self.endpoints),
            "project": self._project,
            "bigquery_pid": self._warehouse.pid if self._warehouse else None,
            "services_pid": self._services.pid if self._services else None,
        }
        stack_state.write(self.data_dir, state)

    @property
    def endpoints(self) -> Endpoints:
        """Where the parts listen; raises `RuntimeError` before the stack is started."""
        if self._endpoints is None:
            raise RuntimeError("the embedded stack is not started")
        return self._endpoints

    @property
    def bigquery_endpoint(self) -> str:
        """Address of BigQuery's REST API."""
        return self.endpoints.bigquery_endpoint

    @property
    def bigquery_grpc_endpoint(self) -> str:
        """Address (host:port) of BigQuery's Storage API."""
        return self.endpoints.bigquery_grpc_endpoint

    @property
    def pubsub_endpoint(self) -> str:
        """Address of Pub/Sub's REST API."""
        return self.endpoints.pubsub_endpoint

    @property
    def services_url(self) -> str:
        """Address of the services; each is under its name."""
        return self.endpoints.services_url

    @property
    def broker(self) -> MessageBroker:
        """The message broker; raises `RuntimeError` before the stack is started."""
        if self._broker is None:
            raise RuntimeError("the embedded stack is not started")
        return self._broker

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop(kind, error, trace)
