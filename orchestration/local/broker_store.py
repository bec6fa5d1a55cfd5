"""The broker's SQLite file: topics, subscriptions and published messages.

The file is written in WAL mode with `synchronous=NORMAL`: a committed message survives the death of the process
(SIGKILL included), because the operating system has it; after a power failure the last commits may be missing.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from orchestration.local.pubsub_resources import Subscription, already_exists, not_found

_SCHEMA = """
CREATE TABLE IF NOT EXISTS topics (name TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS subscriptions (
    name TEXT PRIMARY KEY, topic TEXT NOT NULL, resource TEXT NOT NULL,
    delivered INTEGER NOT NULL DEFAULT 0, dead INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT, topic TEXT NOT NULL, data TEXT NOT NULL, attributes TEXT NOT NULL,
    ordering_key TEXT NOT NULL, published_at REAL NOT NULL
);
-- One row for each message that a subscription has not acknowledged. leased_until IS NULL: waiting for due_at.
CREATE TABLE IF NOT EXISTS deliveries (
    subscription TEXT NOT NULL, message_id INTEGER NOT NULL, attempt INTEGER NOT NULL DEFAULT 0,
    due_at REAL NOT NULL, leased_until REAL, PRIMARY KEY (subscription, message_id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (subscription, leased_until, due_at, message_id);
CREATE INDEX IF NOT EXISTS deliveries_leased ON deliveries (leased_until) WHERE leased_until IS NOT NULL;
CREATE INDEX IF NOT EXISTS deliveries_message ON deliveries (message_id);
"""
_BUSY_TIMEOUT_SECONDS = 10.0


@dataclass(frozen=True)
class Outgoing:
    """A message to publish; `data` is base64 text, as it travels in JSON."""

    data: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    ordering_key: str = ""


class BrokerStore:
    """Topics, subscriptions and messages in one SQLite file, safe to use from several threads of one process."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, timeout=_BUSY_TIMEOUT_SECONDS, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(_SCHEMA)
        rows = self._db.execute("SELECT resource FROM subscriptions")
        parsed = [Subscription.model_validate_json(text) for (text,) in rows]
        self._subscriptions = {s.name: s for s in parsed}

    def close(self) -> None:
        """Close the file; later calls raise `sqlite3.ProgrammingError`."""
        with self._lock:
            self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """One transaction that holds the store's lock: all of it is kept, or none.

        `sqlite3.OperationalError` when the file is locked for long, or the disk fails or is full; the connection stays
        usable, and the same may succeed later.
        """
        with self._lock:
            subscriptions = self._subscriptions
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                self._subscriptions = subscriptions
                if self._db.in_transaction:  # SQLite has rolled back by itself after some errors of the disk
                    self._db.execute("ROLLBACK")
                raise

    def create_topic(self, name: str, exist_ok: bool = False) -> None:
        """Add a topic; raises `BrokerError` 409 when it exists, unless `exist_ok`."""
        with self.transaction() as db:
            added = db.execute("INSERT OR IGNORE INTO topics VALUES (?)", (name,)).rowcount
        if not added and not exist_ok:
            raise already_exists(name)

    def topics(self, project: str) -> list[str]:
        """Names of the project's topics, sorted."""
        prefix = f"projects/{project}/topics/"
        with self._lock:
            return [n for (n,) in self._db.execute("SELECT name FROM topics ORDER BY name") if n.startswith(prefix)]

    def require_topic(self, name: str) -> None:
        """Raise `BrokerError` 404 unless the topic exists."""
        with self._lock:
            if self._db.execute("SELECT 1 FROM topics WHERE name = ?", (name,)).fetchone() is None:
                raise not_found(name)

    def delete_topic(self, name: str) -> None:
        """Remove a topic; its subscriptions keep what they have and get no more. `BrokerError` 404 when absent."""
        with self.transaction() as db:
            if not db.execute("DELETE FROM topics WHERE name = ?", (name,)).rowcount:
                raise not_found(name)
            for s in [s for s in self._subscriptions.values() if s.topic == name]:
                self._write(db, s.model_copy(update={"topic": "_deleted-topic_"}))

    def create_subscription(self, subscription: Subscription) -> None:
        """Add a subscription; `BrokerError` 409 when it exists, 404 without its topic."""
        with self.transaction() as db:
            self.require_topic(subscription.topic)
            if subscription.name in self._subscriptions:
                raise already_exists(subscription.name)
            self._write(db, subscription)

    def put_subscription(self, subscription: Subscription) -> None:
        """Add a subscription or replace its settings; its messages and counters stay."""
        with self.transaction() as db:
            self.require_topic(subscription.topic)
            self._write(db, subscription)

    def subscription(self, name: str) -> Subscription:
        """The subscription called `name`; `BrokerError` 404 when absent."""
        with self._lock:
            try:
                return self._subscriptions[name]
            except KeyError:
                raise not_found(name) from None

    def subscriptions(self) -> list[Subscription]:
        """All subscriptions, by name."""
        with self._lock:
            return [self._subscriptions[name] for name in sorted(self._subscriptions)]

    def delete_subscription(self, name: str) -> None:
        """Remove a subscription and what it has not delivered; `BrokerError` 404 when absent."""
        with self.transaction() as db:
            self.subscription(name)
            ids = db.execute("DELETE FROM deliveries WHERE subscription = ? RETURNING message_id", (name,)).fetchall()
            for (message_id,) in ids:
                forget_if_done(db, message_id)
            db.execute("DELETE FROM subscriptions WHERE name = ?", (name,))
            self._subscriptions = {n: s for n, s in self._subscriptions.items() if n != name}

    def publish(self, topic: str, messages: Sequence[Outgoing]) -> list[str]:
        """Store messages for every subscription of `topic`, all or none; their ids. `BrokerError` 404 without it."""
        with self.transaction() as db:
            self.require_topic(topic)
            return [str(self.insert(db, topic, message)) for message in messages]

    def insert(self, db: sqlite3.Connection, topic: str, message: Outgoing, only_for: str | None = None) -> int:
        """Store one message inside the caller's transaction, for all subscriptions or `only_for` one; its id."""
        now = time.time()
        message_id = db.execute(
            "INSERT INTO messages (topic, data, attributes, ordering_key, published_at) VALUES (?, ?, ?, ?, ?)",
            (topic, message.data, json.dumps(dict(message.attributes)), message.ordering_key, now),
        ).lastrowid
        if message_id is None:
            raise sqlite3.DatabaseError("SQLite gave no row id for an inserted message")
        names = [s.name for s in self._subscriptions.values() if s.topic == topic] if only_for is None else [only_for]
        targets = [(name, message_id, now) for name in names]
        db.executemany("INSERT INTO deliveries (subscription, message_id, due_at) VALUES (?, ?, ?)", targets)
        if not targets:
            forget_if_done(db, message_id)
        return message_id

    def _write(self, db: sqlite3.Connection, subscription: Subscription) -> None:
        db.execute(
            "INSERT INTO subscriptions (name, topic, resource) VALUES (?, ?, ?) "
            "ON CONFLICT (name) DO UPDATE SET topic = excluded.topic, resource = excluded.resource",
            (subscription.name, subscription.topic, subscription.model_dump_json(by_alias=True, exclude_none=True)),
        )
        # A new dictionary: a transaction that is rolled back goes back to the old one.
        self._subscriptions = {**self._subscriptions, subscription.name: subscription}


def forget_if_done(db: sqlite3.Connection, message_id: int) -> None:
    """Delete a message that no subscription waits for any more."""
    db.execute(
        "DELETE FROM messages WHERE id = ? AND NOT EXISTS (SELECT 1 FROM deliveries WHERE message_id = ?)",
        (message_id, message_id),
    )
