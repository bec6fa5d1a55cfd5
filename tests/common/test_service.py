from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from google.auth import exceptions as google_auth_errors
from google.oauth2 import id_token

from common import clock
from common.context import Context
from common.errors import (
    InvalidEventError,
    NbaError,
    NotReadyError,
    PayloadError,
    SourceUnavailableError,
    TerminalError,
    WarehouseUnavailableError,
)
from common.events import Event, Push
from common.service import Answer, DateRangeRequest, ProcessorResult, create_service
from common.settings import Settings


@dataclass
class Spy:
    """A handler that raises or answers as told, and keeps what it saw."""

    raises: Exception | None = None
    results: list[ProcessorResult] = field(default_factory=list)
    seen: list[Any] = field(default_factory=list)
    clocks: list[datetime] = field(default_factory=list)

    def __call__(self, _context: Context, given: Push | DateRangeRequest) -> Answer:
        self.seen.append(given)
        self.clocks.append(clock.now())
        if self.raises:
            raise self.raises
        return Answer(results=self.results)


class Nothing:
    """A ledger and a quarantine that keep what they are given."""

    def __init__(self) -> None:
        self.messages: list[bytes] = []

    def flush(self) -> int:
        return 0

    def message(self, body: bytes, _error: str, _sender: str) -> None:
        self.messages.append(body)


def client(spy: Spy, **settings: Any) -> tuple[FlaskClient, Nothing]:
    context = Context(Settings(**settings))
    nothing = Nothing()
    context.ledger = nothing  # type: ignore[assignment]
    context.audit_log = nothing  # type: ignore[assignment]
    context.quarantine = nothing  # type: ignore[assignment]
    app = create_service("analytics", context, on_push=spy, on_range=spy)
    return app.test_client(), nothing


def push_body(**fields: Any) -> dict[str, Any]:
    event = Event(phase="phase2", source="raw", **fields)
    data = base64.b64encode(event.model_dump_json().encode()).decode()
    return {"message": {"data": data, "messageId": "1"}, "subscription": "s", "deliveryAttempt": 1}


RANGE = {"start_date": "2024-11-04", "end_date": "2024-11-05"}


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (PayloadError("bad", feed="f"), 200),
        (NotReadyError("no schedule yet"), 200),
        (SourceUnavailableError("429"), 503),
        (ZeroDivisionError("a bug"), 500),
    ],
)
def test_only_what_a_redelivery_can_mend_is_answered_with_5xx(error: Exception, code: int) -> None:
    http, _ = client(Spy(raises=error))
    assert http.post("/process", json=push_body()).status_code == code


def test_a_failed_processor_is_never_answered_as_success() -> None:
    failed = ProcessorResult("a", "failed", error="x", transient=False)
    good = ProcessorResult("b", "success", rows_changed=3)
    http, _ = client(Spy(results=[failed, good]))
    answer = http.post("/process-date-range", json=RANGE)
    assert answer.status_code == 207
    assert answer.json is not None
    assert answer.json["status"] == "partial"
    assert [r["status"] for r in answer.json["results"]] == ["failed", "success"]


def test_a_push_with_a_transient_failure_is_delivered_again_and_a_terminal_one_is_not() -> None:
    for transient, code in ((True, 503), (False, 200)):
        http, _ = client(Spy(results=[ProcessorResult("a", "failed", transient=transient)]))
        assert http.post("/process", json=push_body()).status_code == code


def test_a_message_that_is_none_of_ours_is_quarantined_and_acknowledged() -> None:
    spy = Spy()
    http, nothing = client(spy)
    answer = http.post("/process", data=b"not json at all")
    assert answer.status_code == 200
    assert nothing.messages == [b"not json at all"]
    assert spy.seen == []


def test_an_event_that_its_handler_can_t_read_is_kept_for_a_person_too() -> None:
    http, nothing = client(Spy(raises=InvalidEventError("not a prediction request", field="phase")))
    answer = http.post("/process", json=push_body())
    assert answer.status_code == 200
    assert answer.json == {"status": "quarantined", "error": "not a prediction request (field=phase)"}
    assert len(nothing.messages) == 1


@pytest.mark.parametrize(("error", "code"), [(WarehouseUnavailableError("503"), 503), (TerminalError("no"), 500)])
def test_what_could_not_be_kept_for_a_person_is_not_acknowledged(error: Exception, code: int) -> None:
    http, nothing = client(Spy())

    def fails(*_: object) -> None:
        raise error

    nothing.message = fails  # type: ignore[method-assign]
    assert http.post("/process", data=b"not json").status_code == code


def test_an_answer_is_json_whatever_it_quotes() -> None:
    result = ProcessorResult("a", "failed", seconds=float("nan"), error="half \ud800 of a pair")
    for raised in (None, PayloadError("half \ud800 of a pair", feed="f")):
        http, _ = client(Spy(raises=raised, results=[result]))
        answer = http.post("/process-date-range", json=RANGE)
        assert answer.status_code in {207, 422}
        text = answer.get_data(as_text=True)
        read = json.loads(text, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))
        assert "half \\ud800 of a pair" in (read.get("error") or read["results"][0]["error"])


def test_a_request_whose_telemetry_could_not_be_written_is_done_all_the_same() -> None:
    http, nothing = client(Spy())

    def fails() -> int:
        raise ZeroDivisionError("a bug")

    nothing.flush = fails  # type: ignore[method-assign]
    assert http.post("/process-date-range", json=RANGE).status_code == 200


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"start_date": "2024-11-05", "end_date": "2024-11-04"}, "before start_date"),
        ({"start_date": "next week", "end_date": "2024-11-04"}, "start_date"),
        ({**RANGE, "surprise": 1}, "surprise"),
        ({"start_date": "2020-01-01", "end_date": "2024-01-01"}, "end_date: 1462 days asked for; at most 400"),
        ({**RANGE, "simulated_at": "2024-11-04T15:00:00"}, "simulated_at"),
        (None, "body"),
    ],
)
def test_a_date_range_that_makes_no_sense_is_refused_with_the_field_named(body: object, words: str) -> None:
    spy = Spy()
    http, _ = client(spy)
    answer = http.post("/process-date-range", json=body)
    assert answer.status_code == 400
    assert words in answer.get_data(as_text=True)
    assert spy.seen == []


def test_the_simulated_clock_of_an_event_holds_while_it_is_handled() -> None:
    at = datetime(2024, 11, 4, 15, tzinfo=UTC)
    spy = Spy()
    http, _ = client(spy)
    http.post("/process", json=push_body(simulated_at=at, game_dates=[date(2024, 11, 4)]))
    http.post("/process-date-range", json={**RANGE, "simulated_at": "2024-11-04T15:00:00Z"})
    assert spy.clocks == [at, at]
    assert clock.simulated_now() is None


def test_health_says_who_answers() -> None:
    http, _ = client(Spy(), code_version="abc123", revision="nba-analytics-00007")
    assert http.get("/health").json == {
        "service": "analytics",
        "version": "abc123",
        "revision": "nba-analytics-00007",
        "status": "ok",
    }


def test_cloud_run_says_which_revision_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("K_REVISION", "nba-raw-00012")
    assert Settings().revision == "nba-raw-00012"


def test_a_date_in_words_is_eastern_and_of_the_request_s_own_clock() -> None:
    spy = Spy()
    http, _ = client(spy)
    # 03:00 UTC is still the evening before in New York.
    body = {"start_date": "today-3", "end_date": "yesterday", "simulated_at": "2024-11-05T03:00:00Z"}
    assert http.post("/process-date-range", json=body).status_code == 200
    assert [(r.start_date, r.end_date) for r in spy.seen] == [(date(2024, 11, 1), date(2024, 11, 3))]


CLOUD = {"bind": "0.0.0.0", "oidc_audience": "https://analytics", "oidc_service_accounts": "push@p.iam"}  # noqa: S104
GOOD = {"iss": "https://accounts.google.com", "email": "push@p.iam", "email_verified": True}


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        (GOOD, 200),
        ({**GOOD, "email": "other@p.iam"}, 403),
        ({**GOOD, "email_verified": False}, 403),
        ({**GOOD, "iss": "https://evil"}, 401),
        (google_auth_errors.InvalidValue("wrong audience"), 401),
        (ValueError("malformed"), 401),
    ],
)
def test_only_a_valid_token_of_an_allowed_account_may_call(
    monkeypatch: pytest.MonkeyPatch, claims: dict[str, Any] | Exception, code: int
) -> None:
    def verify(token: str, _transport: object, audience: str) -> dict[str, Any]:
        assert (token, audience) == ("t", "https://analytics")
        if isinstance(claims, Exception):
            raise claims
        return claims

    monkeypatch.setattr(id_token, "verify_oauth2_token", verify)
    spy = Spy()
    http, _ = client(spy, **CLOUD)
    answer = http.post("/process", json=push_body(), headers={"Authorization": "Bearer t"})
    assert answer.status_code == code
    assert len(spy.seen) == (1 if code == 200 else 0)


@pytest.mark.parametrize("header", [None, "Basic abc", "Bearer "])
def test_no_token_no_service_unless_bound_to_loopback(header: str | None) -> None:
    spy = Spy()
    http, _ = client(spy, **CLOUD)
    headers = {"Authorization": header} if header else {}
    assert http.post("/process", json=push_body(), headers=headers).status_code == 401
    assert spy.seen == []
    assert http.get("/health").status_code == 200


def test_errors_of_ours_are_all_in_one_tree() -> None:
    assert all(issubclass(e, NbaError) for e in (PayloadError, NotReadyError, SourceUnavailableError))
