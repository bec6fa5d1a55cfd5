"""Nothing that came later than a prediction reaches it; a reading that leaks is found out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from predictions.coordinator import inputs

pytestmark = pytest.mark.stack


def content(phase5: Any) -> list[tuple[Any, ...]]:
    return [(r["player_id"], r["bookmaker"], r["line"], r["content_hash"]) for r in phase5.versions()]


def what_came_later(phase5: Any) -> None:
    """A moved line and a newcomer after 9 o'clock, quotes after tip-off, and what was computed of a later day."""
    phase5.quotes({(1, "fanduel"): 33.5, (2, "betmgm"): 3.5, (9, "fanduel"): 7.5}, at=12)
    phase5.quotes({(1, "fanduel"): 44.5}, at=20)
    # No other test's date.
    later = type(phase5)(phase5.context, phase5.day + timedelta(days=400))
    later.features(1, 2, game="0023000002", points=41.0)
    later.quotes({(1, "fanduel"): 39.5}, at=8, game="0023000002")


def test_what_comes_later_changes_no_prediction(phase5: Any) -> None:
    phase5.features(1, 2)
    phase5.quotes({(1, "fanduel"): 20.5, (2, "fanduel"): 18.5}, at=8)
    phase5.predict(9)
    before = content(phase5)
    assert len(before) == 2

    what_came_later(phase5)
    phase5.predict(9, force=True)

    assert content(phase5) == before


def test_the_same_history_without_its_future_predicts_the_same(phase5: Any) -> None:
    phase5.features(1, 2)
    phase5.quotes({(1, "fanduel"): 20.5, (2, "fanduel"): 18.5}, at=8)
    what_came_later(phase5)
    phase5.predict(9)
    with_its_future = content(phase5)

    phase5.delete("nba_predictions.player_prop_predictions", "TRUE")
    phase5.delete("nba_raw.player_prop_lines", f"snapshot_at > TIMESTAMP '{phase5.at(9).isoformat()}'")
    phase5.predict(9, force=True)

    assert content(phase5) == with_its_future
    assert len(with_its_future) == 2


def test_a_reading_that_looks_ahead_is_found_out(phase5: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    sound = inputs._statement

    def leaking(names: tuple[str, ...]) -> str:
        rule = "p.snapshot_at <= @now"
        statement = sound(names)
        assert rule in statement
        return statement.replace(rule, "p.snapshot_at IS NOT NULL")

    phase5.features(1, 2)
    phase5.quotes({(1, "fanduel"): 20.5, (2, "fanduel"): 18.5}, at=8)
    phase5.predict(9)
    before = content(phase5)
    monkeypatch.setattr(inputs, "_statement", leaking)

    what_came_later(phase5)
    phase5.predict(9, force=True)

    assert content(phase5) != before
