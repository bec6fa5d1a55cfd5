"""Publishing outlives a broker that is away for a while, and says so when it stays away."""

from __future__ import annotations

import threading
from datetime import date
from pathlib import Path

import pytest

from common.errors import TransientError
from common.events import Event
from common.pubsub import PubSubPublisher
from common.settings import Settings
from orchestration.local.broker import Broker
from orchestration.local.child import free_port


def event() -> Event:
    return Event(phase="phase1", source="test", game_dates=[date(2024, 11, 4)], trigger="manual", status="success")


def test_a_broker_that_is_away_gets_the_event_when_it_is_back(tmp_path: Path) -> None:
    port = free_port()
    broker = Broker(tmp_path, port=port)
    broker.store.create_topic("projects/local/topics/t")
    starting = threading.Timer(0.5, broker.start)
    starting.start()
    try:
        assert PubSubPublisher(Settings(pubsub_endpoint=f"http://127.0.0.1:{port}")).publish("t", event()) == "1"
    finally:
        starting.join()
        broker.stop(5)


def test_a_broker_that_stays_away_is_a_transient_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("common.pubsub._RETRY_SECONDS", 0.3)
    with pytest.raises(TransientError, match="did not take the event"):
        PubSubPublisher(Settings(pubsub_endpoint=f"http://127.0.0.1:{free_port()}")).publish("t", event())
