"""`nba dead-letters`: on a folder that nobody serves, and beside a broker that does."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from orchestration.cli import cli
from orchestration.local.broker import Broker
from orchestration.local.broker_store import Outgoing
from orchestration.local.pubsub_resources import Subscription
from tests.push_receiver import Receiver

TOPIC, DEAD = "projects/local/topics/games", "projects/local/topics/games-dead"
PUSH, OTHER, KEPT = (f"projects/local/subscriptions/{name}" for name in ("games-push", "games-other", "games-dead"))


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


@pytest.fixture
def broker(tmp_path: Path, receiver: Receiver) -> Iterator[Broker]:
    """Two subscriptions get every message; one of them refuses all, and keeps them."""
    receiver.answer = lambda body: 500 if body["subscription"] == PUSH else 204
    made = Broker(tmp_path, backoff_scale=0.001)
    made.start()
    for topic in (TOPIC, DEAD):
        made.store.create_topic(topic)
    policy = {"deadLetterTopic": DEAD, "maxDeliveryAttempts": 5}
    resource: dict[str, Any] = {"topic": TOPIC, "pushConfig": {"pushEndpoint": receiver.url}}
    made.store.create_subscription(Subscription.parse({**resource, "name": PUSH, "deadLetterPolicy": policy}))
    made.store.create_subscription(Subscription.parse({**resource, "name": OTHER}))
    made.store.create_subscription(Subscription.parse({"name": KEPT, "topic": DEAD}))
    for text in ("first [bold]", "second"):
        made.publish(TOPIC, [Outgoing(base64.b64encode(text.encode()).decode(), {"phase": "1"})])
        assert made.wait_idle(15)  # so that the first dies first
    yield made
    made.stop(5)


@pytest.fixture
def nba(tmp_path: Path) -> Callable[..., Result]:
    def run(*words: str) -> Result:
        return CliRunner().invoke(cli, ["dead-letters", *words, "--data-dir", str(tmp_path)])

    return run


def test_dead_letters_are_listed_and_shown(broker: Broker, nba: Callable[..., Result]) -> None:
    listed = nba("list", "--json")
    assert listed.exit_code == 1
    letters = json.loads(listed.stdout)
    assert [(x["subscription"], x["attempts"], x["attributes"], x["content"]) for x in letters] == [
        ("games-push", 5, {"phase": "1"}, "first [bold]"),
        ("games-push", 5, {"phase": "1"}, "second"),
    ]
    table = nba("list").stdout
    assert "2 waiting" in table
    assert "first [bold]" in table
    shown = nba("show", letters[0]["message_id"]).stdout
    assert shown.endswith("\n\nfirst [bold]\n")
    assert "no dead letter has that id" in str(nba("show", "77").exception)


def test_what_is_sent_again_goes_to_its_subscription_alone_as_if_new(
    broker: Broker, nba: Callable[..., Result], receiver: Receiver
) -> None:
    letters = json.loads(nba("list", "--json").stdout)
    receiver.pushes.clear()
    receiver.answer = lambda body: 204
    sent = nba("resend", letters[0]["message_id"])
    assert (sent.exit_code, sent.stdout) == (0, "1 sent again\n")
    receiver.wait_for_pushes(1)  # without a word to the broker, which is another process as a rule
    assert broker.wait_idle(15)
    (push,) = receiver.pushes
    assert (push["subscription"], push["deliveryAttempt"], receiver.texts) == (PUSH, 1, ["first [bold]"])
    assert push["message"]["attributes"] == {"phase": "1"}
    assert [x["content"] for x in json.loads(nba("list", "--json").stdout)] == ["second"]
    assert broker.counts()[KEPT].waiting == 1


def test_what_is_settled_is_gone_and_all_can_be_sent_while_nobody_serves(
    broker: Broker, nba: Callable[..., Result], receiver: Receiver, tmp_path: Path
) -> None:
    letters = json.loads(nba("list", "--json").stdout)
    broker.stop(5)
    assert nba("settle", letters[0]["message_id"]).stdout == "1 settled\n"
    assert nba("resend", "--all").stdout == "1 sent again\n"
    assert (nba("list").exit_code, nba("list", "--json").stdout) == (0, "[]\n")
    receiver.pushes.clear()
    receiver.answer = lambda body: 204
    with Broker(tmp_path) as again:
        assert again.wait_idle(15)
    assert receiver.texts == ["second"]


def test_all_or_ids_are_named(broker: Broker, nba: Callable[..., Result]) -> None:
    for words in (("resend",), ("settle",), ("resend", "1", "--all")):
        assert nba(*words).exit_code == 2
    assert len(json.loads(nba("list", "--json").stdout)) == 2


def test_google_cloud_is_told_its_own_command(tmp_path: Path) -> None:
    asked = CliRunner().invoke(cli, ["dead-letters", "list", "--project", "somebodys", "--data-dir", str(tmp_path)])
    assert "gcloud pubsub subscriptions pull" in str(asked.exception)
