"""The relay before Google's emulator: it changes nothing, and the ledger knows what is still owed."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from flask import Flask, Response, request
from werkzeug.serving import make_server

from orchestration.local.relay import Relay, Target
from orchestration.local.relay_ledger import DeliveryLedger

TOPIC, SUBSCRIPTION = "projects/p/topics/games", "projects/p/subscriptions/games"
ENVELOPE = {"message": {"messageId": "7", "data": "aGk=", "attributes": {}}, "subscription": SUBSCRIPTION}


class Behind:
    """What the relay forwards to, broker and service in one: notes requests, answers as told."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, bytes, dict[str, str]]] = []
        self.answer: Callable[[], Response] = lambda: Response('{"messageIds": ["7"]}', 200)
        app = Flask("behind")

        @app.route("/<path:_path>", methods=["GET", "POST", "PUT"])
        def any_path(_path: str) -> Response:
            self.requests.append((request.full_path, request.get_data(), dict(request.headers)))
            return self.answer()

        self.server = make_server("127.0.0.1", 0, app, threaded=True)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()


@pytest.fixture
def behind() -> Iterator[Behind]:
    made = Behind()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def ledger() -> DeliveryLedger:
    made = DeliveryLedger()
    made.add(SUBSCRIPTION, TOPIC)
    return made


@pytest.fixture
def relay(behind: Behind, ledger: DeliveryLedger) -> Iterator[Relay]:
    target = Target(SUBSCRIPTION, f"{behind.url}/raw/process", deadline_seconds=0.3)
    made = Relay(behind.url, {"games": target}, ledger)
    made.start()
    made.let_pushes_in()
    yield made
    made.stop()


def push(relay: Relay, **more: Any) -> requests.Response:
    return requests.post(relay.push_url("games"), json=ENVELOPE, timeout=5, **more)


def publish(relay: Relay) -> requests.Response:
    return requests.post(f"{relay.url}/v1/{TOPIC}:publish?$alt=json;enum", json={"messages": []}, timeout=5)


def test_a_push_passes_as_it_is_and_so_does_the_answer(relay: Relay, behind: Behind) -> None:
    behind.answer = lambda: Response("not now", 503, {"Content-Type": "text/odd", "X-Service": "raw"})
    answer = push(relay, headers={"X-Cloud-Trace": "abc", "User-Agent": "Java"})
    ((path, body, headers),) = behind.requests
    assert (path, body) == ("/raw/process?", answer.request.body)
    kept = ("X-Cloud-Trace", "User-Agent", "Content-Type", "Accept")
    assert {k: headers[k] for k in kept} == {k: answer.request.headers[k] for k in kept}
    assert (answer.status_code, answer.text) == (503, "not now")
    assert (answer.headers["Content-Type"], answer.headers["X-Service"]) == ("text/odd", "raw")


def test_a_redirect_is_passed_on_and_not_followed(relay: Relay, behind: Behind) -> None:
    behind.answer = lambda: Response("", 302, {"Location": f"{behind.url}/elsewhere"})
    assert push(relay, allow_redirects=False).status_code == 302
    assert len(behind.requests) == 1


def test_what_is_published_is_counted_before_the_publisher_knows(
    relay: Relay, behind: Behind, ledger: DeliveryLedger
) -> None:
    idle_meanwhile = []
    behind.answer = lambda: (idle_meanwhile.append(ledger.idle), Response('{"messageIds": ["7", "8"]}', 200))[1]
    assert ledger.idle
    assert publish(relay).json() == {"messageIds": ["7", "8"]}
    assert idle_meanwhile == [False]
    assert behind.requests[0][0] == f"/v1/{TOPIC}:publish?$alt=json;enum"
    assert ledger.counts()[SUBSCRIPTION].waiting == 2
    behind.answer = lambda: Response("", 204)
    push(relay)
    counts = ledger.counts()[SUBSCRIPTION]
    assert (counts.waiting, counts.in_flight, counts.delivered, counts.dead, ledger.idle) == (1, 0, 1, 0, False)


def test_a_refused_publish_is_not_waited_for(relay: Relay, behind: Behind, ledger: DeliveryLedger) -> None:
    behind.answer = lambda: Response("{}", 404)
    assert publish(relay).status_code == 404
    assert ledger.idle


@pytest.mark.parametrize("status", [202, 206, 302, 400, 503])
def test_what_the_emulator_repeats_is_still_owed(
    relay: Relay, behind: Behind, ledger: DeliveryLedger, status: int
) -> None:
    behind.answer = lambda: Response("", status)
    push(relay, allow_redirects=False)
    assert not ledger.idle
    behind.answer = lambda: Response("", 200)
    push(relay)
    assert ledger.idle


def test_an_answer_after_the_deadline_does_not_settle(relay: Relay, behind: Behind, ledger: DeliveryLedger) -> None:
    behind.answer = lambda: (time.sleep(0.6), Response("", 204))[1]
    assert push(relay).status_code == 504
    assert not ledger.idle


def test_a_service_that_is_gone_does_not_settle(relay: Relay, behind: Behind, ledger: DeliveryLedger) -> None:
    behind.server.shutdown()
    behind.server.server_close()
    assert push(relay).status_code == 503
    assert publish(relay).status_code == 503
    assert ledger.counts()[SUBSCRIPTION].waiting == 1


def test_what_has_begun_may_end_and_nothing_else_begins(relay: Relay, behind: Behind, ledger: DeliveryLedger) -> None:
    reached, release = threading.Event(), threading.Event()
    behind.answer = lambda: (reached.set(), release.wait(5), Response("", 204))[2]
    slow = Target(SUBSCRIPTION, f"{behind.url}/raw/process", deadline_seconds=5)
    relay._targets["games"] = slow  # type: ignore[index]
    caller = threading.Thread(target=push, args=(relay,))
    caller.start()
    assert reached.wait(5)
    assert ledger.counts()[SUBSCRIPTION].in_flight == 1
    assert relay.keep_pushes_out(0.05) is False
    assert push(relay).status_code == 503
    release.set()
    assert relay.keep_pushes_out(5) is True
    caller.join(5)
    assert len(behind.requests) == 1


def test_a_dead_letter_settles_the_message_that_failed(relay: Relay, behind: Behind, ledger: DeliveryLedger) -> None:
    publish(relay)
    letter = {"message": {"messageId": "99", "data": "aGk="}}
    behind.answer = lambda: Response("", 500)
    push(relay)
    assert not ledger.idle
    for _ in range(2):  # one that comes twice counts once
        assert requests.post(relay.dead_letter_url("games"), json=letter, timeout=5).status_code == 204
    assert ledger.idle
    assert ledger.counts()[SUBSCRIPTION].dead == 1


def test_a_dead_letter_of_something_else_settles_nothing(ledger: DeliveryLedger) -> None:
    ledger.begin(SUBSCRIPTION, "1")
    ledger.end(SUBSCRIPTION, "1", "b25l", acknowledged=False)
    assert ledger.dead_letter(SUBSCRIPTION, "99", "b3RoZXI=") is False
    assert not ledger.idle


def test_a_delivery_that_overtakes_the_answer_to_its_publication_is_no_debt(ledger: DeliveryLedger) -> None:
    with ledger.publication(TOPIC) as published:
        ledger.begin(SUBSCRIPTION, "1")
        ledger.end(SUBSCRIPTION, "1", "b25l", acknowledged=True)
        assert not ledger.idle
        published(["1"])
    assert ledger.idle


def test_a_repetition_after_the_acknowledgement_is_waited_for(ledger: DeliveryLedger) -> None:
    for acknowledged in (True, False):
        ledger.begin(SUBSCRIPTION, "1")
        assert not ledger.idle
        ledger.end(SUBSCRIPTION, "1", "b25l", acknowledged=acknowledged)
    assert not ledger.idle
