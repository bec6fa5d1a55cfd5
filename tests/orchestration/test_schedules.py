from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from common import clock
from common.errors import ConfigurationError
from common.service import DateRangeRequest
from orchestration.main_orchestration_service import DatesRequest, ReconcileRequest
from orchestration.schedules import SCHEDULES_FILE, Schedules
from orchestration.workflow import workflows
from predictions.coordinator.main_coordinator_service import StartRequest

SCHEDULES = Schedules.load()
EASTERN = ZoneInfo("America/New_York")


def fires(name: str, day: date) -> list[str]:
    """All Eastern times of a day at which a schedule fires."""
    schedule = next(s for s in SCHEDULES.schedules if s.name == name)
    moment = clock.eastern(day, 0) - timedelta(minutes=1)
    ends = clock.eastern(day, 23, 59)
    found = []
    while moment < ends:
        later = moment + timedelta(minutes=1)
        if (due := schedule.due(later, moment, SCHEDULES.zone)) is not None:
            found.append(f"{due.astimezone(EASTERN):%H:%M}")
        moment = later
    return found


def test_game_days_are_looked_at_when_the_sources_have_something() -> None:
    day = date(2024, 11, 4)
    assert fires("betting-lines", day) == [f"{h:02d}:00" for h in range(8, 21, 2)]
    assert fires("morning-operations", day)[0] == "06:00"
    assert fires("morning-operations", day)[-1] == "09:30"
    assert [fires(f"post-game-{n}", day) for n in (1, 2, 3)] == [["22:00"], ["01:00"], ["04:00"]]
    assert fires("phase4-catch-up", day) == ["06:00"]
    assert fires("phase5-catch-up", day) == ["07:00"]


def test_the_reconciler_comes_every_half_hour_and_never_on_the_stroke_of_another() -> None:
    assert fires("reconcile", date(2024, 11, 4)) == [f"{h:02d}:{m}" for h in range(24) for m in (20, 50)]


def test_people_are_told_hourly_by_day_and_never_on_the_stroke_of_another() -> None:
    assert fires("alert", date(2024, 11, 4)) == [f"{h:02d}:40" for h in range(6, 24)]
    minutes = {m for s in SCHEDULES.schedules if s.name != "alert" for m in s.times.minutes}
    assert 40 not in minutes


def test_nothing_is_scheduled_in_the_hour_that_a_night_in_march_does_not_have() -> None:
    for schedule in SCHEDULES.schedules:
        if schedule.name != "reconcile":
            assert 2 not in schedule.times.hours, schedule.name


def test_what_was_missed_fires_once_in_the_order_of_the_times() -> None:
    last = clock.eastern(date(2024, 11, 5), 3, 30)
    due = SCHEDULES.due(clock.eastern(date(2024, 11, 5), 7, 0), last)
    names = [s.name for _, s in due]
    assert names.index("post-game-3") < names.index("grading") < names.index("phase4-catch-up")
    assert len(names) == len(set(names))
    assert [m for m, s in due if s.name == "reconcile"] == [clock.eastern(date(2024, 11, 5), 6, 50)]
    assert SCHEDULES.due(last, last) == []


def test_nothing_fires_before_its_time_and_everything_by_the_end_of_a_day() -> None:
    start = datetime(2024, 11, 4, 5, tzinfo=UTC)
    assert {s.name for _, s in SCHEDULES.due(start + timedelta(days=1), start)} == {s.name for s in SCHEDULES.schedules}


def test_the_bodies_are_ones_that_the_services_take() -> None:
    models = {
        "/process-date-range": DateRangeRequest,
        "/start": StartRequest,
        "/alert": DatesRequest,
        "/reconcile": ReconcileRequest,
    }
    with clock.simulated(datetime(2024, 11, 5, 3, tzinfo=UTC)):  # 22:00 in New York, the day before
        for schedule in SCHEDULES.schedules:
            if schedule.path in models:
                wanted = models[schedule.path].model_validate(schedule.body)
                dates = [v for v in wanted.model_dump().values() if isinstance(v, date)]
                assert dates, schedule.name
                assert all(date(2024, 11, 1) <= d <= date(2024, 11, 5) for d in dates)


def test_every_workflow_is_called_and_every_one_called_is_there() -> None:
    called = {s.body["workflow"] for s in SCHEDULES.schedules if s.path == "/execute-workflow"}
    assert called == set(workflows())


def broken(tmp_path: Path, old: str, new: str) -> tuple[str, int]:
    text = SCHEDULES_FILE.read_text(encoding="utf-8")
    assert old in text
    file = tmp_path / "schedules.yaml"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    line = next(n for n, t in enumerate(file.read_text(encoding="utf-8").splitlines(), 1) if new.splitlines()[0] in t)
    with pytest.raises(ConfigurationError) as caught:
        Schedules.load(file)
    return str(caught.value), line


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('cron: "30 5 * * *"', 'cron: "30 25 * * *"', "cron: hour: '25' is not within 0-23"),
        ("service: grading", "service: grdaing", "there is no service 'grdaing'; there are scrapers"),
        ("deadline_seconds: 1800", "deadline_seconds: 3600", "less than or equal to 1800"),
        ("path: /start", "path: start", "path"),
        ("retry: {attempts: 0}", "retry: {attempts: 9}", "retry.attempts"),
        ("time_zone: America/New_York", "time_zone: America/NewYork", "is no time zone"),
        ("name: grading", "name: reconcile", "named more than once: reconcile"),
        ("    body: {game_date: today", "    bodi: {game_date: today", "bodi"),
    ],
)
def test_a_mistake_is_named_by_line_and_field(tmp_path: Path, old: str, new: str, words: str) -> None:
    message, line = broken(tmp_path, old, new)
    assert words in message
    if "more than once" not in words:
        assert f"schedules.yaml:{line}: " in message


def test_a_file_that_is_no_yaml_says_where_it_breaks(tmp_path: Path) -> None:
    file = tmp_path / "schedules.yaml"
    file.write_text("schedules: [", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"schedules\.yaml:1: "):
        Schedules.load(file)
