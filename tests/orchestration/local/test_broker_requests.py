"""Requests that no client of Google's would send are refused with a 400, and hold nobody up."""

from __future__ import annotations

import base64
import json
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from orchestration.local.broker import Broker

TOPIC, SUBSCRIPTION = "/v1/projects/p/topics/games", "/v1/projects/p/subscriptions/games-pull"
DEEP = '{"messages":' + '[{"a":' * 200 + "1" + "}]" * 200 + "}"


@pytest.fixture
def url(make_broker: Callable[..., Broker], connect: Callable[[Broker], Any]) -> Iterator[str]:
    broker = make_broker()
    connect(broker).pull_from()
    yield broker.endpoint
    counts = broker.counts()["projects/p/subscriptions/games-pull"]
    assert (counts.waiting, counts.in_flight) == (0, 0)  # nothing of what was refused is kept


def message(**fields: Any) -> str:
    return json.dumps({"messages": [{"data": "eA==", **fields}]})


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "[]",
        "null",
        '"text"',
        "\xff\xfe",
        "[" * 100_000,
        DEEP,
        '{"messages": {}}',
        '{"messages": ["text"]}',
        message(data=5),
        message(data=[]),
        message(data=False),
        message(data="é"),
        message(data="eA"),
        message(data="e A=="),
        message(attributes="text"),
        message(attributes=[]),
        message(attributes={"a": 1}),
        message(attributes={"a": None}),
        '{"messages": [{"data": "eA==", "attributes": {"a": "\\ud800"}}]}',
        '{"messages": [{"data": "eA==", "orderingKey": "\\ud800"}]}',
        message(orderingKey=5),
        message(orderingKey={"a": 1}),
    ],
)
def test_a_publish_of_something_else_is_refused(url: str, body: str) -> None:
    assert _post(f"{url}{TOPIC}:publish", body) == (400, "INVALID_ARGUMENT")


@pytest.mark.parametrize(
    ("call", "body"),
    [
        ("pull", {"maxMessages": True}),
        ("pull", {"maxMessages": "5"}),
        ("acknowledge", {"ackIds": [5]}),
        ("acknowledge", {"ackIds": ["9" * 5000 + ":1"]}),
        ("acknowledge", {"ackIds": ["9" * 30 + ":1"]}),
        ("acknowledge", {"ackIds": ["²:1"]}),
        ("acknowledge", {"ackIds": {"a": "1:1"}}),
        ("modifyAckDeadline", {"ackIds": ["1:1"], "ackDeadlineSeconds": True}),
        ("modifyAckDeadline", {"ackIds": ["1:1"], "ackDeadlineSeconds": 1e99}),
        ("modifyPushConfig", {"pushConfig": "http://127.0.0.1"}),
        ("modifyPushConfig", {"pushConfig": {"pushEndpoint": 5}}),
    ],
)
def test_a_subscription_is_asked_for_sense(url: str, call: str, body: dict[str, Any]) -> None:
    assert _post(f"{url}{SUBSCRIPTION}:{call}", json.dumps(body)) == (400, "INVALID_ARGUMENT")


def test_messages_of_more_than_ten_megabytes_are_refused(url: str) -> None:
    large = base64.b64encode(b"x" * 6_000_000).decode()
    two = json.dumps({"messages": [{"data": large}, {"data": large}]})  # more than a body may have
    assert _post(f"{url}{TOPIC}:publish", two) == (400, "INVALID_ARGUMENT")
    one = base64.b64encode(b"x" * 10_000_001).decode()  # not more than that
    assert _post(f"{url}{TOPIC}:publish", message(data=one)) == (400, "INVALID_ARGUMENT")


def test_connections_that_hang_stop_nobody(url: str) -> None:
    host, port = url.removeprefix("http://").split(":")
    hanging = [socket.create_connection((host, int(port)), timeout=5) for _ in range(50)]
    try:
        for n, connection in enumerate(hanging):
            begun = f"POST {TOPIC}:publish HTTP/1.1\r\nHost: x\r\n"
            connection.sendall((begun + ("Content-Length: 5000\r\n\r\n{" if n % 2 else "")).encode())
        started = time.monotonic()
        assert requests.get(f"{url}{TOPIC}", timeout=5).ok
        assert time.monotonic() - started < 5
    finally:
        for connection in hanging:
            connection.close()


def test_a_connection_without_a_byte_is_given_up(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orchestration.local.broker_http.Handler.timeout", 0.3)
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(f"POST {TOPIC}:publish HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n{{".encode())
        answer = b""
        while more := connection.recv(1000):
            answer += more
    assert not answer.startswith(b"HTTP/1.1 2")


def _post(url: str, body: str) -> tuple[int, str]:
    as_json = {"Content-Type": "application/json"}
    answer = requests.post(url, data=body.encode("latin-1", "replace"), headers=as_json, timeout=20)
    return answer.status_code, answer.json()["error"]["status"]
