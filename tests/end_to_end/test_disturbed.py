"""Messages lost and doubled, the process killed: the same tables as in the run with nothing in its way."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable
from datetime import date
from itertools import count
from pathlib import Path

import pytest

from common.settings import Settings
from orchestration.day import DayWalker
from orchestration.local.broker_leases import Lease
from orchestration.local.dispatcher import Fate
from orchestration.session import embedded
from tests.end_to_end.pipeline import Finished, command, fingerprints, opened, run
from tests.migrated import migrated

pytestmark = pytest.mark.stack


def tables(data_dir: Path, days: tuple[str, str, str]) -> dict[str, tuple[int, int | None]]:
    with opened(data_dir) as warehouse:
        return fingerprints(warehouse, computed_from=days[2])


def walk(days: tuple[str, str, str], archive: Path, data_dir: Path, hook: Callable[[Lease], int]) -> None:
    first, last, history = (date.fromisoformat(d) for d in days)
    settings = Settings(data_dir=migrated(data_dir), source="recorded", archive=archive)
    with embedded(settings, hook=hook) as session:
        runs = DayWalker(session).walk(first, last, history)
    assert [r.problems for r in runs] == [[]]


def test_a_message_delivered_twenty_times_leaves_the_same_tables(
    undisturbed: Finished, recorded: Path, small_archive_days: tuple[str, str, str], tmp_path: Path
) -> None:
    kinds: set[str] = set()

    def twenty_times(lease: Lease) -> int:
        # One message of each subscription is enough: all of them twenty times would take many minutes.
        if lease.subscription.name in kinds:
            return Fate.DELIVER
        kinds.add(lease.subscription.name)
        return 20

    walk(small_archive_days, recorded, tmp_path, twenty_times)
    assert len(kinds) >= 7
    assert tables(tmp_path, small_archive_days) == tables(undisturbed.data_dir, small_archive_days)


@pytest.mark.parametrize("nth", [0, 1])
def test_a_message_dropped_is_made_up_for(
    nth: int, undisturbed: Finished, recorded: Path, small_archive_days: tuple[str, str, str], tmp_path: Path
) -> None:
    numbers = count()
    dropped = []

    def every_other(lease: Lease) -> Fate:
        if next(numbers) % 2 == nth:
            dropped.append(lease.subscription.name)
            return Fate.DROP
        return Fate.DELIVER

    walk(small_archive_days, recorded, tmp_path, every_other)
    assert len(dropped) >= 5
    assert tables(tmp_path, small_archive_days) == tables(undisturbed.data_dir, small_archive_days)


def test_a_kill_in_the_middle_and_a_new_start_leave_the_same_tables(
    undisturbed: Finished, recorded: Path, small_archive_days: tuple[str, str, str], tmp_path: Path
) -> None:
    first, last, history = small_archive_days
    line = command(first, last, recorded, migrated(tmp_path), "--history-from", history)
    for phase in ("raw", "analytics", "coordinator"):
        process = subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_for_push(tmp_path / "logs" / "services.log", phase, process)
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait(timeout=30)
    finished = run(first, last, recorded, tmp_path, "--history-from", history)
    assert finished.code == 0, finished.result
    assert tables(tmp_path, small_archive_days) == tables(undisturbed.data_dir, small_archive_days)


def wait_for_push(log: Path, service: str, process: subprocess.Popen[bytes]) -> None:
    """Until a service has begun to work on what it was sent: its first words in the log of this start."""
    words = {"raw": "schedule parsed", "analytics": "analytics processors in PARALLEL", "coordinator": "dispatched"}
    offset = log.stat().st_size if log.exists() else 0
    ends = time.monotonic() + 300
    while time.monotonic() < ends:
        assert process.poll() is None, "the run ended before it could be killed"
        if log.exists() and words[service] in log.read_text(encoding="utf-8")[offset:]:
            return
        time.sleep(0.05)
    pytest.fail(f"{service} was never called")
