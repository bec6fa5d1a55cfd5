"""Nothing of a game, nothing that came after it, and nothing stamped after its tip-off reaches what was said of it.

Each canary is shown to bite: statements whose rules about time are broken on purpose are found out by it.
"""

from __future__ import annotations

import pytest

from common.warehouse import Warehouse
from data_processors.precompute.main_precompute_service import PHASE as PRECOMPUTE
from tests.leaks.tampering import (
    BEFOREHAND,
    DAY,
    DAYS,
    NEXT,
    another_result,
    leaking,
    nothing_after,
    quotes_around_tip_off,
    rows_changed,
    said,
    statements,
    who_differs,
)

pytestmark = pytest.mark.stack
LOOK_BACK = [p for p in PRECOMPUTE.processors if p.name != "ml_feature_store"]
# The date itself counts as earlier; so does the week after it.
SAME_DAY = {
    "h.game_date < t.game_date": "h.game_date <= t.game_date",
    "h.game_date < d.as_of_date": "h.game_date <= d.as_of_date",
    "DATE_SUB(last_date, INTERVAL 1 DAY)": "last_date",
}
WEEK_AHEAD = {
    "h.game_date < t.game_date": "h.game_date < DATE_ADD(t.game_date, INTERVAL 7 DAY)",
    "h.game_date < d.as_of_date": "h.game_date < DATE_ADD(d.as_of_date, INTERVAL 7 DAY)",
    "DATE_SUB(last_date, INTERVAL 1 DAY)": "DATE_ADD(last_date, INTERVAL 7 DAY)",
}
ANY_QUOTE = {"q.snapshot_at < COALESCE(g.tip_off, q.tip_off)": "q.snapshot_at IS NOT NULL"}


def test_the_result_of_a_game_changes_nothing_that_was_said_of_it_or_of_earlier_games(league: Warehouse) -> None:
    with another_result(league):
        changed = rows_changed(league, DAYS[0], DAY)
        assert {p.name: changed[p.name] for p in BEFOREHAND} == {p.name: 0 for p in BEFOREHAND}
        # It is history for the next day: every table that looks back must show it there.
        after = rows_changed(league, NEXT, NEXT)
        assert min(after[p.name] for p in BEFOREHAND) > 0
    rows_changed(league, NEXT, NEXT)


def test_a_window_that_takes_in_the_date_itself_is_found_out(league: Warehouse) -> None:
    variants = leaking(league, SAME_DAY, "same_day")
    sound = statements(LOOK_BACK)
    before = {n: said(league, s, DAY, DAY) for n, s in sound.items()}
    leaked = {n: said(league, variants[n], DAY, DAY) for n in sound}
    with another_result(league):
        assert who_differs(before, {n: said(league, s, DAY, DAY) for n, s in sound.items()}) == set()
        assert who_differs(leaked, {n: said(league, variants[n], DAY, DAY) for n in sound}) == set(sound)


def test_without_anything_that_came_later_the_same_is_said(league: Warehouse) -> None:
    variants = leaking(league, WEEK_AHEAD, "week_ahead")
    sound = statements(LOOK_BACK)
    leaked = {n: said(league, variants[n], DAY, DAY) for n in sound}
    with nothing_after(league, DAY):
        changed = rows_changed(league, DAYS[0], DAY)
        assert changed == dict.fromkeys(changed, 0)
        assert who_differs(leaked, {n: said(league, variants[n], DAY, DAY) for n in sound}) == set(sound)


@pytest.mark.parametrize(("minutes_after", "counts"), [(-1, True), (0, False), (120, False)])
def test_a_quote_counts_when_it_is_stamped_before_tip_off(league: Warehouse, minutes_after: int, counts: bool) -> None:
    with quotes_around_tip_off(league, minutes_after):
        changed = rows_changed(league, DAY, DAY)
        touched = {n for n, rows in changed.items() if rows}
        quoted = {"player_game_summary", "upcoming_player_game_context", "upcoming_team_game_context"}
        assert touched == (quoted | {"ml_feature_store"} if counts else set())
    rows_changed(league, DAY, DAY)


def test_a_reading_of_quotes_that_forgets_tip_off_is_found_out(league: Warehouse) -> None:
    variants = leaking(league, ANY_QUOTE, "any_quote")
    names = ("player_game_summary", "upcoming_player_game_context", "upcoming_team_game_context")
    leaked = {n: said(league, variants[n], DAY, DAY) for n in names}
    with quotes_around_tip_off(league, 120):
        assert who_differs(leaked, {n: said(league, variants[n], DAY, DAY) for n in names}) == set(names)


def test_a_tampered_with_league_is_as_it_was_in_the_end(league: Warehouse) -> None:
    changed = rows_changed(league, *DAYS)
    assert changed == dict.fromkeys(changed, 0)
