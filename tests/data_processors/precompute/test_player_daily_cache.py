"""Form before a game: real days, and made-up ones (season 2060-61)."""

from __future__ import annotations

from typing import Any

import pytest

from common.warehouse import Warehouse
from data_processors.analytics.main_analytics_service import PHASE as ANALYTICS
from data_processors.precompute.player_daily_cache.player_daily_cache_processor import PROCESSOR
from data_processors.spans import ordered
from tests.data_processors.league_rows import game, player_box, put, quote, shot, team_boxes
from tests.data_processors.warehouse_rows import run, table

pytestmark = pytest.mark.stack
DAYS = ("2024-10-22", "2024-11-10")


def test_a_date_alone_gives_the_very_bits_of_the_range(real_days: Warehouse) -> None:
    for day in ("2024-10-23", "2024-11-09"):
        assert run(real_days, PROCESSOR, day, day).rows_changed == 0


def test_history_ends_before_the_game(real_days: Warehouse) -> None:
    rows = table(real_days, PROCESSOR.output, *DAYS)
    known = rows[rows.history_through.notna()]
    assert len(known) > 5000
    assert (known.history_through < known.game_date).all()


def test_windows_cross_the_summer_and_the_season_does_not(real_days: Warehouse) -> None:
    opening = table(real_days, PROCESSOR.output, "2024-10-22", "2024-10-22")
    assert set(opening.games_behind_season) == {0}
    assert opening.games_behind_last_5.max() == 5
    assert opening.points_avg_season.isna().all()
    assert opening.team_win_pct.isna().all()


@pytest.fixture(scope="module")
def made_up(phase_warehouse: Warehouse) -> dict[tuple[str, int], dict[str, Any]]:
    """The cache of November 2060: two games of history, then one to be played."""
    first = game("0026000001", "2060-11-01", "BOS", "NYK")
    second = game("0026000002", "2060-11-03", "NYK", "BOS")
    third = game("0026000003", "2060-11-05", "BOS", "LAL")
    put(
        phase_warehouse,
        games=[first, second, third],
        teams=[*team_boxes(first), *team_boxes(second, points=120)],
        players=[
            player_box(first, "BOS", 1, minutes=20, points=10, fga=8, fgm=4, ftm=2, fta=4),
            player_box(second, "BOS", 1, minutes=30, points=16, fga=12, fgm=6, ftm=4, fta=4),
            player_box(second, "BOS", 2, minutes=10, points=0),
        ],
        shots=[
            shot(second, "BOS", 1, 1, "Restricted Area", 2),
            shot(second, "BOS", 1, 2, "Mid-Range", 2),
            shot(second, "BOS", 1, 3, "Above the Break 3", 3),
            shot(second, "BOS", 1, 4, "Backcourt", 3),
        ],
        quotes=[quote(third, 9, 4.5, "15:00")],
    )
    for processor in [*ordered(ANALYTICS.processors), PROCESSOR]:
        run(phase_warehouse, processor, "2060-11-01", "2060-11-30")
    rows = table(phase_warehouse, PROCESSOR.output, "2060-11-01", "2060-11-30").to_dict("records")
    return {(r["game_id"], r["player_id"]): r for r in rows}


def test_means_and_spreads_say_how_many_games_stand_behind_them(made_up: dict[Any, dict[str, Any]]) -> None:
    row = made_up["0026000003", 1]
    assert (row["games_behind_last_5"], row["games_behind_season"]) == (2, 2)
    assert (row["points_avg_last_5"], row["minutes_avg_season"]) == (13.0, 25.0)
    assert row["points_std_last_10"] == pytest.approx(18**0.5)


def test_one_game_has_a_mean_and_no_spread(made_up: dict[Any, dict[str, Any]]) -> None:
    row = made_up["0026000002", 1]
    assert (row["points_avg_season"], row["usage_std_season"], row["points_std_last_5"]) == (10.0, None, None)


def test_shooting_is_pooled_not_averaged(made_up: dict[Any, dict[str, Any]]) -> None:
    row = made_up["0026000003", 1]
    assert row["ts_pct_last_10"] == pytest.approx(26 / (2 * (20 + 0.44 * 8)))
    assert row["ppm_avg_last_10"] == pytest.approx(26 / 50)
    assert row["pct_free_throw"] == pytest.approx(6 / 26)
    assert made_up["0026000003", 2]["efg_pct_last_10"] is None


def test_zone_shares_come_from_games_that_have_a_shot_chart(made_up: dict[Any, dict[str, Any]]) -> None:
    row = made_up["0026000003", 1]
    assert (row["shot_chart_games_last_20"], row["pct_paint"], row["pct_three"]) == (1, 0.25, 0.5)
    assert made_up["0026000002", 1]["pct_paint"] is None


def test_a_team_without_games_has_no_rating(made_up: dict[Any, dict[str, Any]]) -> None:
    row = made_up["0026000003", 1]
    assert (row["opponent_def_rating"], row["opponent_pace"], row["opponent_games_behind"]) == (None, None, 0)
    assert (row["team_games_behind"], row["team_win_pct"]) == (2, 0.5)


def test_a_defence_is_rated_by_what_it_allowed(made_up: dict[Any, dict[str, Any]]) -> None:
    row = made_up["0026000002", 1]
    assert row["opponent_def_rating"] == pytest.approx(100 * 100 / (80 + 11 + 12 - 10))


def test_earlier_meetings_are_counted(made_up: dict[Any, dict[str, Any]]) -> None:
    met, unmet = made_up["0026000002", 1], made_up["0026000003", 1]
    assert (met["avg_points_vs_opponent"], met["games_vs_opponent"]) == (10.0, 1)
    assert (unmet["avg_points_vs_opponent"], unmet["games_vs_opponent"]) == (None, 0)


def test_of_a_player_without_team_and_games_nothing_is_made_up(made_up: dict[Any, dict[str, Any]]) -> None:
    row = made_up["0026000003", 9]
    counts = {c: row[c] for c in row if c.startswith(("games_behind_", "shot_chart_games_"))}
    assert set(counts.values()) == {0}
    identity = {"game_id", "player_id", "game_date", "season"}
    assert {c for c, v in row.items() if v is not None} == identity | set(counts)
