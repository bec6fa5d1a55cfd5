from datetime import UTC, date, datetime

import pytest

from common import clock
from common.events import Event


def test_a_late_tip_off_belongs_to_the_eastern_date() -> None:
    assert clock.eastern_date(datetime(2024, 11, 5, 3, 30, tzinfo=UTC)) == date(2024, 11, 4)


def test_eastern_time_knows_daylight_saving() -> None:
    # Clocks went back on 2024-11-03.
    assert clock.eastern(date(2024, 11, 2), 10) == datetime(2024, 11, 2, 14, tzinfo=UTC)
    assert clock.eastern(date(2024, 11, 4), 10) == datetime(2024, 11, 4, 15, tzinfo=UTC)


def test_a_moment_without_a_zone_is_refused() -> None:
    naive = datetime(2024, 11, 4, 10)  # noqa: DTZ001 - the point
    with pytest.raises(ValueError, match="time zone"):
        clock.eastern_date(naive)
    with pytest.raises(ValueError, match="time zone"), clock.simulated(naive):
        pass
    with pytest.raises(ValueError, match="time zone"):
        clock.parse_utc("2024-11-04T10:00:00")


def test_a_simulated_clock_holds_inside_its_block_and_travels_with_events() -> None:
    at = datetime(2024, 11, 4, 15, tzinfo=UTC)
    with clock.simulated(at):
        assert clock.now() == at
        assert clock.today() == date(2024, 11, 4)
        event = Event(phase="phase1", source="test")
        assert clock.wall_clock() > at
    assert event.simulated_at == event.occurred_at == at
    assert clock.simulated_now() is None
    assert Event(phase="phase1", source="test").simulated_at is None


def test_dates_between_has_both_ends() -> None:
    days = clock.dates_between(date(2024, 2, 28), date(2024, 3, 1))
    assert days == [date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1)]
    assert clock.dates_between(date(2024, 3, 1), date(2024, 2, 28)) == []
