"""What may be asked again, and after how long."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from scrapers.http_policy import is_retried, retry_after_seconds, wait_seconds

NOON = datetime(2024, 11, 4, 12, tzinfo=UTC)


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_a_moment_s_trouble_is_asked_again(status: int) -> None:
    assert is_retried(status)


@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 422])
def test_an_answer_for_good_is_not_asked_again(status: int) -> None:
    assert not is_retried(status)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        (" 30 ", 30.0),
        ("Mon, 04 Nov 2024 12:00:45 GMT", 45.0),
        ("Mon, 04 Nov 2024 11:00:00 GMT", 0.0),
        (None, None),
        ("soon", None),
        ("-5", None),
        ("²", None),
    ],
)
def test_retry_after_is_seconds_or_an_http_date(header: str | None, seconds: float | None) -> None:
    assert retry_after_seconds(header, NOON) == seconds


def test_what_the_source_asks_for_is_honoured_up_to_the_cap() -> None:
    assert wait_seconds(1, cap=60, retry_after=7) == 7
    assert wait_seconds(1, cap=60, retry_after=3600) == 60


def test_backoff_doubles_with_jitter_up_to_the_cap() -> None:
    for attempt, longest in [(1, 1), (2, 2), (3, 4), (6, 32), (7, 60), (40, 60)]:
        waits = {wait_seconds(attempt, cap=60) for _ in range(50)}
        assert longest / 2 <= min(waits) < max(waits) <= longest
