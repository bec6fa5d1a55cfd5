"""The death of a child ends whatever the command waits for, and is told in one line."""

from __future__ import annotations

import os
import queue
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import requests

from common.errors import NbaError
from orchestration.local.child import Child
from orchestration.local.watchdog import PartDiedError, Watchdog


@pytest.fixture
def child(tmp_path: Path) -> Iterator[Child]:
    (tmp_path / "idle.py").write_text("import time\ntime.sleep(120)\n")
    started = Child("idle", [], tmp_path / "logs" / "idle.log", {**os.environ, "PYTHONPATH": str(tmp_path)})
    yield started
    started.stop(5)


def sleeping() -> None:
    time.sleep(60)


def waiting_for_a_condition() -> None:
    condition = threading.Condition()
    with condition:
        condition.wait_for(lambda: False, 60)


def waiting_for_an_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, requests.Session() as session:
        session.trust_env = False
        session.get(f"http://127.0.0.1:{silent.getsockname()[1]}", timeout=60)


def swallowing_errors() -> None:
    """As code does that means well."""
    for _ in range(60):
        with suppress(Exception):
            queue.Queue[int]().get(timeout=60)


@pytest.mark.parametrize("wait", [sleeping, waiting_for_a_condition, waiting_for_an_answer, swallowing_errors])
def test_a_death_ends_the_wait_and_says_what_to_do(wait: Callable[[], None], child: Child) -> None:
    watchdog = Watchdog()
    watchdog.watch("warehouse", child)
    threading.Timer(0.3, os.kill, (child.pid, signal.SIGKILL)).start()
    began = time.monotonic()
    with pytest.raises(PartDiedError) as told, watchdog.guard():
        wait()
    assert time.monotonic() - began < 15
    assert isinstance(told.value, NbaError)  # the command line shows these as one line
    assert str(told.value) == (
        "the embedded warehouse has died (exit code -9); run the same command again, it goes on where it was; "
        f"log: {child.log}"
    )


def killed_and_misread(child: Child) -> None:
    try:
        os.kill(child.pid, signal.SIGKILL)
        time.sleep(60)
    finally:
        raise ValueError("the answer made no sense")


def test_an_error_that_a_death_has_brought_about_is_told_as_the_death(child: Child) -> None:
    watchdog = Watchdog()
    watchdog.watch("services", child)
    with pytest.raises(PartDiedError, match="services has died") as told, watchdog.guard():
        killed_and_misread(child)
    assert isinstance(told.value.__cause__, ValueError)


def test_a_child_that_is_stopped_afterwards_has_not_died(child: Child) -> None:
    before = signal.getsignal(signal.SIGUSR1)
    watchdog = Watchdog()
    watchdog.watch("warehouse", child)
    with watchdog.guard():
        assert child.exit_code is None
    child.stop(5)
    time.sleep(0.5)
    assert watchdog.failure is None
    assert signal.getsignal(signal.SIGUSR1) is before


def test_an_error_of_the_work_itself_stays_what_it_is(child: Child) -> None:
    watchdog = Watchdog()
    watchdog.watch("warehouse", child)
    with pytest.raises(ValueError, match="its own"), watchdog.guard():
        raise ValueError("its own")
