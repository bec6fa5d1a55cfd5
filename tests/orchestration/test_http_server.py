"""Slow clients: others are answered all the same, and the slow ones come to an end."""

from __future__ import annotations

import io
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import requests

from orchestration import http_server
from orchestration.http_server import Patient, ReadingDeadlines

ROOT = Path(__file__).parents[2]
READING_SECONDS = 4.0
SERVICES = """
import time
from flask import Flask, request

SERVICES = ("raw",)


def service_app(name):
    app = Flask(name)
    app.get("/health", endpoint="health")(lambda: "well")
    app.post("/echo", endpoint="echo")(lambda: request.get_data())

    @app.post("/work")
    def work():
        time.sleep(30)
        return "done"

    return app
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    """The services' process with two threads that work."""
    folder = tmp_path_factory.mktemp("server")
    (folder / "example_services.py").write_text(SERVICES)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    arguments = ["--port", str(port), "--threads", "2", "--factory", "example_services:service_app"]
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "orchestration.local.services_process"),
            *(*arguments, "--reading-seconds", str(READING_SECONDS)),
        ],
        stdin=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(folder)])},
    )
    try:
        deadline = time.monotonic() + 30
        while not health(port) and time.monotonic() < deadline:
            time.sleep(0.1)
        yield "127.0.0.1", port
    finally:
        process.kill()
        process.communicate(timeout=10)


def health(port: int) -> bool:
    with requests.Session() as session:
        session.trust_env = False
        try:
            return session.get(f"http://127.0.0.1:{port}/raw/health", timeout=10).text == "well"
        except requests.ConnectionError:
            return False


def opened(stack: ExitStack, address: tuple[str, int], words: bytes) -> socket.socket:
    connection = stack.enter_context(socket.create_connection(address, 10))
    connection.sendall(words)
    connection.settimeout(30)
    return connection


HALF = b"POST /raw/echo HTTP/1.1\r\nHost: x\r\n"
SLOW = HALF + b"Content-Length: 1000\r\n\r\nabc"


def test_health_is_answered_beside_open_headers_and_slow_bodies_which_end(server: tuple[str, int]) -> None:
    with ExitStack() as stack:
        began = time.monotonic()
        headers = [opened(stack, server, HALF) for _ in range(200)]
        bodies = [opened(stack, server, SLOW) for _ in range(30)]
        silent = [opened(stack, server, b"") for _ in range(20)]
        asked = time.monotonic()
        assert health(server[1])
        answered = time.monotonic()
        assert answered - asked < READING_SECONDS  # before any of them was given up
        # The trickle does not buy time: the deadline is of the whole request.
        while time.monotonic() < began + READING_SECONDS / 2:
            bodies[0].sendall(b".")
            time.sleep(0.2)
        assert bodies[1].recv(1000).startswith(b"HTTP/1.1 408 ")
        assert bodies[0].recv(1000).startswith(b"HTTP/1.1 408 ")
        assert headers[0].recv(1000) == headers[-1].recv(1000) == b""
        assert time.monotonic() - began < 20
        assert silent[0].fileno() > 0
        assert health(server[1])


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_arrives_whole(chunked: bool, server: tuple[str, int]) -> None:
    body = os.urandom(300_000)

    def pieces() -> Iterator[bytes]:
        yield from (body[n : n + 50_000] for n in range(0, len(body), 50_000))

    address = f"http://127.0.0.1:{server[1]}/raw/echo"
    with requests.Session() as session:
        session.trust_env = False
        answers = [session.post(address, data=pieces() if chunked else body, timeout=20) for _ in range(2)]
    assert [a.content == body for a in answers] == [True, True]


def test_health_is_answered_while_all_workers_work(server: tuple[str, int]) -> None:
    with ExitStack() as stack:
        for _ in range(10):
            opened(stack, server, b"POST /raw/work HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
        began = time.monotonic()
        assert health(server[1])
        assert time.monotonic() - began < 10  # the work takes 30 s


class Application:
    """Notes the bodies it gets."""

    def __init__(self) -> None:
        self.got: list[bytes] = []

    def __call__(self, environ: Any, start_response: Any) -> list[bytes]:
        self.got.append(environ["wsgi.input"].read())
        start_response("200 OK", [])
        return [b""]


def status_of(application: Application, body: bytes, **more: str) -> str:
    statuses: list[str] = []
    environ = {"REQUEST_METHOD": "POST", "PATH_INFO": "/raw/process", "wsgi.input": io.BytesIO(body), **more}
    patient = Patient(application, 1, ReadingDeadlines(60))
    list(patient(environ, lambda status, _headers: statuses.append(status)))  # type: ignore[arg-type,return-value]
    return statuses[0]


def test_a_body_that_is_too_long_or_cut_off_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_server, "MAX_BODY_BYTES", 10)
    application = Application()
    assert status_of(application, b"0123456789", CONTENT_LENGTH="10") == "200 OK"
    assert status_of(application, b"01", CONTENT_LENGTH="11") == "413 Request Entity Too Large"
    assert status_of(application, b"0123456789a") == "413 Request Entity Too Large"
    assert status_of(application, b"012", CONTENT_LENGTH="4") == "408 Request Timeout"
    assert status_of(application, b"") == "200 OK"
    assert application.got == [b"0123456789", b""]
