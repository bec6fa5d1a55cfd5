"""When a workflow is due: Eastern windows, daylight saving, midnight, and what the date's games allow."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from common import clock
from orchestration.workflow import read_workflows
from orchestration.workflow_conditions import Facts, due, game_date_of, slots_of, window_of

FLOWS = read_workflows()
DAY = date(2024, 11, 4)


def at(text: str, day: date = DAY) -> datetime:
    """An Eastern wall-clock time; "25:00" is 01:00 of the next day."""
    hour, minute = (int(p) for p in text.split(":"))
    return clock.eastern(day + timedelta(days=hour // 24), hour % 24, minute)


def tips(*times: str) -> tuple[datetime, ...]:
    return tuple(at(t) for t in times)


def is_due(name: str, now: str, *, games: tuple[str, ...] = ("19:00", "22:30"), day: date = DAY, **ran: str) -> bool:
    facts = Facts(tuple(at(t, day) for t in games), {n: at(t, day) for n, t in ran.items()})
    return due(FLOWS[name], day, at(now, day), facts).due


@pytest.mark.parametrize(
    ("now", "ran", "expected"),
    [
        ("05:59", {}, False),
        ("06:00", {}, True),
        ("09:59", {}, True),
        ("10:00", {}, False),
        ("09:00", {"morning_operations": "06:00"}, False),
    ],
)
def test_the_morning_runs_once_between_six_and_ten_also_without_games(
    now: str, ran: dict[str, str], expected: bool
) -> None:
    assert is_due("morning_operations", now, games=(), **ran) is expected


@pytest.mark.parametrize(
    ("now", "ran", "expected"),
    [
        ("12:59", None, False),  # more than six hours before the first game, at 19:00
        ("13:00", None, True),
        ("14:00", "13:00", True),
        ("15:59", "14:00", False),
        ("16:00", "14:00", True),
        ("20:00", "19:59", True),
        ("21:59", None, True),
        ("22:00", None, False),
    ],
)
def test_lines_are_looked_at_every_two_hours_from_six_hours_before_the_first_game(
    now: str, ran: str | None, expected: bool
) -> None:
    runs = {"betting_lines": ran} if ran else {}
    assert is_due("betting_lines", now, morning_operations="06:05", **runs) is expected


def test_lines_wait_for_the_morning_and_for_a_game_day() -> None:
    decision = due(FLOWS["betting_lines"], DAY, at("14:00"), Facts(tips("19:00")))
    assert (decision.due, decision.reason) == (False, "waits for morning_operations")
    assert not is_due("betting_lines", "14:00", games=(), morning_operations="06:05")


def test_a_discovery_goes_on_every_hour_until_it_has_found() -> None:
    runs = {"injury_discovery": at("09:00")}
    report = FLOWS["injury_discovery"]
    assert not due(report, DAY, at("09:59"), Facts(tips("19:00"), runs)).due
    assert due(report, DAY, at("10:00"), Facts(tips("19:00"), runs)).due
    found = due(report, DAY, at("10:00"), Facts(tips("19:00"), runs, found=True))
    assert (found.due, found.reason) == (False, "found already")
    assert not is_due("injury_discovery", "10:00", games=())


@pytest.mark.parametrize(
    ("name", "now", "games", "expected"),
    [
        ("post_game_1", "22:00", ("19:00",), True),
        ("post_game_1", "22:00", ("20:00", "22:30"), False),  # none has ended
        ("post_game_1", "21:59", ("13:00",), False),
        ("post_game_1", "24:59", ("19:00",), True),  # 00:59 of the next day
        ("post_game_2", "25:00", ("19:00",), True),
        ("post_game_2", "28:00", ("19:00",), False),
        ("post_game_3", "28:00", ("22:30",), True),
        ("post_game_3", "28:00", ("25:45",), False),  # goes on until 04:15
        ("post_game_3", "28:15", ("25:45",), True),
        ("post_game_3", "28:00", (), False),
    ],
)
def test_the_night_looks_only_at_games_that_have_ended(
    name: str, now: str, games: tuple[str, ...], expected: bool
) -> None:
    assert is_due(name, now, games=games) is expected


def test_a_run_of_the_window_before_does_not_count_for_the_next() -> None:
    assert is_due("post_game_3", "28:00", post_game_2="25:00", post_game_1="22:00")
    assert not is_due("post_game_3", "29:00", post_game_3="28:00")


def test_an_early_game_is_looked_at_three_hours_after_its_start_each_start_once() -> None:
    games = ("12:30", "13:00", "15:30", "19:00")
    assert not is_due("early_game_1", "15:29", games=games)
    assert is_due("early_game_1", "15:30", games=games)
    assert not is_due("early_game_1", "15:59", games=games, early_game_1="15:30")
    assert is_due("early_game_1", "16:00", games=games, early_game_1="15:30")
    assert is_due("early_game_2", "18:30", games=games)
    assert not is_due("early_game_1", "17:00", games=("19:00",))


@pytest.mark.parametrize(
    ("name", "now", "expected"),
    [
        ("post_game_1", "22:00", DAY),
        ("post_game_1", "24:30", DAY),
        ("post_game_2", "25:00", DAY),
        ("post_game_3", "28:00", DAY),
        ("post_game_3", "33:00", DAY),  # 09:00, when the morning's workflow already serves the new date
        ("morning_operations", "33:00", DAY + timedelta(days=1)),
        ("betting_lines", "25:00", DAY),  # outside its window: one in the morning belongs to the evening before
        ("betting_lines", "31:00", DAY + timedelta(days=1)),
    ],
)
def test_one_in_the_morning_belongs_to_the_evening_before(name: str, now: str, expected: date) -> None:
    assert game_date_of(FLOWS[name], at(now)) == expected


# Clocks went back in the night to 2024-11-03, and forward in the night to 2024-03-10.
@pytest.mark.parametrize(
    ("evening", "night_hours"), [(date(2024, 11, 2), 13), (date(2024, 3, 9), 11), (date(2024, 11, 4), 12)]
)
def test_the_night_s_windows_stand_on_the_wall_clock_when_the_clocks_change(evening: date, night_hours: int) -> None:
    first, _ = window_of(FLOWS["post_game_1"].when, evening)
    _, last = window_of(FLOWS["post_game_3"].when, evening)
    assert last - first == timedelta(hours=night_hours)
    for name, hour in (("post_game_1", 22), ("post_game_2", 1), ("post_game_3", 4)):
        start, end = window_of(FLOWS[name].when, evening)
        assert start.astimezone(clock.EASTERN).hour == hour
        assert start < end
        assert game_date_of(FLOWS[name], start) == evening
        assert game_date_of(FLOWS[name], end - timedelta(seconds=1)) == evening


@pytest.mark.parametrize("day", [date(2024, 11, 3), date(2024, 3, 10), DAY])
def test_two_hours_steps_stay_on_the_hour_when_the_clocks_change(day: date) -> None:
    found = slots_of(FLOWS["betting_lines"].when, day, ())
    assert [s.astimezone(clock.EASTERN).hour for s in found] == [8, 10, 12, 14, 16, 18, 20]


def test_a_window_follows_another_without_a_gap_and_without_overlap_in_the_night_the_clocks_go_back() -> None:
    evening = date(2024, 11, 2)
    windows = [window_of(FLOWS[f"post_game_{n}"].when, evening) for n in (1, 2, 3)]
    assert [w[1] for w in windows[:-1]] == [w[0] for w in windows[1:]]
    # The hour from 01:00 comes twice: its first time opens the window, its second is inside.
    assert windows[1][1] - windows[1][0] == timedelta(hours=4)
