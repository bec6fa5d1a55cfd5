import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from orchestration.cron import Cron

EASTERN = ZoneInfo("America/New_York")


def at(text: str) -> datetime:
    """A New York wall-clock time as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=EASTERN).astimezone(UTC)


def fired(cron: str, after: str, until: str) -> str | None:
    found = Cron.parse(cron).last_between(at(after), at(until), EASTERN)
    return found.astimezone(EASTERN).strftime("%Y-%m-%d %H:%M") if found else None


@pytest.mark.parametrize(
    ("cron", "after", "until", "expected"),
    [
        ("0 8-20/2 * * *", "2024-11-04 08:00", "2024-11-04 09:59", None),
        ("0 8-20/2 * * *", "2024-11-04 08:00", "2024-11-04 10:00", "2024-11-04 10:00"),
        ("0 8-20/2 * * *", "2024-11-04 20:30", "2024-11-05 07:59", None),
        ("0 1 * * *", "2024-11-04 22:00", "2024-11-05 01:00", "2024-11-05 01:00"),
        ("5,35 14-16 * * *", "2024-11-04 00:00", "2024-11-04 23:00", "2024-11-04 16:35"),
        ("0 6 * * 1-5", "2024-11-01 12:00", "2024-11-04 05:00", None),
        ("0 6 * * 7", "2024-11-01 12:00", "2024-11-04 05:00", "2024-11-03 06:00"),
        ("0 6 1 * 1", "2024-11-01 05:00", "2024-11-03 12:00", "2024-11-01 06:00"),
        ("*/30 * * * *", "2024-10-01 00:00", "2024-11-04 05:29", "2024-11-04 05:00"),
    ],
)
def test_the_last_time_between_two_moments(cron: str, after: str, until: str, expected: str | None) -> None:
    assert fired(cron, after, until) == expected


def test_four_in_the_morning_stays_four_when_the_clocks_change() -> None:
    for night in ("2024-11-03", "2025-03-09"):
        found = Cron.parse("0 4 * * *").last_between(at(f"{night} 00:00"), at(f"{night} 12:00"), EASTERN)
        assert found is not None
        assert found.astimezone(EASTERN).hour == 4
    # 04:00 is 09:00 UTC in winter, 08:00 in summer.
    assert Cron.parse("0 4 * * *").last_between(at("2025-03-09 00:00"), at("2025-03-09 12:00"), EASTERN) == datetime(
        2025, 3, 9, 8, tzinfo=UTC
    )


def test_a_time_that_the_night_does_not_have_does_not_fire_and_one_that_comes_twice_fires_once() -> None:
    assert fired("30 2 * * *", "2025-03-09 00:00", "2025-03-09 12:00") is None
    cron = Cron.parse("0 1 * * *")
    first = cron.last_between(at("2024-11-03 00:00"), datetime(2024, 11, 3, 5, 30, tzinfo=UTC), EASTERN)
    assert first == datetime(2024, 11, 3, 5, tzinfo=UTC)
    assert cron.last_between(first, datetime(2024, 11, 3, 6, 30, tzinfo=UTC), EASTERN) is None


@pytest.mark.parametrize(
    ("cron", "words"),
    [
        ("0 8 * *", "five"),
        ("60 8 * * *", "minute: '60' is not within 0-59"),
        ("0 20-8 * * *", "hour"),
        ("0 8 * * Mon", "day of week"),
        ("*/0 8 * * *", "minute"),
        ("0 8 0 * *", "day of month"),
    ],
)
def test_a_wrong_line_names_the_field(cron: str, words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        Cron.parse(cron)


def test_a_date_without_the_weekday_is_none_of_its_days() -> None:
    assert not Cron.parse("0 6 * * 0").on(date(2024, 11, 4))
    assert Cron.parse("0 6 * * 1").on(date(2024, 11, 4))
