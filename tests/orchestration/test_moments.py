from datetime import UTC, date, datetime, timedelta

import pytest

from orchestration.moments import moments_of, parse_interval

DAY = date(2024, 11, 4)


def test_a_game_day_has_a_morning_a_last_look_before_the_first_tip_off_and_a_night() -> None:
    tips = [datetime(2024, 11, 5, 3, tzinfo=UTC), datetime(2024, 11, 5, 0, tzinfo=UTC)]
    found = moments_of(DAY, tips)
    assert [(m.at, m.kind) for m in found] == [
        (datetime(2024, 11, 4, 15, tzinfo=UTC), "pregame"),
        (datetime(2024, 11, 4, 23, 30, tzinfo=UTC), "pregame"),
        (datetime(2024, 11, 5, 9, tzinfo=UTC), "postgame"),
    ]


def test_a_date_without_games_is_still_looked_at() -> None:
    assert [m.kind for m in moments_of(DAY, [])] == ["pregame", "postgame"]


def test_more_looks_never_come_after_the_last_one_before_the_tip_off() -> None:
    tip = datetime(2024, 11, 5, 0, tzinfo=UTC)
    found = [m.at for m in moments_of(DAY, [tip], timedelta(hours=2)) if m.kind == "pregame"]
    assert found[0] == datetime(2024, 11, 4, 15, tzinfo=UTC)
    assert found[-1] == tip - timedelta(minutes=30)
    assert len(found) == 6
    assert found == sorted(found)


def test_intervals_are_hours_or_minutes() -> None:
    assert parse_interval("2h") == timedelta(hours=2)
    assert parse_interval("30m") == timedelta(minutes=30)
    for wrong in ("2", "h", "0h", "2d", ""):
        with pytest.raises(ValueError, match="not an interval"):
            parse_interval(wrong)
