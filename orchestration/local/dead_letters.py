"""Dead letters of the embedded broker: messages that were delivered in vain, kept until a person decides.

Works on the broker's file, also while a broker of another process serves it: SQLite keeps the two apart, and the
broker looks at its file every few seconds.
"""

from __future__ import annotations

import base64
import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from orchestration.local.broker_leases import remove
from orchestration.local.broker_store import BrokerStore, Outgoing

SOURCE = "CloudPubSubDeadLetterSource"
_WAITING = """
SELECT d.subscription, m.id, m.data, m.attributes, m.ordering_key, m.published_at
FROM deliveries d JOIN messages m ON m.id = d.message_id
WHERE d.subscription = ? ORDER BY m.id
"""


@dataclass(frozen=True)
class DeadLetter:
    """A message in a dead-letter subscription (`kept_in`). `data` is base64 text, `died_at` a time in UTC."""

    message_id: str
    kept_in: str
    data: str
    attributes: Mapping[str, str]
    ordering_key: str
    died_at: datetime

    @property
    def subscription(self) -> str:
        """Full name of the subscription that it was for; "" when a person put it there."""
        project, name = (self.attributes.get(f"{SOURCE}{part}", "") for part in ("SubscriptionProject", "Subscription"))
        return f"projects/{project}/subscriptions/{name}" if project and name else ""

    @property
    def attempts(self) -> int:
        """How often it was delivered."""
        return int(self.attributes.get(f"{SOURCE}DeliveryCount", "0"))

    @property
    def own_attributes(self) -> dict[str, str]:
        """The attributes that it was published with."""
        return {name: value for name, value in self.attributes.items() if not name.startswith(SOURCE)}

    @property
    def text(self) -> str:
        """The content; what is not UTF-8 is replaced."""
        return base64.b64decode(self.data).decode(errors="replace")

    def as_json(self) -> dict[str, object]:
        """For `--json`."""
        return {
            "message_id": self.message_id,
            "subscription": self.subscription.rpartition("/")[2],
            "attempts": self.attempts,
            "died_at": self.died_at.isoformat(),
            "attributes": self.own_attributes,
            "content": self.text,
        }


class DeadLetters:
    """The dead letters of one broker's file."""

    def __init__(self, store: BrokerStore) -> None:
        self._store = store

    def waiting(self) -> list[DeadLetter]:
        """All of them, the oldest first."""
        subscriptions = self._store.subscriptions()
        topics = {s.dead_letter_policy.dead_letter_topic for s in subscriptions if s.dead_letter_policy is not None}
        keepers = [s.name for s in subscriptions if s.topic in topics and not s.is_push]
        with self._store.transaction() as db:
            found = [_letter(row) for name in keepers for row in db.execute(_WAITING, (name,))]
        return sorted(found, key=lambda letter: int(letter.message_id))

    def resend(self, letters: Iterable[DeadLetter]) -> None:
        """Each to the subscription that it was for, and to no other, as if it came for the first time; all or none.

        `BrokerError` 404 where that subscription is gone.
        """
        with self._store.transaction() as db:
            for letter in letters:
                source = self._store.subscription(letter.subscription)
                if _settle(db, letter):  # else somebody has settled it meanwhile
                    again = Outgoing(letter.data, letter.own_attributes, letter.ordering_key)
                    self._store.insert(db, source.topic, again, only_for=source.name)

    def settle(self, letters: Iterable[DeadLetter]) -> None:
        """They are done with, and gone."""
        with self._store.transaction() as db:
            for letter in letters:
                _settle(db, letter)


def _letter(row: tuple[str, int, str, str, str, float]) -> DeadLetter:
    kept_in, message_id, data, attributes, ordering_key, published_at = row
    died_at = datetime.fromtimestamp(published_at, UTC)
    return DeadLetter(str(message_id), kept_in, data, json.loads(attributes), ordering_key, died_at)


def _settle(db: sqlite3.Connection, letter: DeadLetter) -> bool:
    return remove(db, letter.kept_in, int(letter.message_id))
