"""Five recorded game days through the whole cascade: what must stand in the tables afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.end_to_end.pipeline import Finished, doubled_keys, fingerprints, opened, run

pytestmark = pytest.mark.stack
DATES = ("2024-11-04", "2024-11-05", "2024-11-06", "2024-11-07", "2024-11-08")
# Read off the official box scores: games, player lines, points, shots.
FACTS = {
    "2024-11-04": (15, 312, 3364, 2662),
    "2024-11-06": (12, 262, 2764, 2123),
    "2024-11-07": (3, 77, 700, 510),
    "2024-11-08": (13, 296, 2912, 2312),
}


def test_the_run_is_complete(five_days: Finished) -> None:
    assert five_days.code == 0, five_days.result
    assert five_days.result["complete"] is True
    assert [d["game_date"] for d in five_days.result["dates"]] == list(DATES)
    assert all(d["problems"] == [] and d["gaps"] == [] for d in five_days.result["dates"])
    assert five_days.result["dead_letters"] == {}


def test_every_game_player_point_and_shot_is_there(five_days: Finished) -> None:
    with opened(five_days.data_dir) as warehouse:
        boxes = warehouse.query(
            "SELECT game_date, COUNT(DISTINCT game_id) AS games, COUNT(*) AS players, SUM(points) AS points "
            "FROM nba_raw.player_boxscores WHERE game_date BETWEEN '2024-11-04' AND '2024-11-08' GROUP BY game_date"
        ).rows
        shots = warehouse.query(
            "SELECT game_date, COUNT(*) AS shots FROM nba_raw.shots "
            "WHERE game_date BETWEEN '2024-11-04' AND '2024-11-08' GROUP BY game_date"
        ).rows
        teams = warehouse.query(
            "SELECT COUNT(*) AS wrong FROM (SELECT game_id, team, SUM(points) AS points "
            "FROM nba_raw.player_boxscores GROUP BY game_id, team) AS p "
            "JOIN nba_raw.team_boxscores AS t USING (game_id, team) WHERE p.points != t.points"
        ).rows
    taken = {str(r["game_date"]): r["shots"] for r in shots}
    found = {str(r["game_date"]): (r["games"], r["players"], r["points"], taken[str(r["game_date"])]) for r in boxes}
    assert found == FACTS
    assert teams == [{"wrong": 0}]


def test_every_key_is_unique_in_every_table(five_days: Finished) -> None:
    with opened(five_days.data_dir) as warehouse:
        found = doubled_keys(warehouse)
        rows = {t: n for t, (n, _) in fingerprints(warehouse).items()}
    assert set(found.values()) == {0}, found
    assert all(rows[t] > 0 for t in rows if t != "nba_reference.unresolved_names"), rows


def test_every_quoted_player_has_a_prediction_from_quotes_before_tip_off(five_days: Finished) -> None:
    with opened(five_days.data_dir) as warehouse:
        missing = warehouse.query(
            "SELECT COUNT(*) AS n FROM (SELECT DISTINCT game_id, player_id FROM nba_raw.player_prop_lines "
            "WHERE market = 'player_points' AND is_main_line AND snapshot_at < tip_off) AS q "
            "LEFT JOIN (SELECT DISTINCT game_id, player_id FROM nba_predictions.player_prop_predictions "
            "WHERE bookmaker IS NOT NULL) AS p USING (game_id, player_id) WHERE p.game_id IS NULL"
        ).rows
        late = warehouse.query(
            "SELECT COUNT(*) AS n FROM nba_predictions.player_prop_predictions "
            "WHERE created_at >= tip_off OR line_snapshot_at >= tip_off OR line_snapshot_at > created_at"
        ).rows
        names = warehouse.query(
            "SELECT (SELECT COUNT(DISTINCT CONCAT(game_id, player_name)) FROM nba_raw.player_prop_lines) AS resolved, "
            "(SELECT COUNT(DISTINCT CONCAT(game_id, name)) FROM nba_reference.unresolved_names) AS unresolved"
        ).rows[0]
        current = warehouse.query(
            "SELECT COUNT(*) AS n FROM (SELECT 1 FROM nba_predictions.player_prop_predictions WHERE is_current "
            "GROUP BY game_id, player_id, system_id, bookmaker HAVING COUNT(*) > 1)"
        ).rows
    assert missing == late == current == [{"n": 0}]
    share = names["resolved"] / (names["resolved"] + names["unresolved"])
    print(f"names resolved: {names['resolved']}, unresolved: {names['unresolved']}, share {share:.4f}")
    assert share >= 0.995


def test_every_prediction_of_a_finished_game_is_graded_or_void(five_days: Finished) -> None:
    with opened(five_days.data_dir) as warehouse:
        rows = warehouse.query(
            "SELECT COALESCE(a.status, 'missing') AS status, COUNT(*) AS n "
            "FROM nba_predictions.player_prop_predictions AS p "
            "LEFT JOIN nba_predictions.prediction_accuracy AS a USING (prediction_id) GROUP BY 1"
        ).rows
        wrong = warehouse.query(
            "SELECT COUNT(*) AS n FROM nba_predictions.prediction_accuracy AS a "
            "LEFT JOIN nba_raw.player_boxscores AS b USING (game_id, player_id) "
            "WHERE (a.status = 'void') != (COALESCE(b.minutes, 0) = 0) "
            "OR (a.status != 'void' AND a.actual_points != b.points)"
        ).rows
    found = {r["status"]: r["n"] for r in rows}
    assert found.get("missing", 0) == 0
    assert found["graded"] > 1000
    assert found["void"] > 0
    assert wrong == [{"n": 0}]


def test_dates_that_are_run_again_change_no_row(five_days: Finished, recorded: Path) -> None:
    with opened(five_days.data_dir) as warehouse:
        before = fingerprints(warehouse)
        loaded = warehouse.query("SELECT MAX(loaded_at) AS at FROM nba_raw.player_boxscores").rows
        runs = warehouse.query("SELECT COUNT(*) AS n FROM nba_orchestration.processor_runs").rows[0]["n"]
    again = run("2024-11-07", "2024-11-08", recorded, five_days.data_dir)
    assert again.code == 0, again.result
    with opened(five_days.data_dir) as warehouse:
        assert fingerprints(warehouse) == before
        assert warehouse.query("SELECT MAX(loaded_at) AS at FROM nba_raw.player_boxscores").rows == loaded
        assert warehouse.query("SELECT COUNT(*) AS n FROM nba_orchestration.processor_runs").rows[0]["n"] > runs


def test_the_order_in_which_dates_are_filled_leaves_no_trace(
    five_days: Finished, recorded: Path, tmp_path: Path
) -> None:
    for day in reversed(DATES):
        assert run(day, day, recorded, tmp_path).code == 0, day
    with opened(five_days.data_dir) as warehouse:
        in_order = fingerprints(warehouse)
    with opened(tmp_path) as warehouse:
        assert fingerprints(warehouse) == in_order
