"""Who still owes an acknowledgement: published messages and their deliveries, as the emulator's relay saw them."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from orchestration.local.broker_leases import SubscriptionCounts


class DeliveryLedger:
    """For each push subscription the messages that it has not acknowledged; safe to use from several threads.

    An id that the broker gave to a published message opens an account with every subscription of the topic, and so
    does any delivery, a repeated one too. An acknowledgement closes it, or the message's arrival among the dead
    letters. Names of subscriptions and topics are full ones.
    """

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self._topics: dict[str, str] = {}  # by subscription
        self._publishing = 0
        # Ids by subscription, with the message's base64 data once a delivery failed: dead letters are known by it.
        self._owed: dict[str, dict[str, str | None]] = {}
        self._in_flight: dict[str, Counter[str]] = defaultdict(Counter)
        # A message may be delivered and acknowledged before the answer to its publication is read.
        self._acknowledged: dict[str, set[str]] = defaultdict(set)
        self._delivered: Counter[str] = Counter()
        self._dead: dict[str, set[str]] = defaultdict(set)

    def add(self, subscription: str, topic: str) -> None:
        """Keep the accounts of a push subscription of `topic` from now on."""
        with self.changed:
            self._topics[subscription] = topic
            self._owed[subscription] = {}

    @contextmanager
    def publication(self, topic: str) -> Iterator[Callable[[Iterable[str]], None]]:
        """One publish request; what is yielded takes the ids that the broker gave. Not idle until it ends."""
        with self.changed:
            self._publishing += 1
        try:
            yield lambda ids: self._published(topic, ids)
        finally:
            with self.changed:
                self._publishing -= 1
                self.changed.notify_all()

    def _published(self, topic: str, ids: Iterable[str]) -> None:
        with self.changed:
            for name in (s for s, its_topic in self._topics.items() if its_topic == topic):
                for message_id in ids:
                    if message_id not in self._acknowledged[name]:
                        self._owed[name].setdefault(message_id, None)

    def begin(self, subscription: str, message_id: str) -> None:
        """A delivery begins. One of a message that was acknowledged is a repetition, and is owed again."""
        with self.changed:
            self._owed[subscription].setdefault(message_id, None)
            self._in_flight[subscription][message_id] += 1

    def end(self, subscription: str, message_id: str, data: str, acknowledged: bool) -> None:
        """The delivery's answer was passed on."""
        with self.changed:
            flying = self._in_flight[subscription]
            flying[message_id] -= 1
            if not flying[message_id]:
                del flying[message_id]
            if acknowledged:
                self._owed[subscription].pop(message_id, None)
                self._acknowledged[subscription].add(message_id)
                self._delivered[subscription] += 1
            elif message_id in self._owed[subscription]:
                self._owed[subscription][message_id] = data
            self.changed.notify_all()

    def dead_letter(self, subscription: str, message_id: str, data: str) -> bool:
        """A dead letter of `subscription` came, with an id of its own; False when it is none of a failed message's.

        It is known by its base64 data. One that comes twice counts once.
        """
        with self.changed:
            if message_id in self._dead[subscription]:
                return True
            self._dead[subscription].add(message_id)
            owed = self._owed[subscription]
            failed = next((owing for owing, its_data in owed.items() if its_data == data), None)
            if failed is not None:
                del owed[failed]
            self.changed.notify_all()
            return failed is not None

    @property
    def idle(self) -> bool:
        """Nothing on its way in, nothing owed."""
        with self.changed:
            return not self._publishing and not any(self._owed.values())

    @property
    def in_flight(self) -> bool:
        """Whether a delivery has begun and not ended."""
        with self.changed:
            return any(self._in_flight.values())

    def counts(self) -> dict[str, SubscriptionCounts]:
        """Counts by full subscription name."""
        with self.changed:
            return {
                name: SubscriptionCounts(
                    waiting=len(owed.keys() - self._in_flight[name].keys()),
                    in_flight=len(self._in_flight[name]),
                    delivered=self._delivered[name],
                    dead=len(self._dead[name]),
                )
                for name, owed in sorted(self._owed.items())
            }
