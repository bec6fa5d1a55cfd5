"""Push delivery: due messages are POSTed to their subscription's endpoint by a bounded set of threads."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections import Counter
from collections.abc import Callable
from enum import IntEnum
from typing import Any

import requests

from orchestration.local.broker_leases import Lease, LeaseBook
from orchestration.local.broker_store import BrokerStore
from orchestration.local.pubsub_resources import BrokerError

log = logging.getLogger(__name__)

# The statuses that Google Pub/Sub takes for an acknowledgement.
ACK_STATUSES = frozenset({102, 200, 201, 202, 204})
_CONNECT_TIMEOUT_SECONDS = 5.0
# A lease outlives its request by this much, so that the answer and not the lease's end decides.
_LEASE_MARGIN_SECONDS = 2.0
_LONGEST_SLEEP_SECONDS = 5.0


class Fate(IntEnum):
    """What a test may do to a delivery: how often it is made."""

    DROP = 0  # acknowledged without being delivered: a lost message
    DELIVER = 1
    REPEAT = 2  # delivered twice; the first answer counts


# Says how often a message is delivered, a Fate or any other number.
DeliveryHook = Callable[[Lease], int]


def envelope(lease: Lease) -> dict[str, Any]:
    """The body of a push request, exactly as Google Pub/Sub writes it."""
    message: dict[str, Any] = {
        "data": lease.data,
        "attributes": dict(lease.attributes),
        "messageId": str(lease.message_id),
        "message_id": str(lease.message_id),
        "publishTime": lease.publish_time,
        "publish_time": lease.publish_time,
    }
    if lease.ordering_key:
        message["orderingKey"] = lease.ordering_key
    body: dict[str, Any] = {"message": message, "subscription": lease.subscription.name}
    if lease.subscription.dead_letter_policy is not None:
        body["deliveryAttempt"] = lease.attempt
    return body


class Dispatcher:
    """Delivers to push subscriptions; at most `max_in_flight` messages of one at a time, `threads` in all."""

    def __init__(
        self,
        store: BrokerStore,
        leases: LeaseBook,
        changed: threading.Condition,
        *,
        max_in_flight: int,
        threads: int,
        deadline_scale: float = 1.0,
        delivery_hook: DeliveryHook | None = None,
    ) -> None:
        self._store = store
        self._leases = leases
        self._changed = changed
        self._max_in_flight = max_in_flight
        self._thread_count = threads
        self._deadline_scale = deadline_scale
        self._hook = delivery_hook
        self._in_flight: Counter[str] = Counter()
        self._queue: queue.SimpleQueue[Lease | None] = queue.SimpleQueue()
        self._stopping = False
        self._scheduler: threading.Thread | None = None

    def start(self) -> None:
        """Begin to deliver. Threads are daemons: a service that hangs can't keep the process alive."""
        if self._scheduler is not None:
            raise RuntimeError("the dispatcher has been started already")
        for number in range(self._thread_count):
            threading.Thread(target=self._deliver_queued, name=f"push-{number}", daemon=True).start()
        self._scheduler = threading.Thread(target=self._schedule, name="push-scheduler", daemon=True)
        self._scheduler.start()

    def stop(self, timeout: float) -> bool:
        """Hand out nothing more; wait up to `timeout` seconds for what is in flight; True when none is left.

        What is still in flight then is delivered again after the next start.
        """
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
            drained = self._changed.wait_for(lambda: not self._in_flight.total(), timeout)
        for _ in range(self._thread_count):
            self._queue.put(None)
        if self._scheduler is not None:
            self._scheduler.join(timeout=_LONGEST_SLEEP_SECONDS)
        return drained

    def _schedule(self) -> None:
        while True:
            # Publishers commit first and notify under this lock after, so no message slips between look and sleep.
            with self._changed:
                if self._stopping:
                    return
                if self._leases.expire():
                    self._changed.notify_all()
                batch, open_names = self._lease_due()
                if not batch:
                    self._changed.wait(self._pause(open_names))
            for lease in batch:
                self._queue.put(lease)

    def _lease_due(self) -> tuple[list[Lease], list[str]]:
        """Due messages for free threads, round and round the subscriptions; also which had room for more."""
        batch: list[Lease] = []
        subscriptions = [s for s in self._store.subscriptions() if s.is_push]
        # The one with the fewest in flight first: one slow service must not take every thread.
        for s in sorted(subscriptions, key=lambda s: self._in_flight[s.name]):
            free_threads = self._thread_count - self._in_flight.total()
            room = min(self._max_in_flight - self._in_flight[s.name], free_threads)
            if room > 0:
                seconds = s.ack_deadline_seconds * self._deadline_scale + _LEASE_MARGIN_SECONDS
                leased = self._leases.lease(s, room, seconds)
                self._in_flight[s.name] += len(leased)
                batch += leased
        if self._in_flight.total() >= self._thread_count:
            return batch, []
        return batch, [s.name for s in subscriptions if self._in_flight[s.name] < self._max_in_flight]

    def _pause(self, open_names: list[str]) -> float:
        due = self._leases.next_change(open_names)
        wait = _LONGEST_SLEEP_SECONDS if due is None else due - time.time()
        return min(max(wait, 0.001), _LONGEST_SLEEP_SECONDS)

    def _deliver_queued(self) -> None:
        with requests.Session() as session:
            session.trust_env = False  # a proxy of the environment has no business with the loopback
            while (lease := self._queue.get()) is not None:
                try:
                    self._settle(lease, self._deliver(session, lease))
                except BrokerError as error:  # the subscription was deleted meanwhile
                    log.warning("delivery of message %s not settled: %s", lease.message_id, error)
                finally:
                    with self._changed:
                        self._in_flight[lease.subscription.name] -= 1
                        self._changed.notify_all()

    def _deliver(self, session: requests.Session, lease: Lease) -> bool:
        times = self._hook(lease) if self._hook is not None else Fate.DELIVER
        if times == Fate.DROP:
            return True
        acknowledged = self._post(session, lease)
        for _ in range(times - 1):
            self._post(session, lease)
        return acknowledged

    def _settle(self, lease: Lease, acknowledged: bool) -> None:
        if acknowledged:
            self._leases.acknowledge(lease.subscription.name, [lease.ack_id])
        else:
            self._leases.give_back(lease.subscription.name, [lease.ack_id])

    def _post(self, session: requests.Session, lease: Lease) -> bool:
        url = lease.subscription.push_config.push_endpoint
        deadline = lease.subscription.ack_deadline_seconds * self._deadline_scale
        try:
            answer = session.post(
                url, json=envelope(lease), timeout=(_CONNECT_TIMEOUT_SECONDS, deadline), allow_redirects=False
            )
        except requests.RequestException as error:
            log.warning("no answer from %s to message %s: %s", url, lease.message_id, error)
            return False
        if answer.status_code not in ACK_STATUSES:
            log.warning(
                "%s answered %s to message %s, delivery %s", url, answer.status_code, lease.message_id, lease.attempt
            )
        return answer.status_code in ACK_STATUSES
