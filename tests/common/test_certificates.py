"""Certificates that can't be fetched hold nobody up, and what is no certificate is never kept."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from google.auth import exceptions as google_auth_errors

from common import certificates
from common.certificates import FAILURE_SECONDS, Certificates
from tests.common.tokens import CertificatesEndpoint, Key

URL = "https://www.googleapis.com/oauth2/v1/certs"
KEY = Key("google-1")


class Clock:
    """The monotonic clock, moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(certificates, "time", made)
    return made


class Endpoint(CertificatesEndpoint):
    """Google's, which can be away, and can be told what to answer."""

    away = False
    content: bytes | None = None

    def __call__(self, url: str, **more: Any) -> Any:
        super().__call__(url, **more)
        if self.away:
            raise google_auth_errors.TransportError("no route")
        return self

    @property
    def data(self) -> bytes:
        return super().data if self.content is None else self.content


@pytest.fixture
def google() -> Endpoint:
    return Endpoint([KEY])


def test_a_failure_is_remembered_for_a_short_time(google: Endpoint, clock: Clock) -> None:
    transport = Certificates(google)
    google.away = True
    for _ in range(16):
        with pytest.raises(google_auth_errors.TransportError, match="no route"):
            transport(URL)
    assert google.asked == 1
    google.away = False
    clock.now += FAILURE_SECONDS + 1
    assert transport(URL) is google
    assert google.asked == 2


def test_callers_behind_a_failing_fetch_wait_for_it_once_not_one_after_another() -> None:
    begun, release, asked = threading.Event(), threading.Event(), []

    def hangs(url: str, **_: Any) -> Any:
        asked.append(url)
        begun.set()
        assert release.wait(20)
        raise google_auth_errors.TransportError("timed out")

    transport = Certificates(hangs)
    with ThreadPoolExecutor(16) as pool:
        calls = [pool.submit(transport, URL) for _ in range(16)]
        assert begun.wait(20)
        release.set()
        errors = [c.exception(timeout=20) for c in calls]
    assert {type(e) for e in errors} == {google_auth_errors.TransportError}
    assert len(asked) == 1


def test_callers_behind_a_fetch_share_its_answer(google: Endpoint) -> None:
    release = threading.Event()

    def slow(url: str, **more: Any) -> Any:
        assert release.wait(20)
        return google(url, **more)

    transport = Certificates(slow)
    with ThreadPoolExecutor(8) as pool:
        calls = [pool.submit(transport, URL) for _ in range(8)]
        while transport._places[URL].fetching.locked() is False:
            pass
        release.set()
        assert all(c.result(timeout=20) is google for c in calls)
    assert google.asked == 1


def test_the_last_good_certificates_serve_until_their_end_when_the_renewal_fails(
    google: Endpoint, clock: Clock
) -> None:
    transport = Certificates(google)
    transport(URL)
    clock.now += 1700
    assert transport(URL) is google
    assert google.asked == 1
    google.away = True
    clock.now += 200
    for _ in range(5):
        assert transport(URL) is google
    assert google.asked == 2
    clock.now += 1600
    assert transport(URL) is google
    assert google.asked == 3
    clock.now += 200
    with pytest.raises(google_auth_errors.TransportError, match="no route"):
        transport(URL)


def test_who_has_certificates_does_not_wait_for_a_renewal(google: Endpoint, clock: Clock) -> None:
    begun, release = threading.Event(), threading.Event()
    hanging = False

    def sometimes(url: str, **more: Any) -> Any:
        if hanging:
            begun.set()
            assert release.wait(20)
        return google(url, **more)

    transport = Certificates(sometimes)
    transport(URL)
    hanging = True
    clock.now += 2000
    with ThreadPoolExecutor(1) as pool:
        renewing = pool.submit(transport, URL)
        assert begun.wait(20)
        assert transport(URL) is google
        assert not renewing.done()
        release.set()
        assert renewing.result(timeout=20) is google


@pytest.mark.parametrize(
    "content",
    [
        b"<html>captive portal</html>",
        b"{}",
        b"[]",
        b"null",
        b'{"a": "b"}',
        b'{"a": 5}',
        b"\xff",
        b"[" * 100_000,
        json.dumps({"a": KEY.certificate[:200]}).encode(),
    ],
)
def test_what_is_no_certificate_is_not_kept_however_long_it_says_it_is_good(
    google: Endpoint, clock: Clock, content: bytes
) -> None:
    transport = Certificates(google)
    google.content, google.headers = content, {"cache-control": "public, max-age=31536000"}
    with pytest.raises(google_auth_errors.TransportError, match="can't be read"):
        transport(URL)
    google.content = None
    clock.now += FAILURE_SECONDS + 1
    assert transport(URL) is google


@pytest.mark.parametrize(
    ("header", "kept_for"),
    [("max-age=3600", 3600.0), ("max-age=" + "9" * 5000, 0.0), ("max-age=999999999", 86400.0), ("", 0.0)],
)
def test_an_age_is_taken_at_its_word_for_a_day_at_most(
    google: Endpoint, clock: Clock, header: str, kept_for: float
) -> None:
    google.headers = {"cache-control": header}
    transport = Certificates(google)
    transport(URL)
    assert transport._places[URL].good_until - clock.now == kept_for
