"""A broker whose file fails for a while, and endpoints where nobody listens: nothing is lost, nothing stays stuck."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from google.api_core.exceptions import ServiceUnavailable

from orchestration.local.broker import Broker
from orchestration.local.broker_leases import Lease, LeaseBook
from orchestration.local.broker_store import BrokerStore, Outgoing
from orchestration.local.child import free_port
from tests.push_receiver import Receiver

Make = Callable[..., Broker]
Connect = Callable[[Broker], Any]
WORDS = ("database is locked", "disk I/O error", "database or disk is full")


class Trouble:
    """Makes every transaction of a store fail while it is on."""

    def __init__(self, store: BrokerStore, monkeypatch: pytest.MonkeyPatch) -> None:
        self.error: Exception | None = None
        self.failures = 0
        sound = store.transaction

        @contextmanager
        def transaction() -> Iterator[sqlite3.Connection]:
            with sound() as db:
                yield db
                if self.error is not None:
                    self.failures += 1
                    raise self.error  # where a commit fails

        monkeypatch.setattr(store, "transaction", transaction)


@pytest.fixture
def trouble(monkeypatch: pytest.MonkeyPatch) -> Callable[[Broker], Trouble]:
    return lambda broker: Trouble(broker.store, monkeypatch)


@pytest.mark.parametrize("error", [*map(sqlite3.OperationalError, WORDS), KeyError("unforeseen")])
def test_the_scheduler_outlives_a_store_that_fails(
    make_broker: Make, connect: Connect, receiver: Receiver, trouble: Callable[[Broker], Trouble], error: Exception
) -> None:
    broker = make_broker()
    clients = connect(broker)
    clients.push_to(receiver.url)
    made = trouble(broker)
    made.error = error
    broker.notify()
    _wait(lambda: made.failures >= 2)
    made.error = None
    clients.publish("late")
    assert broker.wait_idle(15)
    assert receiver.texts == ["late"]


@pytest.mark.parametrize("words", WORDS)
def test_an_answer_that_can_not_be_written_down_is_written_later(
    make_broker: Make, connect: Connect, receiver: Receiver, trouble: Callable[[Broker], Trouble], words: str
) -> None:
    broker = make_broker(max_in_flight=2)
    clients = connect(broker)
    clients.push_to(receiver.url)
    made = trouble(broker)

    def answer(body: dict[str, Any]) -> int:
        if len(receiver.pushes) <= 2:
            made.error = sqlite3.OperationalError(words)
            threading.Timer(0.6, setattr, (made, "error", None)).start()
        return 204

    receiver.answer = answer
    clients.publish(*(f"game {n}" for n in range(20)))
    assert broker.wait_idle(20)
    assert made.failures > 0
    assert sorted(receiver.texts) == sorted(f"game {n}" for n in range(20))  # each once: the leases last 600 s
    counts = broker.counts()[clients.PUSH]
    assert (counts.waiting, counts.in_flight, counts.delivered, counts.dead) == (0, 0, 20, 0)


def test_a_hook_that_fails_is_a_failed_delivery(make_broker: Make, connect: Connect, receiver: Receiver) -> None:
    def hook(lease: Lease) -> int:
        if lease.attempt == 1:
            raise KeyError("unforeseen")
        return 1

    broker = make_broker(delivery_hook=hook, threads=2)
    clients = connect(broker)
    clients.push_to(receiver.url)
    clients.publish(*(f"game {n}" for n in range(6)))
    assert broker.wait_idle(15)
    assert [p["deliveryAttempt"] for p in receiver.pushes] == [2] * 6


def test_a_lease_that_can_not_be_settled_ends_by_itself(
    make_broker: Make, connect: Connect, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    broker = make_broker(deadline_scale=0.0)  # a lease lasts the margin, 2 s
    clients = connect(broker)
    clients.push_to(receiver.url)
    monkeypatch.setattr("orchestration.local.dispatcher._LEASE_MARGIN_SECONDS", 0.5)
    receiver.answer = lambda body: 204
    sound = LeaseBook.acknowledge
    first = [True]

    def acknowledge(self: LeaseBook, *arguments: Any) -> None:
        if first.pop() if first else False:
            raise KeyError("unforeseen")
        sound(self, *arguments)

    monkeypatch.setattr(LeaseBook, "acknowledge", acknowledge)
    monkeypatch.setattr("orchestration.local.dispatcher.Dispatcher._post", _posted_without_limit)
    clients.publish("again")
    assert broker.wait_idle(15)
    assert [p["deliveryAttempt"] for p in receiver.pushes] == [1, 2]


def _posted_without_limit(self: Any, session: requests.Session, lease: Lease) -> Any:
    from orchestration.local.dispatcher import _Outcome, envelope

    session.post(lease.subscription.push_config.push_endpoint, json=envelope(lease), timeout=10)
    return _Outcome.ACKNOWLEDGED


def test_a_full_disk_refuses_a_publish_and_the_broker_goes_on_once_there_is_room(
    make_broker: Make, connect: Connect, receiver: Receiver
) -> None:
    broker = make_broker()
    clients = connect(broker)
    clients.push_to(receiver.url)
    with broker.store.transaction() as db:
        (pages,) = db.execute("PRAGMA page_count").fetchone()
    broker.store._db.execute(f"PRAGMA max_page_count={pages + 20}")
    texts = [f"{n} " + "x" * 50_000 for n in range(10)]
    accepted, refusals = [], set()
    broker.stop_dispatch(5)
    for text in texts:
        try:
            clients.publisher.publish(topic=clients.TOPIC, messages=[{"data": text.encode()}], retry=None)
            accepted.append(text)
        except ServiceUnavailable as error:
            refusals.add(error.message.rpartition(": ")[2])
    assert len(accepted) in range(1, 10)
    assert refusals == {"the disk is full; make room (database or disk is full)"}
    broker.store._db.execute("PRAGMA max_page_count=1000000")
    clients.publish(*(text for text in texts if text not in accepted))
    broker.stop(5)
    assert make_broker().wait_idle(15)
    assert sorted(receiver.texts) == sorted(texts)


def test_what_was_rolled_back_is_not_remembered_either(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = BrokerStore(tmp_path / "pubsub.sqlite")
    store.create_topic("projects/p/topics/t")
    store._db.execute("PRAGMA max_page_count=1")
    from orchestration.local.pubsub_resources import Subscription

    wanted = Subscription(name="projects/p/subscriptions/s", topic="projects/p/topics/t", labels={"x": "y" * 500_000})
    for _ in range(2):  # the second finds no transaction left open
        with pytest.raises(sqlite3.OperationalError, match="full"):
            store.create_subscription(wanted)
    assert store.subscriptions() == []
    store._db.execute("PRAGMA max_page_count=1000000")
    store.create_subscription(wanted)
    assert [s.name for s in store.subscriptions()] == [wanted.name]
    store.close()


def test_nobody_at_the_endpoint_is_no_attempt(make_broker: Make, connect: Connect) -> None:
    port = free_port()
    broker = make_broker()
    clients = connect(broker)
    clients.push_to(f"http://127.0.0.1:{port}/process")
    clients.publish(*(f"game {n}" for n in range(30)))
    assert not broker.wait_idle(2.5)  # many times as long as five scaled attempts take
    counts = broker.counts()[clients.PUSH]
    assert (counts.waiting + counts.in_flight, counts.dead) == (30, 0)
    receiver = Receiver(port)
    try:
        assert broker.wait_idle(15)
    finally:
        receiver.close()
    assert sorted(receiver.texts) == sorted(f"game {n}" for n in range(30))
    assert {p["deliveryAttempt"] for p in receiver.pushes} == {1}


def test_a_service_that_is_away_does_not_slow_the_others(
    make_broker: Make, connect: Connect, receiver: Receiver
) -> None:
    broker = make_broker(threads=4)
    clients = connect(broker)
    clients.push_to(f"http://127.0.0.1:{free_port()}/process")
    request = {"name": f"{clients.PUSH}-there", "topic": clients.TOPIC}
    clients.subscriber.create_subscription(request={**request, "push_config": {"push_endpoint": receiver.url}})
    clients.publish(*(f"game {n}" for n in range(100)))
    receiver.wait_for_pushes(100)
    assert broker.counts()[clients.PUSH].dead == 0


def test_messages_that_wait_cost_next_to_nothing(make_broker: Make, connect: Connect) -> None:
    broker = make_broker()
    clients = connect(broker)
    clients.push_to(f"http://127.0.0.1:{free_port()}/process")
    clients.subscriber.create_subscription(request={"name": clients.PULL, "topic": clients.TOPIC})
    broker.publish(clients.TOPIC, [Outgoing("eA==")] * 5_000)
    time.sleep(3)  # by then the pauses are seconds long
    before = time.process_time()
    time.sleep(2)
    assert time.process_time() - before < 0.3


def _wait(met: Callable[[], bool], timeout: float = 15) -> None:
    deadline = time.monotonic() + timeout
    while not met():
        assert time.monotonic() < deadline
        time.sleep(0.02)
