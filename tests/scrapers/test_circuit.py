"""A source that is down is left alone."""

from __future__ import annotations

import pytest

from common.errors import SourceUnavailableError
from scrapers.circuit import CircuitBreaker


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> CircuitBreaker:
    made = CircuitBreaker(threshold=2, open_seconds=120, monotonic=clock)
    made.failed("stats.nba.com")
    made.failed("stats.nba.com")
    return made


def test_failures_in_a_row_open_the_circuit_of_that_host_only(breaker: CircuitBreaker) -> None:
    breaker.check("api.the-odds-api.com")
    with pytest.raises(SourceUnavailableError) as caught:
        breaker.check("stats.nba.com")
    assert caught.value.attributes["host"] == "stats.nba.com"
    assert caught.value.attributes["asked_again_in_seconds"] == 120


def test_a_success_between_failures_keeps_it_closed() -> None:
    breaker = CircuitBreaker(threshold=2)
    for _ in range(3):
        breaker.failed("stats.nba.com")
        breaker.succeeded("stats.nba.com")
        breaker.check("stats.nba.com")


def test_after_a_while_one_request_may_try(breaker: CircuitBreaker, clock: Clock) -> None:
    clock.now = 120
    breaker.check("stats.nba.com")
    with pytest.raises(SourceUnavailableError):
        breaker.check("stats.nba.com")


def test_the_trial_s_outcome_closes_or_opens_the_circuit(breaker: CircuitBreaker, clock: Clock) -> None:
    clock.now = 120
    breaker.check("stats.nba.com")
    breaker.failed("stats.nba.com")
    clock.now = 239
    with pytest.raises(SourceUnavailableError):
        breaker.check("stats.nba.com")
    clock.now = 240
    breaker.check("stats.nba.com")
    breaker.succeeded("stats.nba.com")
    breaker.check("stats.nba.com")
    breaker.check("stats.nba.com")
