"""A container listens where its settings say, and is never open to everybody."""

from __future__ import annotations

import os
import re
import shlex
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from common import settings as all_settings
from common.errors import ConfigurationError
from orchestration import serve, wsgi
from tests.conftest import ROOT
from tests.orchestration.deploy.test_plan import lines_with

EVERYWHERE = "0.0.0.0"  # noqa: S104
ALLOWED = {"NBA_OIDC_AUDIENCE": "https://raw", "NBA_OIDC_SERVICE_ACCOUNTS": "push@p.iam"}


@pytest.fixture(autouse=True)
def settings_of_its_own(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in [n for n in os.environ if n.startswith("NBA_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("NBA_SERVICE", "grading")
    all_settings.current.cache_clear()
    wsgi._context.cache_clear()
    yield
    all_settings.current.cache_clear()
    wsgi._context.cache_clear()


@pytest.mark.parametrize(
    "lacking",
    [
        {},
        {"NBA_OIDC_AUDIENCE": "https://raw"},
        {"NBA_OIDC_SERVICE_ACCOUNTS": "push@p.iam"},
        {"NBA_OIDC_AUDIENCE": "https://raw", "NBA_OIDC_SERVICE_ACCOUNTS": " , "},
    ],
)
@pytest.mark.parametrize("bind", [EVERYWHERE, "::", "", "10.0.0.7"])
def test_off_loopback_a_container_that_does_not_know_who_may_call_does_not_start(
    bind: str, lacking: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"NBA_BIND": bind, **lacking}.items():
        monkeypatch.setenv(name, value)
    for start in (wsgi.container_app, serve.server):
        with pytest.raises(ConfigurationError, match="set NBA_OIDC_AUDIENCE and NBA_OIDC_SERVICE_ACCOUNTS"):
            start()


@pytest.mark.parametrize(
    ("environment", "bind"),
    [
        ({}, "127.0.0.1:8080"),
        ({"NBA_BIND": "::1", "PORT": "9"}, "[::1]:9"),
        ({"NBA_BIND": "localhost"}, "localhost:8080"),
        ({"NBA_BIND": EVERYWHERE, "PORT": "80", **ALLOWED}, "0.0.0.0:80"),
    ],
)
def test_a_container_listens_where_the_setting_says_that_decides_about_tokens(
    environment: dict[str, str], bind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert serve.server().cfg.bind == [bind]
    assert wsgi.container_app().test_client().get("/health").status_code == 200


def test_what_is_deployed_may_start(monkeypatch: pytest.MonkeyPatch) -> None:
    (image,) = re.findall(r"^ENV (.*NBA_BIND=.*)$", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    of_image = dict(word.split("=", 1) for word in image.split() if word.startswith(("NBA_", "PORT")))
    assert of_image["NBA_BIND"] == EVERYWHERE
    deployed = [re.search(r"--set-env-vars=(\S+)", line) for line in lines_with("gcloud run deploy")]
    assert len(deployed) == len(wsgi.SERVICES)
    for found in deployed:
        assert found is not None
        (words,) = shlex.split(found[1])
        told = dict(word.split("=", 1) for word in words.removeprefix("^;^").split(";"))
        for name, value in (of_image | told).items():
            monkeypatch.setenv(name, value)
        all_settings.current.cache_clear()
        wsgi.check_container(all_settings.current())


def run_serve(tmp_path: Path, **more: str) -> subprocess.Popen[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("NBA_")}
    path = os.pathsep.join([str(ROOT / ".venv" / "bin"), environment.get("PATH", "")])
    return subprocess.Popen(
        [str(ROOT / "bin" / "serve"), "grading"],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**environment, "PATH": path, "PYTHONPATH": str(ROOT), **more},
    )


def test_the_entry_refuses_in_one_line(tmp_path: Path) -> None:
    process = run_serve(tmp_path, NBA_BIND=EVERYWHERE)
    _, words = process.communicate(timeout=60)
    assert process.returncode == 2
    assert words.startswith("serve: set NBA_OIDC_AUDIENCE and NBA_OIDC_SERVICE_ACCOUNTS, or bind to loopback")
    assert words.count("\n") == 1


def test_the_entry_listens_on_the_loopback_alone_where_nothing_is_said(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    process = run_serve(tmp_path, PORT=str(port))
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and process.poll() is None:
            try:
                assert requests.get(f"http://127.0.0.1:{port}/health", timeout=5).json()["service"] == "grading"
                break
            except requests.ConnectionError:
                time.sleep(0.1)
        else:
            pytest.fail("it never answered")
        # Any other address of this machine; all of 127/8 is one on Linux.
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(("127.0.0.2", port), 5).close()
    finally:
        process.terminate()
        process.communicate(timeout=20)
