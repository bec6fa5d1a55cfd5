"""Where services are, and what a call carries."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import requests

from common.errors import TransientError
from common.logging import correlated
from orchestration import client as client_module
from orchestration.client import ServiceClient


class _Echo(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = f'{{"id": "{self.headers.get("X-Correlation-Id")}", "path": "{self.path}"}}'.encode()
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Quiet."""


@pytest.fixture
def echo(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server = HTTPServer(("127.0.0.1", 0), _Echo)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_service_is_under_its_name_or_at_an_address_made_of_it() -> None:
    assert ServiceClient("http://127.0.0.1:8000/").address("raw") == "http://127.0.0.1:8000/raw"
    cloud = ServiceClient("https://nba-{service}-123.us-central1.run.app")
    assert cloud.address("raw") == "https://nba-raw-123.us-central1.run.app"


def test_a_call_carries_the_correlation_id_of_its_work(echo: str) -> None:
    with ServiceClient(echo) as client, correlated("of-the-caller"):
        answer = client.post("scrapers", "scrape", {})
    assert answer == {"id": "of-the-caller", "path": "/scrapers/scrape", "http_status": 200}


def test_only_a_call_over_https_carries_a_token_and_it_is_for_that_service(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[str, str | None]] = []

    def refuse(_self: object, url: str, *, headers: dict[str, str], **_more: object) -> None:
        sent.append((url, headers.get("Authorization")))
        raise requests.ConnectionError("nobody there")

    monkeypatch.setattr(requests.Session, "post", refuse)
    for base in ("https://nba-{service}.run.app", "http://127.0.0.1:1"):
        with pytest.raises(TransientError):
            ServiceClient(base, token=lambda audience: f"token for {audience}").post("raw", "process-date-range", {})
    assert sent == [
        ("https://nba-raw.run.app/process-date-range", "Bearer token for https://nba-raw.run.app"),
        ("http://127.0.0.1:1/raw/process-date-range", None),
    ]


class _Dying(_Echo):
    """Breaks the connection of the first calls, as a killed process does; then answers."""

    deaths = 0
    calls = 0

    def do_POST(self) -> None:
        type(self).calls += 1
        if self.calls <= self.deaths:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.close_connection = True
            return
        super().do_POST()


class _Slow(_Dying):
    def do_POST(self) -> None:
        type(self).calls += 1
        time.sleep(1)


@contextmanager
def serving(handler: type[_Dying], monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(client_module, "_PAUSE_SECONDS", 0.001)
    server = HTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(("repeats", "deaths"), [(0, 1), (3, 4)])
def test_a_call_whose_server_dies_every_time_ends_as_an_error(
    repeats: int, deaths: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler = type("Handler", (_Dying,), {"deaths": deaths})
    with (
        serving(handler, monkeypatch) as url,
        ServiceClient(url, repeats=repeats) as client,
        pytest.raises(TransientError, match="did not answer"),
    ):
        client.post("raw", "process-date-range", {})
    assert handler.calls == repeats + 1


def test_a_call_whose_server_died_is_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    handler = type("Handler", (_Dying,), {"deaths": 2})
    with serving(handler, monkeypatch) as url, ServiceClient(url, repeats=5) as client:
        assert client.post("raw", "process-date-range", {})["http_status"] == 200
    assert handler.calls == 3


def test_a_call_that_takes_too_long_is_not_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    handler = type("Handler", (_Slow,), {})
    with (
        serving(handler, monkeypatch) as url,
        ServiceClient(url, repeats=5) as client,
        pytest.raises(TransientError, match="did not answer"),
    ):
        client.post("raw", "process-date-range", {}, seconds=0.1)
    assert handler.calls == 1
