"""The brokers under contract, each behind Google's own clients, and topics of a test's own."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from google.auth.credentials import AnonymousCredentials
from google.pubsub_v1 import PublisherClient, SubscriberClient

from common.errors import ConfigurationError
from orchestration.local.broker import Broker
from orchestration.local.emulator import EmulatorProcess, emulator_script
from tests.push_receiver import Receiver

_NUMBERS = count(1)
_SCALE = 0.05


@dataclass
class Subject:
    """A broker under contract. Its waits and deadlines are the subscriptions' own, times `scale`."""

    name: str
    scale: float
    publisher: PublisherClient
    subscriber: SubscriberClient


class Channel:
    """A topic of the test's own, its dead-letter topic, and a pull subscription to each."""

    def __init__(self, subject: Subject) -> None:
        number = next(_NUMBERS)
        self._subject = subject
        self.publisher, self.subscriber = subject.publisher, subject.subscriber
        self.topic = f"projects/p/topics/contract-{number}"
        self.dead_topic = f"{self.topic}-dead"
        self.subscription = f"projects/p/subscriptions/contract-{number}"
        self.dead = f"{self.subscription}-dead"
        for topic in (self.topic, self.dead_topic):
            self.publisher.create_topic(name=topic)
        self.subscriber.create_subscription(request={"name": self.dead, "topic": self.dead_topic})

    def push_to(
        self,
        url: str,
        *,
        deadline: int = 600,
        backoff: tuple[float, float] | None = None,
        dead_letter: bool = False,
        suffix: str = "",
    ) -> str:
        """A push subscription; its full name. Without `backoff` (shortest, longest; seconds): the broker's default."""
        request: dict[str, Any] = {
            "name": self.subscription + suffix,
            "topic": self.topic,
            "push_config": {"push_endpoint": url},
            "ack_deadline_seconds": deadline,
        }
        if backoff is not None:
            shortest, longest = (timedelta(seconds=s) for s in backoff)
            request["retry_policy"] = {"minimum_backoff": shortest, "maximum_backoff": longest}
        if dead_letter:
            request["dead_letter_policy"] = {"dead_letter_topic": self.dead_topic, "max_delivery_attempts": 5}
        return str(self.subscriber.create_subscription(request=request).name)

    def publish(self, *texts: str) -> list[str]:
        """Messages with these data and an attribute; their ids."""
        return self.send(*({"data": text.encode(), "attributes": {"phase": "1"}} for text in texts))

    def send(self, *messages: dict[str, Any]) -> list[str]:
        """Messages as they are; their ids."""
        return list(self.publisher.publish(topic=self.topic, messages=list(messages)).message_ids)

    def pull(self, subscription: str) -> list[Any]:
        """What waits in a pull subscription."""
        request = {"subscription": subscription, "max_messages": 100, "return_immediately": True}
        with pytest.warns(DeprecationWarning, match="return_immediately"):  # it costs at Google; here it saves time
            return list(self.subscriber.pull(request=request).received_messages)

    def remove(self) -> None:
        """Delete the subscriptions, so that nothing is delivered to a receiver of an earlier test."""
        for name in list(self.publisher.list_topic_subscriptions(topic=self.topic)):
            self.subscriber.delete_subscription(subscription=name)


def _connected(name: str, endpoint: str, scale: float) -> Subject:
    options: dict[str, Any] = {
        "transport": "rest",
        "client_options": {"api_endpoint": endpoint},
        "credentials": AnonymousCredentials(),
    }
    return Subject(name, scale, PublisherClient(**options), SubscriberClient(**options))


@pytest.fixture(scope="module", params=["embedded", "emulator"])
def subject(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Subject]:
    """Each broker in turn."""
    folder: Path = tmp_path_factory.mktemp(request.param)
    server: Broker | EmulatorProcess
    if request.param == "embedded":
        server = Broker(folder, backoff_scale=_SCALE, deadline_scale=_SCALE, pull_wait_seconds=0.1)
        server.start()
        found = _connected(request.param, server.endpoint, _SCALE)
    else:
        try:
            emulator_script(os.environ)
        except ConfigurationError as error:
            pytest.skip(str(error))
        server = EmulatorProcess(folder / "emulator.log", os.environ)
        server.start()
        found = _connected(request.param, server.url, 1.0)
    yield found
    found.publisher.transport.close()
    found.subscriber.transport.close()
    server.stop()


@pytest.fixture
def channel(subject: Subject) -> Iterator[Channel]:
    """A topic of the test's own."""
    made = Channel(subject)
    yield made
    made.remove()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """An endpoint for pushes."""
    made = Receiver()
    yield made
    made.close()


@pytest.fixture
def late_receiver() -> Iterator[Callable[[int], Receiver]]:
    """Starts an endpoint on a given port."""
    made: list[Receiver] = []

    def start(port: int) -> Receiver:
        made.append(Receiver(port))
        return made[-1]

    yield start
    for each in made:
        each.close()
