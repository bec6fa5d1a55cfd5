"""Leases: which message is with whom until when, and what follows when it comes back."""

from __future__ import annotations

import json
import re
import sqlite3
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from orchestration.local.broker_store import BrokerStore, Outgoing, forget_if_done
from orchestration.local.pubsub_resources import Subscription, invalid

# Within SQLite's integers.
_ACK_ID = re.compile(r"([0-9]{1,18}):([0-9]{1,18})")
_DUE = """
SELECT d.message_id, d.attempt + 1, m.data, m.attributes, m.ordering_key, m.published_at
FROM deliveries d JOIN messages m ON m.id = d.message_id
WHERE d.subscription = ? AND d.leased_until IS NULL AND d.due_at <= ?
ORDER BY d.due_at, d.message_id LIMIT ?
"""


@dataclass(frozen=True)
class Lease:
    """One message handed out once: delivery number `attempt` on `subscription`. `data` is base64 text."""

    subscription: Subscription
    message_id: int
    attempt: int
    data: str
    attributes: Mapping[str, str]
    ordering_key: str
    published_at: float

    @property
    def ack_id(self) -> str:
        """What acknowledges exactly this delivery."""
        return f"{self.message_id}:{self.attempt}"

    @property
    def publish_time(self) -> str:
        """RFC 3339 time of publication, in UTC."""
        return datetime.fromtimestamp(self.published_at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(frozen=True)
class SubscriptionCounts:
    """Messages of one subscription: waiting for delivery, in flight, acknowledged so far, dead-lettered so far."""

    waiting: int
    in_flight: int
    delivered: int
    dead: int


class LeaseBook:
    """Hands messages out and takes them back. `backoff_scale` multiplies every wait between two deliveries."""

    def __init__(self, store: BrokerStore, backoff_scale: float) -> None:
        self._store = store
        self._backoff_scale = backoff_scale

    def lease(self, subscription: Subscription, limit: int, seconds: float) -> list[Lease]:
        """Up to `limit` due messages, kept from everyone else for `seconds`; the delivery is counted at once."""
        now = time.time()
        with self._store.transaction() as db:
            rows = db.execute(_DUE, (subscription.name, now, limit)).fetchall()
            db.executemany(
                "UPDATE deliveries SET attempt = ?, leased_until = ? WHERE subscription = ? AND message_id = ?",
                [(attempt, now + seconds, subscription.name, message_id) for message_id, attempt, *_ in rows],
            )
        return [
            Lease(subscription, message_id, attempt, data, json.loads(attributes), key, published_at)
            for message_id, attempt, data, attributes, key, published_at in rows
        ]

    def acknowledge(self, subscription: str, ack_ids: Iterable[str]) -> None:
        """The messages are done, also when their lease has run out; unknown ids are ignored, as Google does."""
        with self._store.transaction() as db:
            for message_id, _ in map(_parse_ack_id, ack_ids):
                if remove(db, subscription, message_id):
                    db.execute("UPDATE subscriptions SET delivered = delivered + 1 WHERE name = ?", (subscription,))

    def give_back(self, subscription: str, ack_ids: Iterable[str]) -> None:
        """The deliveries failed: back off, or dead-letter after the last attempt. Leases that ended are ignored."""
        with self._store.transaction() as db:
            for message_id, attempt in map(_parse_ack_id, ack_ids):
                self._failed(db, subscription, message_id, attempt)

    def take_back(self, subscription: str, ack_ids: Iterable[str]) -> None:
        """The deliveries were not made: due again at once, and not counted. Leases that ended are ignored."""
        with self._store.transaction() as db:
            db.executemany(
                "UPDATE deliveries SET leased_until = NULL, attempt = attempt - 1 "
                "WHERE subscription = ? AND message_id = ? AND attempt = ? AND leased_until IS NOT NULL",
                [(subscription, *ids) for ids in map(_parse_ack_id, ack_ids)],
            )

    def extend(self, subscription: str, ack_ids: Iterable[str], seconds: float) -> None:
        """The deliveries may take `seconds` more from now. Leases that ended are ignored."""
        with self._store.transaction() as db:
            db.executemany(
                "UPDATE deliveries SET leased_until = ? "
                "WHERE subscription = ? AND message_id = ? AND attempt = ? AND leased_until IS NOT NULL",
                [(time.time() + seconds, subscription, *ids) for ids in map(_parse_ack_id, ack_ids)],
            )

    def expire(self) -> int:
        """Treat leases whose time is up as failed deliveries; how many there were."""
        query = "SELECT subscription, message_id, attempt FROM deliveries WHERE leased_until <= ?"
        with self._store.transaction() as db:
            rows = db.execute(query, (time.time(),)).fetchall()
            for name, message_id, attempt in rows:
                self._failed(db, name, message_id, attempt)
        return len(rows)

    def release_all(self) -> int:
        """End every lease without a wait: whoever held one died with the last process. How many there were."""
        query = "SELECT subscription, message_id, attempt FROM deliveries WHERE leased_until IS NOT NULL"
        with self._store.transaction() as db:
            rows = db.execute(query).fetchall()
            for name, message_id, attempt in rows:
                self._failed(db, name, message_id, attempt, wait=False)
        return len(rows)

    def next_change(self, subscriptions: Iterable[str]) -> float | None:
        """When (Unix time) the next waiting message of `subscriptions` is due or the next lease of any ends."""
        # One look a subscription: asked for several at once, SQLite would read every waiting message.
        waiting = "SELECT MIN(due_at) FROM deliveries WHERE subscription = ? AND leased_until IS NULL"
        with self._store.transaction() as db:
            found = [db.execute(waiting, (name,)).fetchone() for name in subscriptions]
            found += db.execute("SELECT MIN(leased_until) FROM deliveries WHERE leased_until IS NOT NULL")
        return min((moment for (moment,) in found if moment is not None), default=None)

    def push_work_left(self) -> bool:
        """True while a push subscription has a message that is waiting or in flight."""
        names = [s.name for s in self._store.subscriptions() if s.is_push]
        with self._store.transaction() as db:
            query = "SELECT 1 FROM deliveries WHERE subscription = ? LIMIT 1"
            return any(db.execute(query, (name,)).fetchone() for name in names)

    def counts(self) -> dict[str, SubscriptionCounts]:
        """Counts by full subscription name."""
        query = """
            SELECT s.name, COUNT(d.message_id) - COUNT(d.leased_until), COUNT(d.leased_until), s.delivered, s.dead
            FROM subscriptions s LEFT JOIN deliveries d ON d.subscription = s.name
            GROUP BY s.name ORDER BY s.name
        """
        with self._store.transaction() as db:
            return {name: SubscriptionCounts(*numbers) for name, *numbers in db.execute(query)}

    def _failed(self, db: sqlite3.Connection, name: str, message_id: int, attempt: int, wait: bool = True) -> None:
        subscription = self._store.subscription(name)
        policy = subscription.dead_letter_policy
        if policy is not None and attempt >= policy.max_delivery_attempts:
            topic = policy.dead_letter_topic
            # Google keeps trying too while the dead-letter topic does not exist.
            if db.execute("SELECT 1 FROM topics WHERE name = ?", (topic,)).fetchone():
                self._bury(db, subscription, message_id, attempt, topic)
                return
        delay = subscription.backoff_seconds(attempt) * self._backoff_scale if wait else 0.0
        db.execute(
            "UPDATE deliveries SET leased_until = NULL, due_at = ? "
            "WHERE subscription = ? AND message_id = ? AND attempt = ? AND leased_until IS NOT NULL",
            (time.time() + delay, name, message_id, attempt),
        )

    def _bury(
        self, db: sqlite3.Connection, subscription: Subscription, message_id: int, attempt: int, topic: str
    ) -> None:
        row = db.execute(
            "SELECT m.data, m.attributes, m.ordering_key, m.published_at FROM deliveries d "
            "JOIN messages m ON m.id = d.message_id "
            "WHERE d.subscription = ? AND d.message_id = ? AND d.attempt = ? AND d.leased_until IS NOT NULL",
            (subscription.name, message_id, attempt),
        ).fetchone()
        if row is None:  # acknowledged, or leased again, meanwhile
            return
        data, attributes, ordering_key, published_at = row
        lease = Lease(subscription, message_id, attempt, data, json.loads(attributes), ordering_key, published_at)
        _, project, _, subscription_id = subscription.name.split("/")
        source = {
            "CloudPubSubDeadLetterSourceDeliveryCount": str(attempt),
            "CloudPubSubDeadLetterSourceSubscription": subscription_id,
            "CloudPubSubDeadLetterSourceSubscriptionProject": project,
            "CloudPubSubDeadLetterSourceTopicPublishTime": lease.publish_time,
        }
        self._store.insert(db, topic, Outgoing(data, {**lease.attributes, **source}, ordering_key))
        remove(db, subscription.name, message_id)
        db.execute("UPDATE subscriptions SET dead = dead + 1 WHERE name = ?", (subscription.name,))


def remove(db: sqlite3.Connection, subscription: str, message_id: int) -> bool:
    """A subscription is done with a message; False when it was already. Inside the caller's transaction."""
    removed = db.execute(
        "DELETE FROM deliveries WHERE subscription = ? AND message_id = ?", (subscription, message_id)
    ).rowcount
    forget_if_done(db, message_id)
    return bool(removed)


def _parse_ack_id(ack_id: str) -> tuple[int, int]:
    match = _ACK_ID.fullmatch(ack_id)
    if match is None:
        raise invalid(f"Invalid ack id: {ack_id[:100]!r}.")
    return int(match[1]), int(match[2])
