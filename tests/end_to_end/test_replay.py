"""A replay from the raw store alone: unchanged it is the very same; as of an earlier moment it is what stood then."""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from common import clock
from tests.end_to_end.pipeline import NBA, Finished, environment, fingerprints, opened

pytestmark = pytest.mark.stack
ROOT = Path(__file__).resolve().parents[2]
_THEN = """
SELECT prediction_id, predicted_points, line, over_price, recommendation
FROM {prefix}nba_predictions.player_prop_predictions
WHERE game_date = DATE(@day) AND created_at <= @moment AND (closed_at IS NULL OR closed_at > @moment)
ORDER BY prediction_id
"""


@pytest.fixture(scope="module")
def folder(undisturbed: Finished, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the small run's data folder; the source that it came from is out of reach."""
    made = tmp_path_factory.mktemp("replayed") / "data"
    shutil.copytree(undisturbed.data_dir, made, symlinks=True, ignore=shutil.ignore_patterns("*.json", "*.lock"))
    return made


def nba(folder: Path, *words: str, project: Path = ROOT) -> subprocess.CompletedProcess[str]:
    line = [*NBA, *words, "--data-dir", str(folder)]
    env = environment(PYTHONPATH=str(project))
    return subprocess.run(line, capture_output=True, text=True, timeout=600, check=False, cwd=project, env=env)


@pytest.fixture(scope="module")
def again(folder: Path, small_archive_days: tuple[str, str, str]) -> Path:
    """The folder with an unchanged replay beside its tables, prefix again_."""
    day, _, _ = small_archive_days
    done = nba(folder, "replay", "--from", day, "--to", day, "--into", "again")
    assert done.returncode == 0, done.stderr
    return folder


def test_an_unchanged_replay_finds_no_difference(again: Path, small_archive_days: tuple[str, str, str]) -> None:
    day, _, _ = small_archive_days
    folder = again
    compared = nba(folder, "diff", "again", "--from", day, "--to", day, "--json")
    tables: list[dict[str, Any]] = json.loads(compared.stdout)["tables"]
    assert [t for t in tables if t["only_live"] or t["only_replayed"] or t["columns"]] == []
    assert compared.returncode == 0
    there = {t["table"]: t["in_both"] for t in tables}
    assert min(there["nba_raw.player_boxscores"], there["nba_predictions.player_prop_predictions"]) > 50
    # The comparison bites: a value of the replay that is another one is named with its column.
    with opened(folder) as warehouse:
        warehouse.execute(
            "UPDATE again_nba_precompute.ml_feature_store SET points_avg_last_5 = 99 WHERE game_date = DATE(@day)",
            {"day": day},
            work=["a changed value"],
            table="nba_precompute.ml_feature_store",
        )
    compared = nba(folder, "diff", "again", "--from", day, "--to", day, "--json")
    changed = {t["table"]: t["columns"] for t in json.loads(compared.stdout)["tables"] if t["columns"]}
    assert list(changed) == ["nba_precompute.ml_feature_store"]
    assert list(changed["nba_precompute.ml_feature_store"]) == ["points_avg_last_5"]
    assert compared.returncode == 1
    # That phase alone mends it, beside.
    done = nba(folder, "replay", "--from", day, "--to", day, "--into", "again", "--phases", "4")
    assert done.returncode == 0, done.stderr
    assert "phases 4 only" in done.stdout
    assert nba(folder, "diff", "again", "--from", day, "--to", day).returncode == 0


def with_another_fatigue(target: Path) -> Path:
    """The project's code, copied, with a fatigue score that begins one point lower."""
    for name in ("common", "scrapers", "data_processors", "predictions", "orchestration", "migrations"):
        shutil.copytree(ROOT / name, target / name, ignore=shutil.ignore_patterns("__pycache__"))
    file = target / "data_processors/precompute/player_composite_factors/player_composite_factors.sql"
    sql = file.read_text(encoding="utf-8")
    begins = "100 - (l.rest_load"
    assert sql.count(begins) == 1
    file.write_text(sql.replace(begins, "99 - (l.rest_load"), encoding="utf-8")
    return target


def test_a_changed_formula_is_named_by_exactly_the_columns_that_depend_on_it(
    again: Path, small_archive_days: tuple[str, str, str], tmp_path: Path
) -> None:
    day, _, _ = small_archive_days
    folder = again
    changed = with_another_fatigue(tmp_path / "changed")
    done = nba(folder, "replay", "--from", day, "--to", day, "--into", "again", "--phases", "4", project=changed)
    assert done.returncode == 0, done.stderr
    compared = nba(folder, "diff", "again", "--from", day, "--to", day, "--json")
    differ = {t["table"]: list(t["columns"]) for t in json.loads(compared.stdout)["tables"] if t["columns"]}
    assert differ == {
        "nba_precompute.player_composite_factors": ["fatigue_score"],
        "nba_precompute.ml_feature_store": ["fatigue_score"],
    }


_RAN = """
SELECT DISTINCT phase, start_date, end_date FROM nba_orchestration.processor_runs
WHERE started_at > @since AND phase != 'workflow'
"""


def test_named_phases_run_again_and_no_other(folder: Path, small_archive_days: tuple[str, str, str]) -> None:
    day, _, _ = small_archive_days
    damage = {
        "nba_precompute.ml_feature_store": "UPDATE {} SET points_avg_last_5 = 99 WHERE game_date = DATE(@day)",
        "nba_analytics.player_game_summary": "UPDATE {} SET points = 99 WHERE game_date = DATE(@day)",
        "nba_predictions.prediction_accuracy": "DELETE FROM {} WHERE game_date = DATE(@day)",
    }
    with opened(folder) as warehouse:
        whole = fingerprints(warehouse)
        for table, sql in damage.items():
            warehouse.execute(sql.format(table), {"day": day}, work=["damaged", table], table=table)
        damaged = fingerprints(warehouse)
    assert {t for t in whole if whole[t] != damaged[t]} == set(damage)
    since = clock.wall_clock()
    done = nba(folder, "replay", "--from", day, "--to", day, "--phases", "grading,4")
    assert done.returncode == 0, done.stderr
    assert "1 dates replayed into the live datasets, phases 4, 6 only" in done.stdout
    with opened(folder) as warehouse:
        after = fingerprints(warehouse)
        ran = warehouse.query(_RAN, {"since": since}).rows
    on_the_day = {"start_date": date.fromisoformat(day), "end_date": date.fromisoformat(day)}
    assert sorted(ran, key=lambda r: r["phase"]) == [{"phase": p, **on_the_day} for p in ("grading", "phase4")]
    # Phase 3 was not named: its damage stands until it is.
    assert {t for t in whole if whole[t] != after[t]} == {"nba_analytics.player_game_summary"}
    assert nba(folder, "replay", "--from", day, "--to", day, "--phases", "3").returncode == 0
    with opened(folder) as warehouse:
        assert fingerprints(warehouse) == whole


def test_predictions_alone_are_made_again_and_nothing_is_graded(
    undisturbed: Finished, small_archive_days: tuple[str, str, str], tmp_path: Path
) -> None:
    day, _, _ = small_archive_days
    # A copy of its own: what it predicts takes the place of what was predicted then.
    own = tmp_path / "data"
    shutil.copytree(undisturbed.data_dir, own, symlinks=True, ignore=shutil.ignore_patterns("*.json", "*.lock"))
    table = "nba_precompute.ml_feature_store"
    sql = f"UPDATE {table} SET points_avg_last_5 = points_avg_last_5 + 9, loaded_at = @at WHERE game_date = DATE(@day)"
    with opened(own) as warehouse:
        before = fingerprints(warehouse)
        warehouse.execute(sql, {"day": day, "at": clock.wall_clock()}, work=["other features"], table=table)
    since = clock.wall_clock()
    done = nba(own, "replay", "--from", day, "--to", day, "--phases", "5")
    assert done.returncode == 0, done.stderr
    with opened(own) as warehouse:
        after = fingerprints(warehouse)
        ran = {r["phase"] for r in warehouse.query(_RAN, {"since": since}).rows}
    assert ran == {"phase5"}
    assert {t for t in before if before[t] != after[t]} == {table, "nba_predictions.player_prop_predictions"}


def test_phases_beside_need_those_before_them(folder: Path, small_archive_days: tuple[str, str, str]) -> None:
    day, _, _ = small_archive_days
    done = nba(folder, "replay", "--from", day, "--to", day, "--into", "fresh", "--phases", "3,4")
    assert done.returncode == 2
    assert "fresh_nba_* has nothing of phase 2" in done.stderr
    assert "without --phases first" in done.stderr


def test_as_of_noon_the_predictions_are_those_that_stood_then(
    folder: Path, small_archive_days: tuple[str, str, str]
) -> None:
    day, _, history = small_archive_days
    words = ("--as-of", f"{day}T12:00", "--into", "noon", "--history-from", history)
    done = nba(folder, "replay", "--from", day, "--to", day, *words)
    assert done.returncode == 0, done.stderr
    noon = clock.eastern(date.fromisoformat(day), 12)
    with opened(folder) as warehouse:
        live, replayed = (
            warehouse.query(_THEN.format(prefix=prefix), {"day": day, "moment": noon}).rows for prefix in ("", "noon_")
        )
        box_scores = warehouse.query(
            "SELECT COUNT(*) AS n FROM noon_nba_raw.player_boxscores WHERE game_date = DATE(@day)", {"day": day}
        ).rows
    assert live == replayed
    assert len(live) > 50
    assert box_scores == [{"n": 0}]
