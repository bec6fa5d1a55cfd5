"""What the pipeline relies on in a broker, asked of the embedded one and of Google's emulator alike.

Measured of the emulator (0.8.20) and not part of the contract: it leaves `deliveryAttempt` out of a push, repeats a
message after a 202 (an acknowledgement at Google), and repeats a message for the first time after a second, whatever
the shortest back-off is. In all three the embedded broker does as Pub/Sub's documentation says.
"""

import base64
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from google.api_core.exceptions import BadRequest, Conflict, NotFound

from orchestration.local.child import free_port
from tests.contract.conftest import Channel, Subject
from tests.push_receiver import Receiver

pytestmark = pytest.mark.stack
QUICK = (0.0, 1.0)


def text_of(body: dict[str, Any]) -> str:
    return base64.b64decode(body["message"].get("data", "")).decode()


def quiet(receiver: Receiver, seconds: float) -> None:
    """Nothing more comes for a while."""
    before = len(receiver.pushes)
    time.sleep(seconds)
    assert receiver.texts[before:] == []


def test_a_push_is_an_envelope_with_data_attributes_id_and_time(channel: Channel, receiver: Receiver) -> None:
    name = channel.push_to(receiver.url, dead_letter=True)
    data = bytes(range(256))
    attributes = {"phase": "1", "correlation_id": "ä/+ 7"}
    (message_id,) = channel.send({"data": data, "attributes": attributes})
    receiver.wait_for_pushes(1)
    (push,) = receiver.pushes
    push.pop("deliveryAttempt", None)
    sent_at = push["message"]["publishTime"]
    assert push == {
        "message": {
            "data": base64.b64encode(data).decode(),
            "attributes": attributes,
            "messageId": message_id,
            "message_id": message_id,
            "publishTime": sent_at,
            "publish_time": sent_at,
        },
        "subscription": name,
    }
    assert sent_at.endswith("Z")
    assert abs((datetime.now(UTC) - datetime.fromisoformat(sent_at)).total_seconds()) < 60
    assert receiver.headers[0]["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    ("message", "data", "attributes"),
    [({"data": b"only data"}, b"only data", {}), ({"attributes": {"only": "this"}}, b"", {"only": "this"})],
    ids=["data", "attributes"],
)
def test_what_a_message_has_none_of_is_empty(
    channel: Channel, receiver: Receiver, message: dict[str, Any], data: bytes, attributes: dict[str, str]
) -> None:
    channel.push_to(receiver.url)
    channel.send(message)
    receiver.wait_for_pushes(1)
    found = receiver.pushes[0]["message"]
    assert (found["data"], found["attributes"]) == (base64.b64encode(data).decode(), attributes)


def test_a_message_without_data_and_attributes_is_refused(channel: Channel) -> None:
    with pytest.raises(BadRequest):
        channel.send({})


def test_only_a_success_is_an_acknowledgement(channel: Channel, receiver: Receiver) -> None:
    done, repeated = (200, 201, 204), (206, 302, 400, 404, 429, 500, 503)
    seen: Counter[str] = Counter()

    def answer(body: dict[str, Any]) -> int:
        seen[text_of(body)] += 1
        return int(text_of(body)) if seen[text_of(body)] == 1 else 204

    receiver.answer = answer
    channel.push_to(receiver.url, backoff=QUICK)
    channel.publish(*map(str, (*done, *repeated)))
    receiver.wait_for_pushes(len(done) + 2 * len(repeated))
    quiet(receiver, 1.5)
    assert Counter(receiver.texts) == Counter(
        {**dict.fromkeys(map(str, done), 1), **dict.fromkeys(map(str, repeated), 2)}
    )
    ids = {(text_of(p), p["message"]["messageId"], p["message"]["publishTime"]) for p in receiver.pushes}
    assert len(ids) == len(done) + len(repeated)  # a repetition has the id and the time of the first


def test_an_answer_after_the_deadline_is_too_late(subject: Subject, channel: Channel, receiver: Receiver) -> None:
    let_go = threading.Event()
    seen: Counter[str] = Counter()

    def answer(body: dict[str, Any]) -> int:
        seen[text_of(body)] += 1
        if text_of(body) == "slow" and seen["slow"] == 1:
            let_go.wait(40)
        return 204

    receiver.answer = answer
    channel.push_to(receiver.url, deadline=10, backoff=QUICK)
    channel.publish("slow", *(f"quick {n}" for n in range(8)))
    receiver.wait_until(lambda: len(receiver.times_of("slow")) == 2, 30)
    first, second = receiver.times_of("slow")
    assert second - first >= 0.95 * 10 * subject.scale
    # What hangs holds nobody up, and the second answer settles it.
    assert all(receiver.times_of(f"quick {n}")[0] < second for n in range(8))
    quiet(receiver, 1.5)
    let_go.set()
    quiet(receiver, 1.0)


def test_repetitions_wait_longer_and_longer_within_bounds(
    subject: Subject, channel: Channel, receiver: Receiver
) -> None:
    receiver.answer = lambda body: 204 if len(receiver.pushes) == 4 else 503
    channel.push_to(receiver.url, backoff=(1.0, 3.0))
    channel.publish("again")
    receiver.wait_for_pushes(4, 40)
    waits = [later - earlier for earlier, later in zip(receiver.times, receiver.times[1:], strict=False)]
    # The emulator's first repetition comes after a second; see above.
    assert all(wait >= 0.95 * 1.0 * subject.scale for wait in waits), waits
    assert waits[2] > 1.5 * waits[0], waits
    # The emulator looks every now and then, and adds of its own.
    assert all(wait <= 3.0 * subject.scale + 3.0 for wait in waits), waits


def test_after_the_last_attempt_a_message_is_a_dead_letter(channel: Channel, receiver: Receiver) -> None:
    receiver.answer = lambda body: 500 if text_of(body) == "poison" else 204
    name = channel.push_to(receiver.url, dead_letter=True)
    channel.publish("poison", "good", "better")
    receiver.wait_until(lambda: len(receiver.times_of("poison")) == 5, 30)
    deadline = time.monotonic() + 15
    while not (found := channel.pull(channel.dead)):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    (dead,) = found
    assert dead.message.data == b"poison"
    attributes = dict(dead.message.attributes)
    poison = next(p for p in receiver.pushes if text_of(p) == "poison")
    assert attributes == {
        "phase": "1",
        "CloudPubSubDeadLetterSourceDeliveryCount": "5",
        "CloudPubSubDeadLetterSourceSubscription": name.rpartition("/")[2],
        "CloudPubSubDeadLetterSourceSubscriptionProject": "p",
        "CloudPubSubDeadLetterSourceTopicPublishTime": poison["message"]["publishTime"],
    }
    quiet(receiver, 1.5)
    assert Counter(receiver.texts) == {"poison": 5, "good": 1, "better": 1}


def test_every_message_comes_at_least_once_in_any_order(channel: Channel, receiver: Receiver) -> None:
    channel.push_to(receiver.url)
    texts = [f"game {n}" for n in range(40)]
    ids = [i for n in range(0, 40, 10) for i in channel.publish(*texts[n : n + 10])]
    receiver.wait_until(lambda: set(receiver.texts) == set(texts))
    # Neither order nor single delivery is promised: as often as it comes, an id means the same message.
    assert {(p["message"]["messageId"], text_of(p)) for p in receiver.pushes} == set(zip(ids, texts, strict=True))


def test_each_subscription_of_a_topic_gets_the_message_and_settles_alone(channel: Channel, receiver: Receiver) -> None:
    failed: Counter[str] = Counter()

    def answer(body: dict[str, Any]) -> int:
        failed[body["subscription"]] += 1
        return 503 if body["subscription"] == second and failed[second] == 1 else 204

    second = f"{channel.subscription}-second"
    receiver.answer = answer
    first = channel.push_to(receiver.url, backoff=QUICK)
    channel.push_to(receiver.url, backoff=QUICK, suffix="-second")
    channel.publish("both")
    receiver.wait_for_pushes(3)
    assert Counter(p["subscription"] for p in receiver.pushes) == {first: 1, second: 2}


def test_a_handler_may_publish_before_it_answers(channel: Channel, receiver: Receiver) -> None:
    def answer(body: dict[str, Any]) -> int:
        if int(text_of(body)) < 10:
            channel.publish(str(int(text_of(body)) + 1))
        return 204

    receiver.answer = answer
    channel.push_to(receiver.url)
    channel.publish("0")
    receiver.wait_until(lambda: "10" in receiver.texts)
    assert set(receiver.texts) == {str(n) for n in range(11)}


def test_a_service_that_is_not_up_yet_gets_its_message_later(
    channel: Channel, late_receiver: Callable[[int], Receiver]
) -> None:
    port = free_port()
    channel.push_to(f"http://127.0.0.1:{port}/process", backoff=QUICK)
    channel.publish("patient")
    time.sleep(0.3)
    late_receiver(port).wait_for_pushes(1)


def test_a_pulled_message_waits_for_its_acknowledgement(channel: Channel) -> None:
    name = f"{channel.subscription}-pull"
    channel.subscriber.create_subscription(request={"name": name, "topic": channel.topic})
    (message_id,) = channel.publish("final score")
    (received,) = channel.pull(name)
    assert (received.message.data, received.message.message_id) == (b"final score", message_id)
    assert dict(received.message.attributes) == {"phase": "1"}
    assert channel.pull(name) == []
    channel.subscriber.modify_ack_deadline(subscription=name, ack_ids=[received.ack_id], ack_deadline_seconds=0)
    (again,) = channel.pull(name)
    assert again.message.message_id == message_id
    channel.subscriber.acknowledge(subscription=name, ack_ids=[again.ack_id])
    assert channel.pull(name) == []


def test_a_subscription_comes_back_as_it_was_made(channel: Channel) -> None:
    name = channel.push_to("http://127.0.0.1:9/process", backoff=(10, 60), dead_letter=True)
    found = channel.subscriber.get_subscription(subscription=name)
    assert (found.topic, found.push_config.push_endpoint) == (channel.topic, "http://127.0.0.1:9/process")
    assert found.ack_deadline_seconds == 600
    assert found.retry_policy.minimum_backoff.total_seconds() == 10
    assert found.retry_policy.maximum_backoff.total_seconds() == 60
    assert found.dead_letter_policy.dead_letter_topic == channel.dead_topic
    assert found.dead_letter_policy.max_delivery_attempts == 5


def test_what_is_there_twice_or_not_at_all_is_refused(channel: Channel) -> None:
    nowhere = "projects/p/topics/nowhere"
    with pytest.raises(Conflict):
        channel.publisher.create_topic(name=channel.topic)
    with pytest.raises(Conflict):
        channel.subscriber.create_subscription(request={"name": channel.dead, "topic": channel.dead_topic})
    with pytest.raises(NotFound):
        channel.subscriber.create_subscription(request={"name": f"{channel.subscription}-x", "topic": nowhere})
    with pytest.raises(NotFound):
        channel.publisher.publish(topic=nowhere, messages=[{"data": b"lost"}])
    with pytest.raises(NotFound):
        channel.pull("projects/p/subscriptions/nowhere")


def test_a_deadline_beyond_googles_longest_is_refused(channel: Channel) -> None:
    request = {"name": f"{channel.subscription}-x", "topic": channel.topic, "ack_deadline_seconds": 601}
    with pytest.raises(BadRequest):
        channel.subscriber.create_subscription(request=request)
