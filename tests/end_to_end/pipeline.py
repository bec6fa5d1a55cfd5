"""Runs of the whole pipeline as a user starts them, and what their tables hold."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from common.context import Context
from common.settings import Settings
from common.warehouse import Warehouse
from orchestration.session import warehouse_only
from tests.migrated import migrated

# What a run sent to the warehouse, in its data folder.
STATEMENTS = "statements.jsonl"
NBA = (sys.executable, "-m", "orchestration.cli")
# The key of every table of data; what is not here is telemetry, staging or a view.
KEYS = {
    "nba_raw.schedule": ("game_id",),
    "nba_raw.player_boxscores": ("game_id", "player_id"),
    "nba_raw.team_boxscores": ("game_id", "team"),
    "nba_raw.shots": ("game_id", "event_id"),
    "nba_raw.players": ("season", "player_id"),
    "nba_raw.player_prop_lines": ("game_id", "player_id", "bookmaker", "market", "line", "snapshot_at"),
    "nba_raw.game_lines": ("game_id", "bookmaker", "market", "outcome", "snapshot_at"),
    "nba_reference.unresolved_names": ("source", "name_key", "game_id"),
    "nba_analytics.player_game_summary": ("game_id", "player_id"),
    "nba_analytics.team_offense_game_summary": ("game_id", "team"),
    "nba_analytics.upcoming_player_game_context": ("game_id", "player_id"),
    "nba_precompute.player_daily_cache": ("game_id", "player_id"),
    "nba_precompute.player_shot_zone_analysis": ("game_id", "player_id"),
    "nba_precompute.player_composite_factors": ("game_id", "player_id"),
    "nba_precompute.team_defense_zone_analysis": ("game_id", "team"),
    "nba_precompute.ml_feature_store": ("game_id", "player_id"),
    "nba_predictions.player_prop_predictions": ("prediction_id",),
    "nba_predictions.prediction_accuracy": ("prediction_id",),
}
# A fingerprint of every row but for when it was loaded, or first fetched; the order of rows does not matter.
# MD5: DuckDB has it; FARM_FINGERPRINT is worked out in Python by the embedded warehouse, row by row.
_FINGERPRINT = (
    "SELECT '{table}' AS name, COUNT(*) AS row_count, "
    "BIT_XOR(CAST(CONCAT('0x', SUBSTR(TO_HEX(MD5(TO_JSON_STRING(t))), 1, 15)) AS INT64)) AS content "
    "FROM (SELECT * EXCEPT ({times}) FROM {table}{where}) AS t"
)
_COMPUTED = ("nba_analytics.", "nba_precompute.")
_FETCHED = ("nba_raw.", "nba_reference.")
_DOUBLED = "SELECT COUNT(*) AS doubled FROM (SELECT 1 FROM {table} GROUP BY {key} HAVING COUNT(*) > 1)"


@dataclass(frozen=True)
class Finished:
    """A run that came to its end: exit code and the JSON that it printed."""

    code: int
    result: dict[str, Any]
    data_dir: Path


def command(first: str, last: str, archive: Path, data_dir: Path, *more: str) -> list[str]:
    """The command line of `nba run` on an archive."""
    source = ("--source", "recorded", "--archive", str(archive), "--data-dir", str(data_dir), "--json")
    return [*NBA, "run", "--from", first, "--to", last, *source, *more]


def run(first: str, last: str, archive: Path, data_dir: Path, *more: str) -> Finished:
    """`nba run` to its end; AssertionError with its words when it prints no result."""
    migrated(data_dir)
    done = subprocess.run(
        command(first, last, archive, data_dir, *more),
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
        env=environment(NBA_STATEMENT_LOG=str(data_dir / STATEMENTS)),
    )
    assert done.stdout.startswith("{"), done.stdout + done.stderr
    return Finished(done.returncode, json.loads(done.stdout), data_dir)


@contextmanager
def opened(data_dir: Path) -> Iterator[Warehouse]:
    """The warehouse of a data folder that no run holds."""
    with warehouse_only(Settings(data_dir=data_dir)) as context:
        yield context.warehouse


def fingerprints(warehouse: Warehouse, computed_from: str | None = None) -> dict[str, tuple[int, int | None]]:
    """Rows and content of every table of data; when and from which payload a row was loaded left out.

    Of computed tables only the dates from `computed_from` on: a schedule that comes twice tells of the whole season.
    """
    times = {t: "loaded_at, fetched_at, raw_path" if t.startswith(_FETCHED) else "loaded_at" for t in KEYS}
    where = {
        t: f" WHERE game_date >= '{computed_from}'" if computed_from and t.startswith(_COMPUTED) else "" for t in KEYS
    }
    sql = "\nUNION ALL\n".join(_FINGERPRINT.format(table=t, times=times[t], where=where[t]) for t in KEYS)
    return {r["name"]: (r["row_count"], r["content"]) for r in warehouse.query(sql).rows}


def doubled_keys(warehouse: Warehouse) -> dict[str, int]:
    """For every table the number of keys that stand in it more than once."""
    found = {}
    for table, key in KEYS.items():
        rows = warehouse.query(_DOUBLED.format(table=table, key=", ".join(key))).rows
        found[table] = rows[0]["doubled"]
    return found


def environment(**more: str) -> dict[str, str]:
    """This process's environment with more variables."""
    return {**os.environ, **more}


__all__ = ["KEYS", "Context", "Finished", "command", "doubled_keys", "environment", "fingerprints", "opened", "run"]
