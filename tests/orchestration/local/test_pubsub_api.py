"""What Google's own client finds: the embedded broker answers it as Pub/Sub does."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from google.api_core.exceptions import BadRequest, Conflict, MethodNotImplemented, NotFound
from google.auth.credentials import AnonymousCredentials
from google.cloud import pubsub_v1

from orchestration.local.broker import Broker
from orchestration.local.broker_store import BrokerStore


@pytest.fixture
def clients(make_broker: Callable[..., Broker], connect: Callable[[Broker], Any]) -> Iterator[Any]:
    return connect(make_broker())


def test_a_topic_can_be_created_found_listed_and_deleted(clients: Any) -> None:
    clients.publisher.create_topic(name=clients.TOPIC)
    assert clients.publisher.get_topic(topic=clients.TOPIC).name == clients.TOPIC
    assert [t.name for t in clients.publisher.list_topics(project="projects/p")] == [clients.TOPIC]
    assert list(clients.publisher.list_topics(project="projects/other")) == []
    clients.publisher.delete_topic(topic=clients.TOPIC)
    with pytest.raises(NotFound):
        clients.publisher.get_topic(topic=clients.TOPIC)


def test_a_subscription_comes_back_as_it_was_created(clients: Any) -> None:
    clients.push_to("http://127.0.0.1:9/process")
    found = clients.subscriber.get_subscription(subscription=clients.PUSH)
    assert found.topic == clients.TOPIC
    assert found.push_config.push_endpoint == "http://127.0.0.1:9/process"
    assert found.ack_deadline_seconds == 600
    assert found.retry_policy.minimum_backoff.total_seconds() == 10
    assert found.retry_policy.maximum_backoff.total_seconds() == 60
    assert found.dead_letter_policy.dead_letter_topic == clients.DEAD
    assert found.dead_letter_policy.max_delivery_attempts == 5
    listed = clients.subscriber.list_subscriptions(project="projects/p")
    assert {s.name for s in listed} == {clients.PUSH, clients.DEAD_PULL}
    assert list(clients.publisher.list_topic_subscriptions(topic=clients.TOPIC)) == [clients.PUSH]


def test_what_exists_can_not_be_created_again(clients: Any) -> None:
    clients.pull_from()
    with pytest.raises(Conflict):
        clients.publisher.create_topic(name=clients.TOPIC)
    with pytest.raises(Conflict):
        clients.subscriber.create_subscription(request={"name": clients.PULL, "topic": clients.TOPIC})


def test_what_does_not_exist_is_not_found(clients: Any) -> None:
    with pytest.raises(NotFound):
        clients.publish("lost")
    with pytest.raises(NotFound):
        clients.pull(clients.PULL)
    with pytest.raises(NotFound):
        clients.subscriber.create_subscription(request={"name": clients.PULL, "topic": clients.TOPIC})


@pytest.mark.parametrize(
    "field",
    [
        {"ack_deadline_seconds": 601},
        {"dead_letter_policy": {"dead_letter_topic": "projects/p/topics/dead", "max_delivery_attempts": 101}},
        {"retry_policy": {"maximum_backoff": {"seconds": 601}}},
    ],
)
def test_a_value_beyond_googles_limits_is_refused(clients: Any, field: dict[str, Any]) -> None:
    clients.publisher.create_topic(name=clients.TOPIC)
    with pytest.raises(BadRequest):
        clients.subscriber.create_subscription(request={"name": clients.PULL, "topic": clients.TOPIC, **field})


@pytest.mark.parametrize("feature", [{"filter": 'attributes.phase = "1"'}, {"enable_message_ordering": True}])
def test_a_feature_that_the_broker_lacks_is_refused_rather_than_ignored(clients: Any, feature: dict[str, Any]) -> None:
    clients.publisher.create_topic(name=clients.TOPIC)
    with pytest.raises(MethodNotImplemented):
        clients.subscriber.create_subscription(request={"name": clients.PULL, "topic": clients.TOPIC, **feature})


def test_a_pulled_message_is_the_published_one_and_is_gone_once_acknowledged(clients: Any) -> None:
    clients.pull_from()
    (message_id,) = clients.publish("final score")
    (received,) = clients.pull(clients.PULL)
    assert received.message.data == b"final score"
    assert dict(received.message.attributes) == {"phase": "1"}
    assert received.message.message_id == message_id
    assert clients.pull(clients.PULL) == []
    clients.subscriber.acknowledge(subscription=clients.PULL, ack_ids=[received.ack_id])
    clients.subscriber.modify_ack_deadline(subscription=clients.PULL, ack_ids=[received.ack_id], ack_deadline_seconds=0)
    assert clients.pull(clients.PULL) == []


def test_a_message_given_back_can_be_pulled_again(clients: Any) -> None:
    clients.pull_from()
    clients.publish("one")
    (received,) = clients.pull(clients.PULL)
    clients.subscriber.modify_ack_deadline(subscription=clients.PULL, ack_ids=[received.ack_id], ack_deadline_seconds=0)
    assert [r.message.data for r in clients.pull(clients.PULL)] == [b"one"]


def test_every_subscription_of_a_topic_gets_the_message(clients: Any) -> None:
    clients.pull_from()
    second = "projects/p/subscriptions/second"
    clients.subscriber.create_subscription(request={"name": second, "topic": clients.TOPIC})
    clients.publish("both")
    assert [r.message.data for r in clients.pull(clients.PULL)] == [b"both"]
    assert [r.message.data for r in clients.pull(second)] == [b"both"]


def test_a_deleted_subscription_takes_its_messages_with_it(clients: Any) -> None:
    clients.pull_from()
    clients.publish("old")
    clients.subscriber.delete_subscription(subscription=clients.PULL)
    clients.subscriber.create_subscription(request={"name": clients.PULL, "topic": clients.TOPIC})
    assert clients.pull(clients.PULL) == []


def test_a_request_that_is_not_part_of_the_api_says_so(make_broker: Callable[..., Broker]) -> None:
    answer = requests.get(f"{make_broker().endpoint}/v1/projects/p/snapshots", timeout=5)
    assert (answer.status_code, answer.json()["error"]["status"]) == (404, "UNIMPLEMENTED")


def test_a_message_that_everyone_has_acknowledged_takes_no_space(clients: Any, tmp_path: Any) -> None:
    clients.pull_from()
    clients.publish("one", "two")
    ack_ids = [r.ack_id for r in clients.pull(clients.PULL)]
    clients.subscriber.acknowledge(subscription=clients.PULL, ack_ids=ack_ids)
    store = BrokerStore(tmp_path / "pubsub.sqlite")
    with store.transaction() as db:
        assert db.execute("SELECT COUNT(*) FROM messages").fetchone() == (0,)
    store.close()


def test_the_batching_publisher_works_too(clients: Any, make_broker: Callable[..., Broker]) -> None:
    clients.pull_from()
    endpoint = clients.publisher.transport.host
    batching = pubsub_v1.PublisherClient(
        transport="rest", client_options={"api_endpoint": endpoint}, credentials=AnonymousCredentials()
    )
    futures = [batching.publish(clients.TOPIC, f"{n}".encode(), phase="2") for n in range(50)]
    ids = {future.result(timeout=10) for future in futures}
    batching.stop()
    batching.transport.close()
    assert {r.message.message_id for r in clients.pull(clients.PULL)} == ids


def test_a_waiting_pull_gets_the_message_that_comes_meanwhile(
    make_broker: Callable[..., Broker], connect: Callable[[Broker], Any]
) -> None:
    clients = connect(make_broker(pull_wait_seconds=20))
    clients.pull_from()
    late = threading.Timer(0.2, clients.publish, ["late"])
    late.start()
    assert [r.message.data for r in clients.pull(clients.PULL)] == [b"late"]
    late.join(5)
