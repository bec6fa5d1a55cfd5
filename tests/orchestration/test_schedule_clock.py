from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from common import clock
from common.errors import TransientError
from orchestration import schedule_clock
from orchestration.schedule_clock import ScheduleClock
from orchestration.schedules import Schedules

YAML = """
time_zone: America/New_York
schedules:
  - name: grading
    description: d
    cron: "0 6 * * *"
    service: grading
    path: /process-date-range
    body: {start_date: yesterday, end_date: today}
    deadline_seconds: 60
    retry: {attempts: 2, min_backoff_seconds: 5, max_backoff_seconds: 5}
"""


class Services:
    """Answers with the codes given, one a call, and keeps what was asked."""

    def __init__(self, *codes: int) -> None:
        self.codes = list(codes)
        self.asked: list[tuple[str, str, dict[str, Any]]] = []
        self.go_on = threading.Event()
        self.go_on.set()

    def post(self, service: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        self.asked.append((service, path, body))
        assert self.go_on.wait(10)
        code = self.codes.pop(0)
        if code == 0:
            raise TransientError("nobody answers")
        return {"status": "success" if code < 400 else "failed", "http_status": code}


@pytest.fixture
def schedules(tmp_path: Path) -> Schedules:
    (tmp_path / "s.yaml").write_text(YAML, encoding="utf-8")
    return Schedules.load(tmp_path / "s.yaml")


def eastern(hour: int, minute: int = 0, day: int = 4) -> datetime:
    return clock.eastern(datetime(2024, 11, day).date(), hour, minute)  # noqa: DTZ001 - only its date is taken


@pytest.fixture
def at_five() -> Iterator[None]:
    with clock.simulated(eastern(5)):
        yield


def started(schedules: Schedules, services: Services, monkeypatch: pytest.MonkeyPatch) -> ScheduleClock:
    made = ScheduleClock(schedules, services.post)
    monkeypatch.setattr(made._stopped, "wait", lambda _seconds: False)
    return made


@pytest.mark.usefixtures("at_five")
def test_a_schedule_is_called_once_when_it_is_due(schedules: Schedules, monkeypatch: pytest.MonkeyPatch) -> None:
    services = Services(200, 200)
    ticking = started(schedules, services, monkeypatch)
    assert ticking.tick(eastern(5, 59)) == []
    assert ticking.tick(eastern(6)) == ["grading"]
    assert ticking.tick(eastern(6, 1)) == []
    ticking.wait()
    assert services.asked == [("grading", "process-date-range", {"start_date": "yesterday", "end_date": "today"})]
    assert ticking.tick(eastern(6, 0, day=5)) == ["grading"]
    ticking.wait()


@pytest.mark.usefixtures("at_five")
@pytest.mark.parametrize(("codes", "calls"), [((503, 0, 200), 3), ((503, 503, 503), 3), ((422,), 1), ((207,), 1)])
def test_only_a_call_that_may_go_better_is_made_again(
    schedules: Schedules, monkeypatch: pytest.MonkeyPatch, codes: tuple[int, ...], calls: int
) -> None:
    services = Services(*codes)
    ticking = started(schedules, services, monkeypatch)
    ticking.tick(eastern(6))
    ticking.wait()
    assert len(services.asked) == calls


@pytest.mark.usefixtures("at_five")
def test_a_call_that_still_runs_is_not_made_twice(schedules: Schedules, monkeypatch: pytest.MonkeyPatch) -> None:
    services = Services(200, 200)
    services.go_on.clear()
    ticking = started(schedules, services, monkeypatch)
    assert ticking.tick(eastern(6)) == ["grading"]
    assert ticking.tick(eastern(6, 0, day=5)) == []
    services.go_on.set()
    ticking.wait()
    assert len(services.asked) == 1


@pytest.mark.usefixtures("at_five")
def test_what_was_missed_while_the_machine_slept_is_called_once(
    schedules: Schedules, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = Services(200, 200)
    ticking = started(schedules, services, monkeypatch)
    assert ticking.tick(eastern(12, 0, day=8)) == ["grading"]
    ticking.wait()
    assert len(services.asked) == 1


@pytest.mark.usefixtures("at_five")
def test_a_call_that_breaks_off_is_logged_and_counted_and_the_next_is_made(
    schedules: Schedules, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    services = Services(500)  # asked a second time, it has no answer left: an IndexError
    ticking = started(schedules, services, monkeypatch)
    ticking.tick(eastern(6))
    ticking.wait()
    (record,) = (r for r in caplog.records if r.exc_info)
    assert (record.getMessage(), record.schedule, ticking.errors) == ("schedule's call broke off", "grading", 1)
    services.codes.append(200)
    assert ticking.tick(eastern(6, 0, day=5)) == ["grading"]
    ticking.wait()
    assert (len(services.asked), ticking.errors) == (3, 1)


def test_the_clock_survives_a_look_that_goes_wrong(
    schedules: Schedules, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ticking = ScheduleClock(schedules, Services().post)
    looks: list[datetime] = []

    def tick(now: datetime) -> list[str]:
        looks.append(now)
        if len(looks) == 1:
            raise RuntimeError("cannot schedule new futures")
        ticking.stop()
        return []

    monkeypatch.setattr(ticking, "tick", tick)
    monkeypatch.setattr(schedule_clock, "_LOOK_EVERY_SECONDS", 0.0)
    ticking.run()
    assert (len(looks), ticking.errors) == (2, 1)
    assert "the clock could not look" in caplog.text
