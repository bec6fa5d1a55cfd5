"""No request, however it was meant, makes a service stumble or do anything."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from common.events import parse_push
from tests.hostile.assault import attack
from tests.hostile.endpoints import GOOD_BODIES, Endpoint, dumps_event, endpoints, envelope, good_event
from tests.hostile.requests import requests_for


@pytest.fixture
def silent() -> Iterator[None]:
    """Thousands of refusals are not worth their log lines."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def everywhere(tmp_path: Path) -> list[Endpoint]:
    return endpoints(tmp_path)


def test_every_endpoint_refuses_what_is_hostile_and_does_nothing(everywhere: list[Endpoint], silent: None) -> None:
    outcomes = attack(everywhere)
    assert {o.endpoint: o.faults for o in outcomes if o.faults} == {}
    for endpoint, outcome in zip(everywhere, outcomes, strict=True):
        assert outcome.sent == sum(outcome.answers.values()) == sum(1 for _ in requests_for(endpoint)) > 100
        assert set(outcome.answers) <= {"4xx", "quarantined"}
        assert endpoint.is_push == ("quarantined" in outcome.answers)


def test_what_is_wrong_with_a_hostile_request_is_only_what_it_is_called(
    everywhere: list[Endpoint], silent: None
) -> None:
    manual = [e for e in everywhere if not e.is_push]
    # A new endpoint needs a good body here, or only bodies that are no requests at all would be tried on it.
    assert {(e.service, e.path) for e in manual} == set(GOOD_BODIES)
    for endpoint in manual:
        answer = endpoint.client.post(endpoint.path, json=GOOD_BODIES[endpoint.service, endpoint.path])
        assert answer.status_code not in {400, 413}, (endpoint.name, answer.get_data(as_text=True))
    push = parse_push(envelope(dumps_event(good_event())), max_date_span=1)
    assert push.event.source == "nbac_schedule"


def test_what_an_endpoint_does_would_be_seen(everywhere: list[Endpoint], silent: None) -> None:
    for endpoint in everywhere:
        if endpoint.path == "/process-date-range" and endpoint.service in {"analytics", "precompute", "grading"}:
            before = endpoint.done()
            endpoint.client.post(endpoint.path, json=GOOD_BODIES[endpoint.service, endpoint.path])
            assert endpoint.done() != before
