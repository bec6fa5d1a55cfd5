"""Google's emulator in the place of the embedded broker: what the cascade waits for, and how it ends."""

import base64
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from google.auth.credentials import AnonymousCredentials
from google.pubsub_v1 import PublisherClient

from common.errors import ConfigurationError, TransientError
from orchestration.local.emulator import emulator_script
from orchestration.local.emulator_broker import EmulatorBroker
from orchestration.topology import Retry, Topology
from tests.push_receiver import Receiver

pytestmark = pytest.mark.stack
RAW = "projects/p/subscriptions/phase2-raw"
ANALYTICS = "projects/p/subscriptions/phase3-analytics"
KILLED_PARENT = """
import os, sys
from pathlib import Path
from orchestration.local.emulator import EmulatorProcess
process = EmulatorProcess(Path(sys.argv[1]), os.environ)
process.start()
print(process.url, flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module", autouse=True)
def emulator() -> None:
    try:
        emulator_script(os.environ)
    except ConfigurationError as error:
        pytest.skip(str(error))


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[EmulatorBroker]:
    made = EmulatorBroker(tmp_path, os.environ)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


def applied(broker: EmulatorBroker, receiver: Receiver) -> None:
    """The pipeline's own topology, every service at the receiver, with waits shorter than the topology may have."""
    topology = Topology.load()
    retry = Retry.model_construct(min_backoff_seconds=0, max_backoff_seconds=0)
    quick = tuple(s.model_copy(update={"retry": retry, "path": "/process"}) for s in topology.subscriptions)
    topology = topology.model_copy(update={"subscriptions": quick})
    broker.apply(topology, "p", dict.fromkeys(topology.services, receiver.url.removesuffix("/process")))


def publish(broker: EmulatorBroker, topic: str, text: str) -> None:
    """As services publish."""
    options: dict[str, Any] = {"client_options": {"api_endpoint": broker.endpoint}}
    client = PublisherClient(transport="rest", credentials=AnonymousCredentials(), **options)
    client.publish(topic=f"projects/p/topics/{topic}", messages=[{"data": text.encode()}])
    client.transport.close()


def test_idle_is_when_everything_and_what_it_led_to_is_done(broker: EmulatorBroker, receiver: Receiver) -> None:
    release = threading.Event()

    def answer(body: dict[str, Any]) -> int:
        if body["subscription"] == RAW:
            publish(broker, "nba-phase2-raw-complete", "next")
            return 204
        return 204 if release.wait(20) else 500

    receiver.answer = answer
    applied(broker, receiver)
    assert broker.wait_idle(0)
    publish(broker, "nba-phase1-scrapers-complete", "first")
    assert not broker.wait_idle(0)
    receiver.wait_for_pushes(3)  # the raw service, then analytics and grading
    assert not broker.wait_idle(0.5)
    counts = broker.counts()
    assert (counts[RAW].delivered, counts[ANALYTICS].in_flight) == (1, 1)
    release.set()
    assert broker.wait_idle(20)
    assert {n: c.delivered for n, c in broker.counts().items() if c.delivered} == {
        RAW: 1,
        ANALYTICS: 1,
        "projects/p/subscriptions/grading-results": 1,
    }


def test_a_message_that_fails_is_waited_for_until_it_is_a_dead_letter(
    broker: EmulatorBroker, receiver: Receiver
) -> None:
    poison = base64.b64encode(b"poison").decode()
    receiver.answer = lambda body: 500 if body["message"]["data"] == poison else 204
    applied(broker, receiver)
    publish(broker, "nba-phase1-scrapers-complete", "poison")
    publish(broker, "nba-phase1-scrapers-complete", "good")
    receiver.wait_for_pushes(3)
    assert not broker.wait_idle(0)
    assert broker.wait_idle(40)
    assert receiver.texts.count("poison") == 5
    counts = broker.counts()[RAW]
    assert (counts.waiting, counts.in_flight, counts.delivered, counts.dead) == (0, 0, 1, 1)


def test_nobody_waits_for_an_emulator_that_died(broker: EmulatorBroker, receiver: Receiver) -> None:
    applied(broker, receiver)
    broker.stop_dispatch(1)
    publish(broker, "nba-phase1-scrapers-complete", "never")
    pid = broker._process.pid
    assert pid is not None
    os.killpg(pid, signal.SIGKILL)
    with pytest.raises(TransientError, match="the Pub/Sub emulator has ended"):
        broker.wait_idle(20)


def test_the_emulator_ends_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    started = [sys.executable, "-c", KILLED_PARENT, str(tmp_path / "emulator.log")]
    with subprocess.Popen(started, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        url = parent.stdout.readline().strip()
        assert requests.get(url, timeout=5).text.strip() == "Ok"
        parent.kill()
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        try:
            requests.get(url, timeout=1)
        except requests.ConnectionError:
            return
        time.sleep(0.1)
    pytest.fail("the emulator outlives who started it")
