"""Rules of the embedded stack as a whole; each test starts real processes (some seconds)."""

import base64
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from common.errors import ConfigurationError
from common.settings import Settings
from orchestration.local.broker_store import Outgoing
from orchestration.local.child import StartupError
from orchestration.local.emulator import emulator_script
from orchestration.local.folder_lock import FolderInUseError
from orchestration.local.stack import EmbeddedStack
from orchestration.local.watchdog import PartDiedError
from orchestration.session import warehouse_only
from orchestration.topology import Topology

pytestmark = pytest.mark.stack
ROOT = Path(__file__).parents[3]

# Two services: `raw` passes each message on, `analytics` notes it in a file. They publish as production code does.
SERVICES = """
import base64, os, time
from flask import Flask, request
from google.auth.credentials import AnonymousCredentials
from google.pubsub_v1 import PublisherClient

SERVICES = ("raw", "analytics")


def service_app(name):
    app = Flask(name)

    @app.post("/process")
    def process():
        data = base64.b64decode(request.get_json()["message"]["data"])
        if name == "raw":
            client = PublisherClient(
                transport="rest",
                client_options={"api_endpoint": os.environ["TEST_PUBSUB"]},
                credentials=AnonymousCredentials(),
            )
            client.publish(topic="projects/local/topics/nba-phase2-raw-complete", messages=[{"data": data}])
        else:
            if data == b"slow":
                time.sleep(60)
            with open(os.environ["TEST_NOTES"], "ab") as notes:
                notes.write(data + b"\\n")
        return "", 204

    return app
"""

KILLED_RUN = """
import sys
from pathlib import Path
from orchestration.local.stack import EmbeddedStack
with EmbeddedStack(Path(sys.argv[1]), services=False) as stack:
    print("up", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "example_services.py").write_text(SERVICES)
    return {**os.environ, "PYTHONPATH": str(tmp_path), "TEST_NOTES": str(tmp_path / "notes")}


@pytest.fixture
def new_stack(tmp_path: Path, environment: dict[str, str]) -> Any:
    def make(**settings: Any) -> EmbeddedStack:
        return EmbeddedStack(
            tmp_path / "data",
            environment=environment,
            service_environment=lambda endpoints: {"TEST_PUBSUB": endpoints.pubsub_endpoint},
            factory="example_services:service_app",
            **settings,
        )

    return make


def query(endpoint: str, sql: str) -> list[list[Any]]:
    body = {"query": sql, "useLegacySql": False}
    answer = requests.post(f"{endpoint}/bigquery/v2/projects/local/queries", json=body, timeout=30)
    assert answer.ok, answer.text
    return [[cell["v"] for cell in row["f"]] for row in answer.json().get("rows", [])]


def publish(stack: EmbeddedStack, text: str) -> None:
    data = base64.b64encode(text.encode()).decode()
    stack.broker.publish("projects/local/topics/nba-phase1-scrapers-complete", [Outgoing(data)])


def test_a_message_goes_through_the_services_and_rows_stay_in_the_warehouse(tmp_path: Path, new_stack: Any) -> None:
    with new_stack() as stack:
        state = json.loads((tmp_path / "data" / "stack.json").read_text())
        assert state["services_url"] == stack.services_url
        assert state["pid"] == os.getpid()
        publish(stack, "game 1")
        assert stack.broker.wait_idle(30)
        assert (tmp_path / "notes").read_text() == "game 1\n"
        pushed = {s.push_config.push_endpoint for s in stack.broker.store.subscriptions() if s.is_push}
        assert pushed == {f"{stack.services_url}/{s.service}{s.path}" for s in Topology.load().subscriptions}
        listed = requests.get(f"{stack.services_url}/", timeout=10).json()
        assert listed == {"services": ["/analytics", "/raw"]}
        assert requests.get(f"{stack.services_url}/nobody", timeout=10).status_code == 404
        query(stack.bigquery_endpoint, "CREATE SCHEMA d")
        query(stack.bigquery_endpoint, "CREATE TABLE d.t AS SELECT 7 AS x")
        pids = [state["bigquery_pid"], state["services_pid"]]
        with pytest.raises(FolderInUseError, match=str(os.getpid())):
            new_stack().start()
        with warehouse_only(Settings(data_dir=tmp_path / "data")) as beside:
            assert beside.settings.bigquery_endpoint == stack.bigquery_endpoint
    assert not (tmp_path / "data" / "stack.json").exists()
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
    with new_stack(services=False) as stack:
        assert query(stack.bigquery_endpoint, "SELECT x FROM d.t") == [["7"]]


def test_googles_emulator_takes_the_place_of_the_broker(tmp_path: Path, new_stack: Any) -> None:
    try:
        emulator_script(os.environ)
    except ConfigurationError as error:
        pytest.skip(str(error))
    topology = Topology.load()
    # The example has no other services; what nobody takes would become a dead letter after minutes.
    known = tuple(s for s in topology.subscriptions if s.name in ("phase2-raw", "phase3-analytics"))
    with new_stack(pubsub="emulator", topology=topology.model_copy(update={"subscriptions": known})) as stack:
        body = {"messages": [{"data": base64.b64encode(f"game {n}".encode()).decode()} for n in range(6)]}
        topic = "v1/projects/local/topics/nba-phase1-scrapers-complete"
        assert requests.post(f"{stack.pubsub_endpoint}/{topic}:publish", json=body, timeout=10).ok
        assert stack.broker.wait_idle(30)
        notes = (tmp_path / "notes").read_text().splitlines()
        assert set(notes) == {f"game {n}" for n in range(6)}
        assert all(c.delivered >= 6 and not c.waiting for c in stack.broker.counts().values())
    assert not (tmp_path / "data" / "pubsub.sqlite").exists()


def test_a_stop_with_work_in_flight_is_bounded_and_the_work_comes_again(tmp_path: Path, new_stack: Any) -> None:
    stack = new_stack(stop_timeout=0.5)
    stack.start()
    services_pid = json.loads((tmp_path / "data" / "stack.json").read_text())["services_pid"]
    publish(stack, "slow")
    name = "projects/local/subscriptions/phase3-analytics"
    deadline = time.monotonic() + 20
    while not stack.broker.counts()[name].in_flight and time.monotonic() < deadline:
        time.sleep(0.02)
    started = time.monotonic()
    stack.stop()
    assert time.monotonic() - started < 30  # the handler sleeps 60 s
    assert left_of(services_pid) == []
    with new_stack(services=False) as again:
        counts = again.broker.counts()[name]
        assert (counts.waiting, counts.delivered) == (1, 0)


def test_ctrl_c_does_not_wait_for_what_is_in_flight(new_stack: Any) -> None:
    name = "projects/local/subscriptions/phase3-analytics"
    began = 0.0

    def interrupted(stack: EmbeddedStack) -> None:
        nonlocal began
        with stack:
            publish(stack, "slow")
            until(lambda: stack.broker.counts()[name].in_flight)
            began = time.monotonic()
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        interrupted(new_stack(stop_timeout=120))
    assert time.monotonic() - began < 40  # the handler sleeps 60 s


def test_services_that_can_not_be_loaded_fail_the_start_and_leave_nothing_running(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    stack = EmbeddedStack(tmp_path / "data", environment=environment, factory="no_such_module:service_app")
    with pytest.raises(StartupError, match="no_such_module"):
        stack.start()
    assert not (tmp_path / "data" / "stack.json").exists()


def left_of(pid: int) -> list[str]:
    """The states of the processes of a group that still live."""
    listed = subprocess.run(["ps", "-eo", "pgid=,stat="], capture_output=True, text=True, check=True, timeout=10)
    rows = [line.split() for line in listed.stdout.splitlines()]
    return [stat for group, stat in rows if group == str(pid) and stat[0] != "Z"]


def workers_of(pid: int) -> list[int]:
    listed = subprocess.run(["ps", "-eo", "ppid=,pid="], capture_output=True, text=True, check=True, timeout=10)
    rows = [line.split() for line in listed.stdout.splitlines()]
    return [int(child) for parent, child in rows if parent == str(pid)]


def until(condition: Any, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_killed_worker_is_replaced_and_a_killed_warehouse_ends_the_wait(tmp_path: Path, new_stack: Any) -> None:
    name = "projects/local/subscriptions/phase3-analytics"
    pids: dict[str, int] = {}
    began = 0.0

    def killing(stack: EmbeddedStack) -> None:
        nonlocal began
        with stack:
            pids.update(json.loads((tmp_path / "data" / "stack.json").read_text()))
            publish(stack, "slow")
            until(lambda: stack.broker.counts()[name].in_flight)
            (worker,) = workers_of(pids["services_pid"])
            os.kill(worker, signal.SIGKILL)
            until(lambda: workers_of(pids["services_pid"]) not in ([], [worker]))
            # The message whose worker died is delivered to the next one.
            until(lambda: stack.broker.counts()[name].in_flight)
            began = time.monotonic()
            os.kill(pids["bigquery_pid"], signal.SIGKILL)
            stack.broker.wait_idle(600)  # the handler sleeps 60 s

    with pytest.raises(PartDiedError, match=r"the embedded warehouse has died \(exit code -9\).*log: .*bigquery.log"):
        killing(new_stack())
    assert time.monotonic() - began < 30
    assert not (tmp_path / "data" / "stack.json").exists()
    assert left_of(pids["services_pid"]) == []


def test_a_killed_master_ends_the_wait_and_leaves_no_worker_behind(tmp_path: Path, new_stack: Any) -> None:
    groups: list[int] = []

    def killing(stack: EmbeddedStack) -> None:
        with stack:
            groups.append(json.loads((tmp_path / "data" / "stack.json").read_text())["services_pid"])
            publish(stack, "slow")
            os.kill(groups[0], signal.SIGKILL)
            stack.broker.wait_idle(600)

    with pytest.raises(PartDiedError, match=r"the embedded services has died \(exit code -9\)"):
        killing(new_stack())
    assert left_of(groups[0]) == []


@pytest.fixture
def killed_run(tmp_path: Path) -> Iterator[dict[str, Any]]:
    """A run whose stack was up when its supervising process was killed; its state file."""
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED_RUN, str(tmp_path / "data")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    state = json.loads((tmp_path / "data" / "stack.json").read_text())
    query(state["bigquery_endpoint"], "CREATE SCHEMA d")
    query(state["bigquery_endpoint"], "CREATE TABLE d.t AS SELECT 7 AS x")
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    yield state
    process.communicate(timeout=10)


def test_after_a_kill_the_folder_works_at_once_and_its_rows_are_there(
    killed_run: dict[str, Any], new_stack: Any
) -> None:
    with new_stack(services=False) as stack:
        assert query(stack.bigquery_endpoint, "SELECT x FROM d.t") == [["7"]]
