"""A key of a source, wherever it could turn up: logs, errors, answers, stored payloads, run ledger, messages."""

from __future__ import annotations

import gzip
import io
import json
import logging
from pathlib import Path
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse

from common import logging as json_logs
from common.context import Context
from common.errors import RequestError
from common.service import create_service
from common.settings import Settings
from scrapers.main_scraper_service import create_app
from tests.fakes import RecordingPublisher

CANARY = "canary-4711-odds-key"
PASSWORD = "canary-proxy-password"  # noqa: S105
BODY = {"scrapers": ["oddsa_events"], "start_date": "2024-11-04", "end_date": "2024-11-04"}


class Ledger:
    """A run ledger that keeps what it is given."""

    def __init__(self) -> None:
        self.text = ""

    def add(self, run: object) -> None:
        self.text += repr(run)

    def flush(self) -> int:
        return 0


def answer(status: int, body: object) -> Any:
    def send(self: HTTPAdapter, request: requests.PreparedRequest, **_: Any) -> requests.Response:
        assert CANARY in str(request.url) + str(request.headers), "the key was really sent"
        if status == 0:
            # As urllib3 words it: with the whole query.
            raise requests.ConnectionError(f"Max retries exceeded with url: {request.path_url}")
        content = io.BytesIO(json.dumps(body).encode())
        headers = {"Content-Type": "application/json"}
        raw = HTTPResponse(content, headers=headers, status=status, preload_content=False)
        return self.build_response(request, raw)

    return send


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, []),
        (0, None),
        (401, {"message": f"API key {CANARY} is not valid"}),
        (404, {"message": f"no such event, ?apiKey={CANARY}"}),
        (500, {"message": f"something went wrong with {CANARY}"}),
    ],
)
def test_a_source_s_key_stays_inside(
    status: int, body: object, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(HTTPAdapter, "send", answer(status, body))
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    store = tmp_path / "raw"
    settings = Settings(
        odds_api_key=CANARY, http_max_attempts=1, raw_store_url=store.as_uri(), data_dir=tmp_path, source="live"
    )
    context = Context(settings)
    ledger, publisher = Ledger(), RecordingPublisher()
    context.ledger = ledger  # type: ignore[assignment]
    context.audit_log = ledger  # type: ignore[assignment]
    context.publisher = publisher
    with caplog.at_level(logging.DEBUG):
        shown = create_app(context).test_client().post("/scrape", json=BODY).get_data(as_text=True)
    formatter = json_logs.JsonFormatter("scrapers")
    logged = "\n".join(formatter.format(r) for r in caplog.records)
    stored = b"".join(f.read_bytes() + str(f).encode() for f in store.rglob("*") if f.is_file())
    unpacked = b"".join(gzip.decompress(f.read_bytes()) for f in store.rglob("*.gz"))
    assert "oddsa_events" in shown
    places = {
        "answer": shown,
        "logs": logged,
        "ledger": ledger.text,
        "raw store": (stored + unpacked).decode(errors="replace"),
        "messages": repr(publisher.sent),
    }
    assert [place for place, text in places.items() if CANARY in text] == []
    if status == 200:
        assert unpacked, "a payload was stored, so that there was something to look into"
    else:
        assert ledger.text, "a failure was recorded, so that there was something to look into"


def test_an_error_that_quotes_a_request_is_answered_without_its_key() -> None:
    context = Context(Settings(odds_api_key=CANARY))
    context.ledger = context.audit_log = Ledger()  # type: ignore[assignment]

    def fails(_context: Context) -> Any:
        raise RequestError("refused", status=401, url=f"https://api/v4?apiKey={CANARY}")

    app = create_service("scrapers", context, routes=[("/fails", fails)])
    shown = app.test_client().post("/fails")
    assert shown.status_code == 422
    assert CANARY not in shown.get_data(as_text=True)
    assert shown.json is not None
    assert "refused" in shown.json["error"]


def test_a_stack_trace_and_a_text_with_quotes_come_out_without_it() -> None:
    Settings(odds_api_key=CANARY, http_proxy=f"http://user:{PASSWORD}@proxy:8080")
    try:
        raise ValueError(f'{{"apiKey": "{CANARY}"}} by way of user:{PASSWORD}@proxy')
    except ValueError as error:
        record = logging.makeLogRecord(
            {
                "msg": 'said {"apiKey": "unregistered-key", "token": "abc\\"def"}',
                "exc_info": (type(error), error, error.__traceback__),
                "params": {"apiKey": CANARY, "nested": [f"x{CANARY}x"]},
            }
        )
    line = json_logs.JsonFormatter("scrapers").format(record)
    assert json.loads(line)["params"]["nested"] == ["x***x"]
    for secret in (CANARY, PASSWORD, "unregistered-key"):
        assert secret not in line


def test_settings_do_not_show_a_key_when_they_are_printed() -> None:
    assert CANARY not in repr(Settings(odds_api_key=CANARY))
