"""Push delivery: due messages are POSTed to their subscription's endpoint by a bounded set of threads."""

from __future__ import annotations

import logging
import queue
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable
from enum import Enum, IntEnum, auto
from typing import Any

import requests
from urllib3.exceptions import MaxRetryError, NewConnectionError

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
# Waits while the store fails, and between two looks whether somebody listens; each twice the last.
_STORE_BACKOFF_SECONDS = (0.1, 5.0)
_ABSENCE_BACKOFF_SECONDS = (0.2, 5.0)


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


class _Outcome(Enum):
    ACKNOWLEDGED = auto()
    FAILED = auto()
    NOBODY_THERE = auto()  # refused before a byte was sent: no delivery


class _Absences:
    """Subscriptions at whose endpoint nobody listens: one message at a time is tried, after growing pauses."""

    def __init__(self) -> None:
        self._until: dict[str, tuple[int, float]] = {}

    def note(self, name: str, there: bool) -> None:
        """Somebody answered, or nobody was there; many refused at once are one look."""
        refused, until = self._until.get(name, (0, 0.0))
        if there:
            self._until.pop(name, None)
        elif until <= time.monotonic():
            self._until[name] = (refused + 1, time.monotonic() + _backoff(_ABSENCE_BACKOFF_SECONDS, refused))

    def room(self, name: str, wanted: int) -> int:
        """How many messages may be tried now, of the `wanted`."""
        if name not in self._until:
            return wanted
        return min(wanted, 1) if self.pause(name) <= 0 else 0

    def pause(self, name: str) -> float:
        """Seconds until the next look; 0 where somebody was there at the last."""
        _, until = self._until.get(name, (0, 0.0))
        return max(until - time.monotonic(), 0.0)


def _backoff(bounds: tuple[float, float], times: int) -> float:
    shortest, longest = bounds
    return float(min(shortest * 2 ** min(times, 20), longest))


class Dispatcher:
    """Delivers to push subscriptions; at most `max_in_flight` messages of one at a time, `threads` in all.

    Its threads outlive any error: it is logged, and tried again after a pause. A delivery counts once a byte was sent.
    """

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
        self._absences = _Absences()
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
        failures = 0
        while not self._stopping:
            batch: list[Lease] = []
            try:
                self._look(batch)
                failures = 0
            except Exception:
                log.exception("the broker could not look for due messages; it tries again")
                with self._changed:
                    self._changed.wait_for(lambda: self._stopping, _backoff(_STORE_BACKOFF_SECONDS, failures))
                failures += 1
            finally:
                for lease in batch:  # counted as in flight, so a push thread must have it
                    self._queue.put(lease)

    def _look(self, batch: list[Lease]) -> None:
        """Put due messages into `batch`; sleep until something changes where there are none."""
        # Publishers commit first and notify under this lock after, so no message slips between look and sleep.
        with self._changed:
            if self._stopping:
                return
            if self._leases.expire():
                self._changed.notify_all()
            open_names = self._lease_due(batch)
            if not batch:
                self._changed.wait(self._pause(open_names))

    def _lease_due(self, batch: list[Lease]) -> list[str]:
        """Due messages for free threads, round and round the subscriptions; returns which had room for more."""
        subscriptions = [s for s in self._store.subscriptions() if s.is_push]
        # The one with the fewest in flight first: one slow service must not take every thread.
        for s in sorted(subscriptions, key=lambda s: self._in_flight[s.name]):
            room = min(self._room(s.name), self._thread_count - self._in_flight.total())
            if room > 0:
                seconds = s.ack_deadline_seconds * self._deadline_scale + _LEASE_MARGIN_SECONDS
                leased = self._leases.lease(s, room, seconds)
                self._in_flight[s.name] += len(leased)
                batch += leased
        if self._in_flight.total() >= self._thread_count:
            return []
        return [s.name for s in subscriptions if self._in_flight[s.name] < self._max_in_flight]

    def _room(self, name: str) -> int:
        """How many messages of a subscription may be handed out now; where nobody listened, one at a time."""
        allowed = self._absences.room(name, self._max_in_flight)
        return allowed - self._in_flight[name]

    def _pause(self, open_names: list[str]) -> float:
        absent = {name: pause for name in open_names if (pause := self._absences.pause(name)) > 0}
        due = self._leases.next_change([name for name in open_names if self._room(name) > 0])
        waits = [*absent.values(), _LONGEST_SLEEP_SECONDS, *([] if due is None else [due - time.time()])]
        return max(min(waits), 0.001)

    def _deliver_queued(self) -> None:
        with requests.Session() as session:
            session.trust_env = False  # a proxy of the environment has no business with the loopback
            while (lease := self._queue.get()) is not None:
                name = lease.subscription.name
                outcome = _Outcome.FAILED
                try:
                    outcome = self._deliver(session, lease)
                    self._settle(lease, outcome)
                except Exception:
                    log.exception("message %s of %s: not settled; its lease ends by itself", lease.message_id, name)
                finally:
                    with self._changed:
                        self._absences.note(name, outcome != _Outcome.NOBODY_THERE)
                        self._in_flight[name] -= 1
                        self._changed.notify_all()

    def _deliver(self, session: requests.Session, lease: Lease) -> _Outcome:
        try:
            times = self._hook(lease) if self._hook is not None else Fate.DELIVER
            if times == Fate.DROP:
                return _Outcome.ACKNOWLEDGED
            outcome = self._post(session, lease)
            for _ in range(times - 1):
                self._post(session, lease)
        except Exception:
            log.exception("delivery %s of message %s failed", lease.attempt, lease.message_id)
            return _Outcome.FAILED
        return outcome

    def _settle(self, lease: Lease, outcome: _Outcome) -> None:
        """Write the outcome down; while the store fails, again and again until the lease ends or all stops."""
        seconds = lease.subscription.ack_deadline_seconds * self._deadline_scale + _LEASE_MARGIN_SECONDS
        deadline = time.monotonic() + seconds
        failures = 0
        while True:
            try:
                self._write_down(lease, outcome)
                return
            except BrokerError as error:  # the subscription was deleted meanwhile
                log.warning("delivery of message %s not settled: %s", lease.message_id, error)
                return
            except sqlite3.OperationalError:
                if time.monotonic() >= deadline or self._stopping:
                    raise
                log.exception("the outcome of message %s could not be written; it is tried again", lease.message_id)
            time.sleep(_backoff(_STORE_BACKOFF_SECONDS, failures))
            failures += 1

    def _write_down(self, lease: Lease, outcome: _Outcome) -> None:
        name, ack_ids = lease.subscription.name, [lease.ack_id]
        if outcome is _Outcome.ACKNOWLEDGED:
            self._leases.acknowledge(name, ack_ids)
        elif outcome is _Outcome.NOBODY_THERE:
            self._leases.take_back(name, ack_ids)
        else:
            self._leases.give_back(name, ack_ids)

    def _post(self, session: requests.Session, lease: Lease) -> _Outcome:
        url = lease.subscription.push_config.push_endpoint
        deadline = lease.subscription.ack_deadline_seconds * self._deadline_scale
        try:
            answer = session.post(
                url, json=envelope(lease), timeout=(_CONNECT_TIMEOUT_SECONDS, deadline), allow_redirects=False
            )
        except requests.RequestException as error:
            if _nobody_there(error):
                log.warning("nobody listens at %s; message %s waits", url, lease.message_id)
                return _Outcome.NOBODY_THERE
            log.warning("no answer from %s to message %s: %s", url, lease.message_id, error)
            return _Outcome.FAILED
        if answer.status_code not in ACK_STATUSES:
            log.warning(
                "%s answered %s to message %s, delivery %s", url, answer.status_code, lease.message_id, lease.attempt
            )
        return _Outcome.ACKNOWLEDGED if answer.status_code in ACK_STATUSES else _Outcome.FAILED


def _nobody_there(error: requests.RequestException) -> bool:
    """Whether no connection came about at all. A connection that broke may have carried the message."""
    cause = error.args[0] if error.args else None
    return isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError)
