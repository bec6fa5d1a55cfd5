"""Nobody comes in without a token that Google signed for this service and an account that may call."""

from __future__ import annotations

import base64
import json
import time
from functools import lru_cache
from typing import Any

import pytest
from flask import Flask
from google.auth import exceptions as google_auth_errors

from common import auth
from common.context import Context
from common.events import Event
from common.settings import Settings
from data_processors.analytics import main_analytics_service
from data_processors.raw import main_processor_service
from predictions.coordinator import main_coordinator_service
from scrapers import main_scraper_service
from tests.common.tokens import AUDIENCE, CALLER, CertificatesEndpoint, Key, claims, token, unsigned

GOOGLE, SOMEBODY_ELSE, UNKNOWN = Key("google-1"), Key("google-1"), Key("unknown")


class Gateway:
    """A gateway that counts whatever is asked of it, and does nothing."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __getattr__(self, name: str) -> Any:
        self.asked.append(name)
        raise LookupError(f"asked for {name}")


def push_body() -> dict[str, Any]:
    path = "nbac_schedule/2024-25/schedule/20241104T150000000000Z.json.gz"
    event = Event(phase="phase1", source="nbac_schedule", game_dates=["2024-11-04"], raw_paths=[path])
    data = base64.b64encode(event.model_dump_json().encode()).decode()
    return {"message": {"data": data, "messageId": "1"}, "subscription": "phase2-raw"}


DAYS = {"start_date": "2024-11-04", "end_date": "2024-11-04"}
ENDPOINTS = {
    "/process": (main_processor_service, push_body()),
    "/process-date-range": (main_analytics_service, DAYS),
    "/scrape": (main_scraper_service, {**DAYS, "scrapers": ["nbac_schedule"]}),
    "/start": (main_coordinator_service, {"game_date": "2024-11-04"}),
}


@pytest.fixture
def certificates(monkeypatch: pytest.MonkeyPatch) -> CertificatesEndpoint:
    endpoint = CertificatesEndpoint([GOOGLE])
    transport = auth.Certificates(endpoint)
    monkeypatch.setattr(auth, "_transport", lambda: transport)
    return endpoint


def service(path: str) -> tuple[Flask, Gateway]:
    """The service behind an endpoint, as in the cloud, with a gateway instead of a warehouse, a broker, a store."""
    settings = Settings(bind="0.0.0.0", oidc_audience=AUDIENCE, oidc_service_accounts=f"other@p.iam, {CALLER}")  # noqa: S104
    gateway = Gateway()
    context = Context(settings)
    for name in ("warehouse", "publisher", "raw_store", "ledger", "audit_log", "quarantine"):
        setattr(context, name, gateway)
    return ENDPOINTS[path][0].create_app(context), gateway


def call(path: str, header: str | None) -> tuple[int, list[str], str]:
    app, gateway = service(path)
    app.testing = False
    headers = {"Authorization": header} if header is not None else {}
    answer = app.test_client().post(path, json=ENDPOINTS[path][1], headers=headers)
    return answer.status_code, gateway.asked, answer.get_data(as_text=True)


def refused() -> dict[str, tuple[str | None, int]]:
    """Headers that must not do, made anew every ten minutes: a token is good for an hour only."""
    return _refused(int(time.time()) // 600)


@lru_cache(maxsize=1)
def _refused(ten_minutes: int) -> dict[str, tuple[str | None, int]]:
    now = ten_minutes * 600
    return {
        "no token": (None, 401),
        "no bearer": ("Basic " + token(GOOGLE), 401),
        "an empty token": ("Bearer ", 401),
        "malformed": ("Bearer not.a.token", 401),
        "three dots of rubbish": ("Bearer " + ".".join([base64.b64encode(b"[]").decode()] * 3), 401),
        "a header that is no object": ("Bearer " + "W10." + token(GOOGLE).split(".", 1)[1], 401),
        "expired": ("Bearer " + token(GOOGLE, iat=now - 7200, exp=now - 3600), 401),
        "not valid yet": ("Bearer " + token(GOOGLE, iat=now + 3600, exp=now + 7200), 401),
        "without an expiry": ("Bearer " + token(GOOGLE, exp=None), 401),
        "wrong audience": ("Bearer " + token(GOOGLE, aud="https://another.run.app"), 401),
        "without an audience": ("Bearer " + token(GOOGLE, aud=None), 401),
        "wrong issuer": ("Bearer " + token(GOOGLE, iss="https://accounts.example.com"), 401),
        "without an issuer": ("Bearer " + token(GOOGLE, iss=None), 401),
        "alg none": ("Bearer " + unsigned(alg="none", kid="google-1"), 401),
        "no alg": ("Bearer " + unsigned(kid="google-1"), 401),
        "HMAC": ("Bearer " + unsigned(alg="HS256", kid="google-1"), 401),
        "signed by another key": ("Bearer " + token(SOMEBODY_ELSE), 401),
        "signed by a key that nobody vouches for": ("Bearer " + token(UNKNOWN), 401),
        "changed after it was signed": (
            "Bearer "
            + ".".join(
                [
                    (parts := token(GOOGLE, email="other@evil.iam").split("."))[0],
                    base64.urlsafe_b64encode(json.dumps(claims()).encode()).rstrip(b"=").decode(),
                    parts[2],
                ]
            ),
            401,
        ),
        "wrong account": ("Bearer " + token(GOOGLE, email="nba-raw@my-project.iam.gserviceaccount.com"), 403),
        "without an e-mail": ("Bearer " + token(GOOGLE, email=None), 403),
        "unverified e-mail": ("Bearer " + token(GOOGLE, email_verified=False), 403),
        "verified in words only": ("Bearer " + token(GOOGLE, email_verified="true"), 403),
        "without a word on the e-mail": ("Bearer " + token(GOOGLE, email_verified=None), 403),
    }


@pytest.mark.parametrize("path", ENDPOINTS)
@pytest.mark.parametrize("case", refused())
def test_a_call_without_a_right_to_it_is_refused_and_nothing_happens(
    certificates: CertificatesEndpoint, path: str, case: str
) -> None:
    header, expected = refused()[case]
    code, asked, text = call(path, header)
    assert code == expected
    assert asked == []
    assert "unauthorized" in text


@pytest.mark.parametrize("path", ENDPOINTS)
def test_a_good_token_comes_through_to_the_work(certificates: CertificatesEndpoint, path: str) -> None:
    code, asked, text = call(path, "Bearer " + token(GOOGLE))
    assert code not in {401, 403}, text
    assert asked, "the same call would have had an effect"


def test_google_is_asked_for_its_certificates_once_not_with_every_message(certificates: CertificatesEndpoint) -> None:
    for _ in range(3):
        call("/start", "Bearer " + token(GOOGLE))
    assert certificates.asked == 1
    certificates.headers = {}
    auth._transport().forget()
    for _ in range(2):
        call("/start", "Bearer " + token(GOOGLE))
    assert certificates.asked == 3


def test_a_token_that_could_not_be_checked_is_not_taken_and_the_message_comes_again(
    certificates: CertificatesEndpoint,
) -> None:
    certificates.status = 500
    certificates.headers = {}
    code, asked, _ = call("/process", "Bearer " + token(GOOGLE))
    assert (code, asked) == (503, [])


def test_without_a_network_nobody_comes_in(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_network(*_: Any, **__: Any) -> Any:
        raise google_auth_errors.TransportError("no route")

    monkeypatch.setattr(auth, "_transport", lambda: auth.Certificates(no_network))
    code, asked, _ = call("/process", "Bearer " + token(GOOGLE))
    assert (code, asked) == (503, [])


def test_a_service_that_was_not_told_who_may_call_lets_nobody_in(certificates: CertificatesEndpoint) -> None:
    gateway = Gateway()
    context = Context(Settings(bind="0.0.0.0"))  # noqa: S104
    context.warehouse = gateway  # type: ignore[assignment]
    answer = (
        main_analytics_service.create_app(context)
        .test_client()
        .post("/process-date-range", json=DAYS, headers={"Authorization": "Bearer " + token(GOOGLE)})
    )
    assert answer.status_code == 500
    assert gateway.asked == []


@pytest.mark.parametrize("bind", ["127.0.0.1", "::1", "localhost"])
def test_only_a_service_that_nobody_else_can_reach_asks_for_no_token(bind: str) -> None:
    assert not Settings(bind=bind).auth_required
    assert Settings(bind="0.0.0.0").auth_required  # noqa: S104
    assert Settings(bind="").auth_required
