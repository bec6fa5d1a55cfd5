"""A durable Pub/Sub broker for one machine: SQLite underneath, Pub/Sub's REST v1 API in front, push deliveries.

Delivery is at least once, and in no promised order, as with Google. Differences: message ordering, filters,
exactly-once delivery, schemas, snapshots and seeking are refused; messages are kept until they are acknowledged.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from werkzeug.serving import BaseWSGIServer, make_server

from orchestration.local.broker_http import Handler, create_app
from orchestration.local.broker_leases import Lease, LeaseBook, SubscriptionCounts
from orchestration.local.broker_store import BrokerStore, Outgoing
from orchestration.local.child import Child
from orchestration.local.dispatcher import DeliveryHook, Dispatcher
from orchestration.local.pubsub_resources import Subscription
from orchestration.topology import Topology, subscription_name

log = logging.getLogger(__name__)
_LOOK_SECONDS = 1.0


class Broker:
    """The broker; runs as threads of this process and listens on the loopback only.

    `backoff_scale` multiplies every wait between two deliveries of a message: the topology holds Google's real values
    (10 s and more), and 0.01 makes a local run retry after a tenth of a second. Where nobody listens at an endpoint, no
    delivery is counted and the pause is 0.2 s to 5 s, whatever the scale. `deadline_scale` does the same to
    acknowledgement deadlines of push deliveries and is for tests; so is `delivery_hook`, which may lose or double
    deliveries. `threads` bounds all deliveries in flight, `max_in_flight` those of one subscription. A pull of an empty
    subscription answers after `pull_wait_seconds`.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        port: int = 0,
        backoff_scale: float = 1.0,
        deadline_scale: float = 1.0,
        max_in_flight: int = 4,
        threads: int = 32,
        pull_wait_seconds: float = 5.0,
        delivery_hook: DeliveryHook | None = None,
    ) -> None:
        self.store = BrokerStore(data_dir / "pubsub.sqlite")
        self._port = port
        self._pull_wait_seconds = pull_wait_seconds
        self._changed = threading.Condition()
        self._leases = LeaseBook(self.store, backoff_scale)
        self._dispatcher = Dispatcher(
            self.store,
            self._leases,
            self._changed,
            max_in_flight=max_in_flight,
            threads=threads,
            deadline_scale=deadline_scale,
            delivery_hook=delivery_hook,
        )
        self._server: BaseWSGIServer | None = None
        self._stopped = False

    def start(self, dispatch: bool = True) -> None:
        """Listen, and deliver unless `dispatch` is false (then `start_dispatch` begins it).

        What was in flight when the last process died is due again at once, with that delivery counted.
        """
        released = self._leases.release_all()
        if released:
            log.info("%d messages were in flight when the broker last ended; they are due again", released)
        self._server = make_server("127.0.0.1", self._port, create_app(self), threaded=True, request_handler=Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.1,), name="broker-http", daemon=True).start()
        if dispatch:
            self.start_dispatch()

    def start_dispatch(self) -> None:
        """Begin to deliver to push subscriptions."""
        self._dispatcher.start()

    def stop_dispatch(self, timeout: float = 10.0) -> bool:
        """Deliver nothing more; wait up to `timeout` seconds for what is in flight; True when none is left."""
        return self._dispatcher.stop(timeout)

    def stop(self, timeout: float = 10.0) -> None:
        """Stop delivering (see `stop_dispatch`) and listening, and close the file. Undelivered messages are kept."""
        if self._stopped:
            return
        self._stopped = True
        drained = self.stop_dispatch(timeout)
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
        if drained:
            self.store.close()
        else:
            # A delivery that answers after all may still write its outcome; the process's end closes the file.
            log.warning("the broker stops with deliveries in flight; they are repeated after the next start")

    @property
    def endpoint(self) -> str:
        """Address of the REST API, for the client's `api_endpoint`; raises `RuntimeError` before `start`."""
        if self._server is None:
            raise RuntimeError("the broker is not started")
        return f"http://127.0.0.1:{self._server.server_port}"

    def apply(self, topology: Topology, project: str, base_urls: Mapping[str, str]) -> None:
        """Make the project's topics and subscriptions what `topology` describes; waiting messages stay.

        Push subscriptions that it no longer has are removed: they would push to services of an earlier run.
        """
        resources = topology.subscription_resources(project, base_urls)
        wanted = {resource["name"] for resource in resources}
        for topic in topology.topic_names(project):
            self.store.create_topic(topic, exist_ok=True)
        for resource in resources:
            self.store.put_subscription(Subscription.parse(resource))
        for left in self.store.subscriptions():
            if left.is_push and left.name.startswith(subscription_name(project, "")) and left.name not in wanted:
                log.warning("%s is not in the topology any more; removed: %s", left.name, self.counts()[left.name])
                self.store.delete_subscription(left.name)
        self.notify()

    def publish(self, topic: str, messages: Sequence[Outgoing]) -> list[str]:
        """Store messages for every subscription of `topic` (full name) and return their ids."""
        ids = self.store.publish(topic, messages)
        self.notify()
        return ids

    def pull(self, subscription: str, limit: int, wait: bool = True) -> list[Lease]:
        """Up to `limit` messages; with `wait`, waits up to `pull_wait_seconds` for a first one."""
        found = self.store.subscription(subscription)
        deadline = time.monotonic() + (self._pull_wait_seconds if wait else 0.0)
        while True:
            with self._changed:
                self._leases.expire()
                leases = self._leases.lease(found, limit, found.ack_deadline_seconds)
                left = deadline - time.monotonic()
                if leases or left <= 0:
                    return leases
                due = self._leases.next_change([subscription])
                self._changed.wait(min(left, max(due - time.time(), 0.001)) if due is not None else left)

    def acknowledge(self, subscription: str, ack_ids: Iterable[str]) -> None:
        """The pulled messages are done; `BrokerError` 404 without the subscription."""
        self.store.subscription(subscription)
        self._leases.acknowledge(subscription, ack_ids)
        self.notify()

    def modify_ack_deadline(self, subscription: str, ack_ids: Iterable[str], seconds: int) -> None:
        """Keep the pulled messages for `seconds` more; 0 gives them back."""
        self.store.subscription(subscription)
        if seconds:
            self._leases.extend(subscription, ack_ids, seconds)
        else:
            self._leases.give_back(subscription, ack_ids)
        self.notify()

    def wait_idle(self, timeout: float) -> bool:
        """Wait until no push subscription has a message waiting or in flight; False after `timeout` seconds.

        Dead letters and pull subscriptions don't count. A message that waits for its next attempt does.
        """
        deadline = time.monotonic() + timeout
        while True:
            left = deadline - time.monotonic()
            with self._changed:
                # In slices: a look that failed is not followed by a change.
                if self._changed.wait_for(self._idle, max(min(left, _LOOK_SECONDS), 0.0)):
                    return True
            if left <= _LOOK_SECONDS:
                return False

    def _idle(self) -> bool:
        try:
            return not self._leases.push_work_left()
        except sqlite3.OperationalError:
            log.exception("the broker could not look what is left; taken for work")
            return False

    def children(self) -> Mapping[str, Child]:
        """None: it runs as threads of this process."""
        return {}

    def counts(self) -> dict[str, SubscriptionCounts]:
        """Message counts by full subscription name."""
        return self._leases.counts()

    def notify(self) -> None:
        """Wake whoever waits for a change."""
        with self._changed:
            self._changed.notify_all()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
