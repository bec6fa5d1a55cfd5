"""What the embedded broker costs: idle with many messages waiting, and from a publish to the endpoint's receipt.

python -m tests.benchmarks.broker
"""

from __future__ import annotations

import base64
import logging
import statistics
import tempfile
import time
from pathlib import Path

from orchestration.local.broker import Broker
from orchestration.local.broker_store import Outgoing
from orchestration.local.child import free_port
from orchestration.local.pubsub_resources import Subscription
from tests.push_receiver import Receiver

WAITING, SENT, SECONDS = 20_000, 1_000, 10.0
TOPIC = "projects/p/topics/t"


def subscribe(broker: Broker, endpoint: str) -> None:
    """A topic with one subscription; "" for one that is pulled."""
    broker.store.create_topic(TOPIC)
    resource = {"name": "projects/p/subscriptions/s", "topic": TOPIC, "pushConfig": {"pushEndpoint": endpoint}}
    broker.store.create_subscription(Subscription.parse(resource))


def idle_share(endpoint: str, ahead: float = 0.0) -> float:
    """Share of a core that a broker uses with many messages waiting for `endpoint`, due in `ahead` seconds."""
    with tempfile.TemporaryDirectory() as folder, Broker(Path(folder)) as broker:
        subscribe(broker, endpoint)
        for _ in range(WAITING // 1_000):
            broker.store.publish(TOPIC, [Outgoing("eA==")] * 1_000)
        with broker.store.transaction() as db:
            db.execute("UPDATE deliveries SET due_at = due_at + ? WHERE leased_until IS NULL", (ahead,))
        broker.notify()
        time.sleep(3)
        before = time.process_time()
        time.sleep(SECONDS)
        return (time.process_time() - before) / SECONDS


def hand_off() -> list[float]:
    """Milliseconds from each publish to its receipt, one after the other."""
    receiver, sent = Receiver(), []
    with tempfile.TemporaryDirectory() as folder, Broker(Path(folder)) as broker:
        subscribe(broker, receiver.url)
        for n in range(SENT):
            sent.append(time.monotonic())
            broker.publish(TOPIC, [Outgoing(base64.b64encode(str(n).encode()).decode())])
            receiver.wait_for_pushes(n + 1)
        broker.wait_idle(15)
    receiver.close()
    return [1000 * (at - since) for since, at in zip(sent, receiver.times, strict=True)]


def main() -> None:
    """Measure and print."""
    logging.disable(logging.WARNING)  # a line a request would be what is measured
    nobody = f"http://127.0.0.1:{free_port()}/process"
    cases = {"nobody at the endpoint": (nobody, 0), "pulled by nobody": ("", 0), "due in an hour": (nobody, 3600)}
    for words, (endpoint, ahead) in cases.items():
        print(f"idle, {WAITING:,} waiting, {words}: {idle_share(endpoint, ahead):.1%} of a core", flush=True)
    taken = statistics.quantiles(hand_off(), n=100)
    print(f"hand-off of {SENT:,} messages: p50 {taken[49]:.1f} ms, p99 {taken[98]:.1f} ms")


if __name__ == "__main__":
    main()
