"""Google's Pub/Sub emulator in the place of the embedded broker, with the same two things to wait for and to count.

The emulator tells nothing of its backlog. What it has still to deliver is known all the same, because everything goes
through a relay of this process (`relay.py`) that keeps a ledger (`relay_ledger.py`):

- The services publish to the relay, which hands the request on and notes, for each push subscription of the topic, the
  ids that the emulator gave, before the publisher sees the answer. A handler's own messages are therefore counted
  before its delivery is acknowledged: between a cause and its consequence the ledger is never empty.
- The push subscriptions point at the relay, which hands each delivery to the service and its answer back. An
  acknowledgement closes the account; every delivery, a repeated one too, opens it until it is acknowledged.
- What was delivered in vain ends among the dead letters, which the relay gets pushed, too, by a subscription of its own
  to each dead-letter topic. Neither a count of attempts nor the time that has passed is taken for it.

Idle is: no publish on its way, and no account open. Differences to the embedded broker: messages live in the
emulator's memory, so they end with the run (the tables tell the next one what to do); waits between two deliveries are
the topology's own, 10 s and more; the emulator leaves `deliveryAttempt` out of its pushes, so a service can't know that
a message comes again, and what was lost between write and publish is found by the walker's catch-up alone.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from google.auth.credentials import AnonymousCredentials
from google.pubsub_v1 import PublisherClient, SubscriberClient
from google.pubsub_v1.types import Subscription

from common.errors import TransientError
from orchestration.local.broker_leases import SubscriptionCounts
from orchestration.local.child import Child
from orchestration.local.emulator import EmulatorProcess
from orchestration.local.relay import Relay, Target
from orchestration.local.relay_ledger import DeliveryLedger
from orchestration.topology import Topology, subscription_name, topic_name

# How often who waits looks whether the emulator is still there.
_LOOK_SECONDS = 1.0
_WATCH = "relay-watches-"
_CALL_SECONDS = 20.0


class EmulatorBroker:
    """The emulator as a child process with the relay before it; started on an empty state every time.

    `start` raises ConfigurationError where gcloud, the component or Java is missing.
    """

    def __init__(self, data_dir: Path, environment: Mapping[str, str], *, start_timeout: float = 120.0) -> None:
        log_path = data_dir / "logs" / "pubsub-emulator.log"
        self._process = EmulatorProcess(log_path, environment, start_timeout=start_timeout)
        self._targets: dict[str, Target] = {}
        self._ledger = DeliveryLedger()
        self._relay: Relay | None = None
        self._publisher: PublisherClient | None = None
        self._subscriber: SubscriberClient | None = None

    def start(self, dispatch: bool = True) -> None:
        """Start the emulator and listen; deliver unless `dispatch` is false (then `start_dispatch` begins it)."""
        self._process.start()
        options: dict[str, Any] = {
            "transport": "rest",
            "client_options": {"api_endpoint": self._process.url},
            "credentials": AnonymousCredentials(),
        }
        self._publisher, self._subscriber = PublisherClient(**options), SubscriberClient(**options)
        self._relay = Relay(self._process.url, self._targets, self._ledger)
        self._relay.start()
        if dispatch:
            self.start_dispatch()

    def start_dispatch(self) -> None:
        """Begin to pass deliveries on."""
        self._started.let_pushes_in()

    def stop_dispatch(self, timeout: float = 10.0) -> bool:
        """Pass nothing more on; wait up to `timeout` seconds for what is in flight; True when none is left."""
        return self._started.keep_pushes_out(timeout)

    def stop(self, timeout: float = 10.0) -> None:
        """Stop delivering, listening and the emulator, whose undelivered messages are gone."""
        if self._relay is not None:
            self.stop_dispatch(timeout)
            self._relay.stop()
            self._relay = None
        clients: list[Any] = [c for c in (self._publisher, self._subscriber) if c is not None]
        for client in clients:
            client.transport.close()  # not the client's own close: over REST it looks for a gRPC channel
        self._publisher = self._subscriber = None
        self._process.stop(timeout)

    @property
    def endpoint(self) -> str:
        """Address of Pub/Sub's REST API (the relay's); raises `RuntimeError` before `start`."""
        return self._started.url

    def apply(self, topology: Topology, project: str, base_urls: Mapping[str, str]) -> None:
        """Make the topics and subscriptions that `topology` describes in the empty emulator; once."""
        publisher, subscriber = self._clients
        relay = self._started
        for s in topology.subscriptions:
            name = subscription_name(project, s.name)
            self._targets[s.name] = Target(name, topology.endpoint(s.name, base_urls), s.ack_deadline_seconds)
            self._ledger.add(name, topic_name(project, s.topic))
        resources = topology.subscription_resources(project, base_urls)
        for resource in resources:
            if "pushConfig" in resource:
                resource["pushConfig"] = {"pushEndpoint": relay.push_url(resource["name"].rpartition("/")[2])}
        for s in topology.subscriptions:
            resources.append(
                {
                    "name": subscription_name(project, _WATCH + s.dead_letter.topic),
                    "topic": topic_name(project, s.dead_letter.topic),
                    "pushConfig": {"pushEndpoint": relay.dead_letter_url(s.name)},
                }
            )
        for topic in topology.topic_names(project):
            publisher.create_topic(name=topic, timeout=_CALL_SECONDS)
        for resource in resources:
            subscriber.create_subscription(Subscription.from_json(json.dumps(resource)), timeout=_CALL_SECONDS)

    def wait_idle(self, timeout: float) -> bool:
        """Wait until no push subscription has a message waiting or in flight; False after `timeout` seconds.

        Dead letters don't count; a message that waits for its next attempt does. `TransientError` when the emulator
        has died: nobody would deliver any more.
        """
        deadline = time.monotonic() + timeout
        while True:
            with self._ledger.changed:
                left = deadline - time.monotonic()
                if self._ledger.changed.wait_for(lambda: self._ledger.idle, max(min(left, _LOOK_SECONDS), 0.0)):
                    return True
            if not self._process.running:
                raise TransientError("the Pub/Sub emulator has ended", log=self._process.log_tail())
            if left <= 0:
                return self._ledger.idle

    def children(self) -> Mapping[str, Child]:
        """The emulator's process."""
        return {"Pub/Sub emulator": self._process.child}

    def counts(self) -> dict[str, SubscriptionCounts]:
        """Message counts of the push subscriptions, by full name."""
        return self._ledger.counts()

    @property
    def _started(self) -> Relay:
        if self._relay is None:
            raise RuntimeError("the broker is not started")
        return self._relay

    @property
    def _clients(self) -> tuple[PublisherClient, SubscriberClient]:
        if self._publisher is None or self._subscriber is None:
            raise RuntimeError("the broker is not started")
        return self._publisher, self._subscriber
