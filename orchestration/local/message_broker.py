"""What the embedded stack needs of a message broker, and which brokers there are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Protocol

from orchestration.local.broker import Broker
from orchestration.local.broker_leases import SubscriptionCounts
from orchestration.local.child import Child
from orchestration.local.dispatcher import DeliveryHook
from orchestration.local.emulator import emulator_script
from orchestration.local.emulator_broker import EmulatorBroker
from orchestration.topology import Topology

BrokerKind = Literal["embedded", "emulator"]


class MessageBroker(Protocol):
    """A broker that the stack starts, tells what to deliver where, waits for, and stops."""

    @property
    def endpoint(self) -> str:
        """Address of Pub/Sub's REST API; raises `RuntimeError` before `start`."""

    def start(self, dispatch: bool = True) -> None:
        """Listen, and deliver unless `dispatch` is false (then `start_dispatch` begins it)."""

    def start_dispatch(self) -> None:
        """Begin to deliver to push subscriptions."""

    def stop_dispatch(self, timeout: float = 10.0) -> bool:
        """Deliver nothing more; wait up to `timeout` seconds for what is in flight; True when none is left."""

    def stop(self, timeout: float = 10.0) -> None:
        """Stop delivering and listening. May be called more than once."""

    def apply(self, topology: Topology, project: str, base_urls: Mapping[str, str]) -> None:
        """Make the project's topics and subscriptions what `topology` describes."""

    def wait_idle(self, timeout: float) -> bool:
        """Wait until no push subscription has a message waiting or in flight; False after `timeout` seconds."""

    def children(self) -> Mapping[str, Child]:
        """The processes of its own that must live while it is started, by their names for people."""

    def counts(self) -> dict[str, SubscriptionCounts]:
        """Message counts by full subscription name."""


def require(kind: BrokerKind, environment: Mapping[str, str]) -> None:
    """ConfigurationError with the remedy where this machine lacks what the broker needs."""
    if kind == "emulator":
        emulator_script(environment)


def new_broker(
    kind: BrokerKind,
    data_dir: Path,
    environment: Mapping[str, str],
    *,
    backoff_scale: float,
    max_in_flight: int,
    start_timeout: float,
    delivery_hook: DeliveryHook | None,
) -> MessageBroker:
    """The broker of this kind, not started.

    Google's emulator takes neither scaled waits nor another number of messages in flight; `ValueError` for a delivery
    hook, which it has no place for.
    """
    if kind == "emulator":
        if delivery_hook is not None:
            raise ValueError("a delivery hook needs the embedded broker")
        return EmulatorBroker(data_dir, environment, start_timeout=start_timeout)
    return Broker(data_dir, backoff_scale=backoff_scale, max_in_flight=max_in_flight, delivery_hook=delivery_hook)
