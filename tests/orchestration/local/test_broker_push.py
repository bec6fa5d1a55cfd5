"""Rules of push delivery."""

import base64
import threading
from collections.abc import Callable
from typing import Any

from orchestration.local.broker import Broker
from orchestration.local.dispatcher import Fate
from orchestration.topology import Topology

Make = Callable[..., Broker]
Connect = Callable[[Broker], Any]


def test_a_push_is_googles_envelope(make_broker: Make, connect: Connect, receiver: Any) -> None:
    broker = make_broker()
    clients = connect(broker)
    clients.push_to(receiver.url)
    (message_id,) = clients.publish("hello")
    assert broker.wait_idle(15)
    (push,) = receiver.pushes
    sent_at = push["message"].pop("publishTime")
    assert push == {
        "message": {
            "data": base64.b64encode(b"hello").decode(),
            "attributes": {"phase": "1"},
            "messageId": message_id,
            "message_id": message_id,
            "publish_time": sent_at,
        },
        "subscription": clients.PUSH,
        "deliveryAttempt": 1,
    }


def test_an_error_status_is_retried_until_it_is_acknowledged(
    make_broker: Make, connect: Connect, receiver: Any
) -> None:
    receiver.answer = lambda body: 204 if body["deliveryAttempt"] == 3 else 503
    broker = make_broker()
    clients = connect(broker)
    clients.push_to(receiver.url)
    clients.publish("hello")
    assert broker.wait_idle(15)
    assert [p["deliveryAttempt"] for p in receiver.pushes] == [1, 2, 3]
    assert broker.counts()[clients.PUSH].delivered == 1


def test_a_redirect_or_a_client_error_is_no_acknowledgement(make_broker: Make, connect: Connect, receiver: Any) -> None:
    statuses = {1: 302, 2: 404, 3: 206}
    receiver.answer = lambda body: statuses.get(body["deliveryAttempt"], 200)
    broker = make_broker()
    clients = connect(broker)
    clients.push_to(receiver.url)
    clients.publish("hello")
    assert broker.wait_idle(15)
    assert len(receiver.pushes) == 4


def test_after_the_last_attempt_a_message_is_kept_as_a_dead_letter(
    make_broker: Make, connect: Connect, receiver: Any
) -> None:
    receiver.answer = lambda body: 500
    broker = make_broker()
    clients = connect(broker)
    clients.push_to(receiver.url)
    clients.publish("poison")
    assert broker.wait_idle(15)
    assert len(receiver.pushes) == 5
    (dead,) = clients.pull(clients.DEAD_PULL)
    assert dead.message.data == b"poison"
    attributes = dict(dead.message.attributes)
    assert attributes.pop("CloudPubSubDeadLetterSourceTopicPublishTime")
    assert attributes == {
        "phase": "1",
        "CloudPubSubDeadLetterSourceDeliveryCount": "5",
        "CloudPubSubDeadLetterSourceSubscription": "games-push",
        "CloudPubSubDeadLetterSourceSubscriptionProject": "p",
    }
    counts = broker.counts()[clients.PUSH]
    assert (counts.waiting, counts.in_flight, counts.delivered, counts.dead) == (0, 0, 0, 1)


def test_one_poisonous_message_does_not_hold_up_the_others(make_broker: Make, connect: Connect, receiver: Any) -> None:
    poison = base64.b64encode(b"poison").decode()
    receiver.answer = lambda body: 500 if body["message"]["data"] == poison else 204
    broker = make_broker(max_in_flight=1)
    clients = connect(broker)
    clients.push_to(receiver.url)
    clients.publish("poison", *(f"good {n}" for n in range(20)))
    assert broker.wait_idle(15)
    assert broker.counts()[clients.PUSH].delivered == 20


def test_no_answer_within_the_deadline_is_a_failed_delivery(make_broker: Make, connect: Connect, receiver: Any) -> None:
    never = threading.Event()

    def answer(body: dict[str, Any]) -> int:
        if body["deliveryAttempt"] == 1:
            never.wait(20)
        return 204

    receiver.answer = answer
    broker = make_broker(deadline_scale=0.0005)  # 0.3 s
    clients = connect(broker)
    clients.push_to(receiver.url)
    clients.publish("slow")
    assert broker.wait_idle(15)
    never.set()
    assert [p["deliveryAttempt"] for p in receiver.pushes] == [1, 2]


def test_several_messages_are_in_flight_but_no_more_than_the_limit(
    make_broker: Make, connect: Connect, receiver: Any
) -> None:
    release = threading.Event()
    receiver.answer = lambda body: 204 if release.wait(20) else 500
    broker = make_broker(max_in_flight=3)
    clients = connect(broker)
    clients.push_to(receiver.url)
    clients.publish(*(f"game {n}" for n in range(10)))
    receiver.wait_for_pushes(3)
    counts = broker.counts()[clients.PUSH]
    assert (counts.waiting, counts.in_flight) == (7, 3)
    assert len(receiver.pushes) == 3
    release.set()
    assert broker.wait_idle(15)
    assert sorted(receiver.texts) == sorted(f"game {n}" for n in range(10))


def test_a_service_that_hangs_leaves_threads_for_the_others(make_broker: Make, connect: Connect, receiver: Any) -> None:
    release = threading.Event()
    receiver.answer = lambda body: 204 if "hang" not in body["subscription"] or release.wait(20) else 500
    broker = make_broker(max_in_flight=4, threads=6)
    clients = connect(broker)
    clients.push_to(receiver.url)
    request = {"name": f"{clients.PUSH}-hangs", "topic": clients.TOPIC}
    clients.subscriber.create_subscription(request={**request, "push_config": {"push_endpoint": receiver.url}})
    clients.publish(*(f"game {n}" for n in range(10)))
    receiver.wait_for_pushes(14)
    release.set()
    assert broker.wait_idle(15)


def test_wait_idle_says_no_while_a_message_is_undelivered(make_broker: Make, connect: Connect, receiver: Any) -> None:
    release = threading.Event()
    receiver.answer = lambda body: 204 if release.wait(20) else 500
    broker = make_broker()
    clients = connect(broker)
    clients.push_to(receiver.url)
    assert broker.wait_idle(0)
    clients.publish("busy")
    assert not broker.wait_idle(0.1)
    release.set()
    assert broker.wait_idle(15)


def test_a_message_sent_by_a_handler_counts_before_its_cause_is_done(
    make_broker: Make, connect: Connect, receiver: Any
) -> None:
    broker = make_broker()
    clients = connect(broker)

    def answer(body: dict[str, Any]) -> int:
        step = int(base64.b64decode(body["message"]["data"]))
        if step < 10:
            clients.publish(str(step + 1))
        return 204

    receiver.answer = answer
    clients.push_to(receiver.url)
    clients.publish("0")
    assert broker.wait_idle(15)
    assert len(receiver.pushes) == 11


def test_a_hook_can_lose_and_double_deliveries(make_broker: Make, connect: Connect, receiver: Any) -> None:
    fates = {b"lost": Fate.DROP, b"doubled": Fate.REPEAT}
    broker = make_broker(delivery_hook=lambda lease: fates.get(base64.b64decode(lease.data), Fate.DELIVER))
    clients = connect(broker)
    clients.push_to(receiver.url)
    clients.publish("lost", "doubled", "plain")
    assert broker.wait_idle(15)
    assert sorted(receiver.texts) == ["doubled", "doubled", "plain"]


def test_a_stopped_broker_delivers_after_its_next_start(make_broker: Make, connect: Connect, receiver: Any) -> None:
    first = make_broker()
    clients = connect(first)
    clients.push_to(receiver.url)
    first.stop_dispatch(5)
    clients.publish("kept")
    first.stop(timeout=5)
    assert receiver.pushes == []
    assert make_broker().wait_idle(15)
    assert receiver.texts == ["kept"]


def test_the_topology_can_be_applied_again_with_other_addresses(make_broker: Make, receiver: Any) -> None:
    topology = Topology.load()
    broker = make_broker()
    broker.apply(topology, "p", dict.fromkeys(topology.services, "http://127.0.0.1:9/old"))
    base = receiver.url.removesuffix("/process")
    broker.apply(topology, "p", dict.fromkeys(topology.services, base))
    endpoints = {s.push_config.push_endpoint for s in broker.store.subscriptions() if s.is_push}
    assert endpoints == {f"{base}/process", f"{base}/consolidate"}
    assert len(broker.counts()) == 2 * len(topology.subscriptions)


def test_a_push_subscription_that_left_the_topology_is_removed(
    make_broker: Make, connect: Connect, receiver: Any
) -> None:
    topology = Topology.load()
    broker = make_broker()
    clients = connect(broker)
    clients.push_to(receiver.url)
    broker.apply(topology, "p", dict.fromkeys(topology.services, "http://127.0.0.1:9"))
    assert clients.PUSH not in broker.counts()
    assert clients.DEAD_PULL in broker.counts()
