"""Google's own clients, a receiver of pushes, and brokers with short waits."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from google.auth.credentials import AnonymousCredentials
from google.pubsub_v1 import PublisherClient, SubscriberClient

from orchestration.local.broker import Broker
from orchestration.local.duckdb_setup import use_packaged_extensions
from tests.push_receiver import Receiver


class Clients:
    """Google's own clients, pointed at a broker as production code points them."""

    TOPIC = "projects/p/topics/games"
    DEAD = "projects/p/topics/games-dead"
    PUSH = "projects/p/subscriptions/games-push"
    PULL = "projects/p/subscriptions/games-pull"
    DEAD_PULL = "projects/p/subscriptions/games-dead"

    def __init__(self, endpoint: str) -> None:
        options: dict[str, Any] = {
            "transport": "rest",
            "client_options": {"api_endpoint": endpoint},
            "credentials": AnonymousCredentials(),
        }
        self.publisher = PublisherClient(**options)
        self.subscriber = SubscriberClient(**options)

    def publish(self, *texts: str) -> list[str]:
        messages = [{"data": text.encode(), "attributes": {"phase": "1"}} for text in texts]
        return list(self.publisher.publish(topic=self.TOPIC, messages=messages).message_ids)

    def push_to(self, url: str) -> None:
        """A topic with a push subscription that dead-letters after five deliveries."""
        self.publisher.create_topic(name=self.TOPIC)
        self.publisher.create_topic(name=self.DEAD)
        self.subscriber.create_subscription(request={"name": self.DEAD_PULL, "topic": self.DEAD})
        self.subscriber.create_subscription(
            request={
                "name": self.PUSH,
                "topic": self.TOPIC,
                "push_config": {"push_endpoint": url},
                "ack_deadline_seconds": 600,  # longer than any test waits: a lease does not end by itself
                "retry_policy": {"minimum_backoff": {"seconds": 10}, "maximum_backoff": {"seconds": 60}},
                "dead_letter_policy": {"dead_letter_topic": self.DEAD, "max_delivery_attempts": 5},
            }
        )

    def pull_from(self) -> None:
        """A topic with a pull subscription."""
        self.publisher.create_topic(name=self.TOPIC)
        self.subscriber.create_subscription(request={"name": self.PULL, "topic": self.TOPIC})

    def pull(self, subscription: str) -> list[Any]:
        return list(self.subscriber.pull(subscription=subscription, max_messages=100).received_messages)

    def close(self) -> None:
        # Not the clients' own close: over REST theirs fails, looking for a gRPC channel.
        self.publisher.transport.close()
        self.subscriber.transport.close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture
def connect() -> Iterator[Callable[[Broker], Clients]]:
    """Clients of a broker."""
    opened: list[Clients] = []

    def clients(broker: Broker) -> Clients:
        opened.append(Clients(broker.endpoint))
        return opened[-1]

    yield clients
    for each in opened:
        each.close()


@pytest.fixture
def make_broker(tmp_path: Path) -> Iterator[Callable[..., Broker]]:
    """Starts brokers on one data folder; retries come after a hundredth of a second."""
    brokers: list[Broker] = []

    def make(**settings: Any) -> Broker:
        broker = Broker(tmp_path, **{"backoff_scale": 0.001, "pull_wait_seconds": 0.1, **settings})
        brokers.append(broker)
        broker.start()
        return broker

    yield make
    for broker in brokers:
        broker.stop(timeout=5)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The server's database on a folder of its own, in this process; opened once, for it takes a while."""
    folder = tmp_path_factory.mktemp("warehouse")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(duckdb, "connect", duckdb.connect)  # put back afterwards
        use_packaged_extensions(folder / "extensions")
        from local_bigquery.engine import database as found
        from local_bigquery.settings import settings

        found._connect.cache_clear()
        patch.setattr(settings, "data_dir", folder / "state")
        patch.setattr(settings, "default_project_id", "local")
        found.execute("CREATE SCHEMA local.nba_staging; CREATE SCHEMA local.nba_raw")
        found.execute("CREATE TABLE local.nba_staging.facts (k INTEGER, v INTEGER)")
        yield found
        found.reset()
