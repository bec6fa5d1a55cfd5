"""A killed process loses nothing: what SIGKILL may do to the broker, and to what a killed run leaves behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from orchestration.local.broker import Broker
from orchestration.local.child import Child, StartupError
from orchestration.local.folder_lock import FolderInUseError, FolderLock

ROOT = Path(__file__).parents[3]
Start = Callable[[str, *tuple[Path, ...]], subprocess.Popen[str]]

BROKER = """
import sys
from pathlib import Path
from orchestration.local.broker import Broker
broker = Broker(Path(sys.argv[1]), backoff_scale=0.001)
broker.start()
print(broker.endpoint, flush=True)
sys.stdin.read()
"""

LOCK = """
import sys
from pathlib import Path
from orchestration.local.folder_lock import FolderLock
FolderLock(Path(sys.argv[1])).acquire()
print("held", flush=True)
sys.stdin.read()
"""

# Holds its own pipe to the child, as the stack does, and tells the child's process id.
PARENT = """
import os, sys
from pathlib import Path
from orchestration.local.child import Child
child = Child(sys.argv[1], [], Path(sys.argv[2]) / "child.log", {**os.environ, "PYTHONPATH": sys.argv[2]})
print(child.pid, flush=True)
sys.stdin.read()
"""

CHILD = """
import time
from orchestration.local.child import die_with_parent
die_with_parent()
time.sleep(60)
"""

DEAF = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
time.sleep(60)
"""


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts Python programs; kills what is left of them."""
    started: list[subprocess.Popen[str]] = []

    def run(program: str, *arguments: Path) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", program, *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate(timeout=10)


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait(10)


def gone(pid: int, within: float = 15) -> bool:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        if Path(f"/proc/{pid}/stat").exists() and Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z":
            return True  # dead; nobody has asked for its exit code
        time.sleep(0.05)
    return False


class Endpoint:
    """Stands for a broker of another process."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint


@pytest.mark.parametrize("deliveries", [1, 2])
def test_a_message_in_flight_at_a_kill_is_delivered_again_and_its_attempt_is_counted(
    start: Start, tmp_path: Path, connect: Any, receiver: Any, make_broker: Callable[..., Broker], deliveries: int
) -> None:
    answered: list[int] = []

    def answer(body: dict[str, Any]) -> int:
        if body["deliveryAttempt"] < deliveries:
            return 500
        if body["deliveryAttempt"] == deliveries:
            kill(process)  # while it waits for this very answer
        else:
            answered.append(body["deliveryAttempt"])
        return 204

    receiver.answer = answer
    process = start(BROKER, tmp_path)
    clients = connect(Endpoint(first_line(process)))
    clients.push_to(receiver.url)
    (message_id,) = clients.publish("in flight")
    receiver.wait_for_pushes(deliveries)
    process.wait(10)
    assert make_broker().wait_idle(15)
    assert answered == [deliveries + 1]
    assert {p["message"]["messageId"] for p in receiver.pushes} == {message_id}


def test_a_message_that_kills_the_process_each_time_ends_as_a_dead_letter(
    start: Start, tmp_path: Path, connect: Any, receiver: Any, make_broker: Callable[..., Broker]
) -> None:
    processes: list[subprocess.Popen[str]] = []

    def answer(body: dict[str, Any]) -> int:
        kill(processes[-1])
        return 204

    receiver.answer = answer
    processes.append(start(BROKER, tmp_path))
    clients = connect(Endpoint(first_line(processes[-1])))
    clients.push_to(receiver.url)
    clients.publish("deadly")
    processes[-1].wait(15)
    for _ in range(4):
        processes.append(start(BROKER, tmp_path))
        processes[-1].wait(15)
    broker = make_broker()
    assert broker.wait_idle(15)
    assert [p["deliveryAttempt"] for p in receiver.pushes] == [1, 2, 3, 4, 5]
    assert broker.counts()[clients.PUSH].dead == 1


def test_a_message_that_was_accepted_before_a_kill_is_there_after_it(
    start: Start, tmp_path: Path, connect: Any, make_broker: Callable[..., Broker]
) -> None:
    process = start(BROKER, tmp_path)
    clients = connect(Endpoint(first_line(process)))
    clients.pull_from()
    ids = clients.publish(*(f"game {n}" for n in range(50)))
    kill(process)
    clients = connect(make_broker())
    assert [r.message.message_id for r in clients.pull(clients.PULL)] == ids


def test_a_child_dies_when_its_parent_is_killed(start: Start, tmp_path: Path) -> None:
    (tmp_path / "idle_child.py").write_text(CHILD)
    process = start(PARENT, Path("idle_child"), tmp_path)
    child = int(first_line(process))
    assert not gone(child, within=0.3)
    kill(process)
    assert gone(child)


def test_a_folder_in_use_is_refused_naming_the_process_that_has_it(start: Start, tmp_path: Path) -> None:
    process = start(LOCK, tmp_path)
    assert first_line(process) == "held"
    with pytest.raises(FolderInUseError, match=rf"{tmp_path}.*process {process.pid}\b"):
        FolderLock(tmp_path).acquire()


def test_a_killed_runs_folder_can_be_used_at_once(start: Start, tmp_path: Path) -> None:
    process = start(LOCK, tmp_path)
    assert first_line(process) == "held"
    kill(process)
    lock = FolderLock(tmp_path)
    lock.acquire()
    lock.release()


def test_a_child_that_fails_is_reported_with_the_end_of_its_log(tmp_path: Path) -> None:
    (tmp_path / "failing.py").write_text("raise SystemExit('the disk is full')")
    child = Child("failing", [], tmp_path / "child.log", {**os.environ, "PYTHONPATH": str(tmp_path)})
    with pytest.raises(StartupError, match=r"code 1(.|\n)*the disk is full"):
        child.wait_ready(lambda: False, timeout=20)
    child.stop(5)


def test_a_child_that_ignores_the_polite_signal_is_killed(tmp_path: Path) -> None:
    (tmp_path / "deaf.py").write_text(DEAF)
    log = tmp_path / "child.log"
    child = Child("deaf", [], log, {**os.environ, "PYTHONPATH": str(tmp_path)})
    child.wait_ready(lambda: "deaf" in log.read_text(), timeout=20)
    child.stop(0.2)
    assert child.exit_code == -signal.SIGKILL
