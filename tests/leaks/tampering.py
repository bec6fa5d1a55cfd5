"""Ways to tamper with what is known of a league, each undone in the end, and statements that leak on purpose."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

from common.warehouse import Warehouse
from data_processors.analytics.main_analytics_service import PHASE as ANALYTICS
from data_processors.precompute.main_precompute_service import PHASE as PRECOMPUTE
from data_processors.spans import ordered
from data_processors.sql_processor import SqlProcessor
from orchestration.migrate import read_migrations
from tests.data_processors.warehouse_rows import run

BEFORE = ("2024-04-07", "2024-04-14")
DAYS = ("2024-10-22", "2024-11-10")
DAY, NEXT = "2024-11-08", "2024-11-09"
ALL = [*ordered(ANALYTICS.processors), *ordered(PRECOMPUTE.processors)]
SUMMARIES = [p for p in ALL if p.name.endswith("_summary")]
# What is said of a game before it is played.
BEFOREHAND = [p for p in ALL if p not in SUMMARIES]
RAW = ("player_boxscores", "team_boxscores", "shots", "player_prop_lines", "game_lines", "schedule")
FUNCTION = re.compile(r"CREATE TABLE FUNCTION IF NOT EXISTS (nba_[a-z]+\.[a-z_]+)\(.*?\n\);\n", re.DOTALL)


def change(warehouse: Warehouse, sql: str, table: str = "nba_raw.schedule") -> None:
    """Run a writing statement."""
    warehouse.execute(sql, work=[uuid.uuid4().hex], table=table)


def rows_changed(warehouse: Warehouse, first: str, last: str) -> dict[str, int]:
    """Run everything over a range; rows that changed, by processor."""
    return {p.name: run(warehouse, p, first, last).rows_changed for p in ALL}


def said(warehouse: Warehouse, statement: str, first: str, last: str) -> set[str]:
    """The rows of a processor's SELECT, as text."""
    params = {"start_date": date.fromisoformat(first), "end_date": date.fromisoformat(last)}
    return {repr(sorted(r.items())) for r in warehouse.query(statement, params).rows}


@contextmanager
def another_result(warehouse: Warehouse, day: str = DAY) -> Iterator[None]:
    """Every box score and shot of a day tells another story to Phase 3, then the true one again."""
    for sign, zones in (("+", ("Mid-Range", "Corner")), ("-", ("Corner", "Mid-Range"))):
        change(
            warehouse,
            f"UPDATE nba_raw.player_boxscores SET points = points {sign} 31, minutes = minutes {sign} 9, "
            f"fga = fga {sign} 7, ftm = ftm {sign} 3, win = NOT win, "
            f"player_name = IF('{sign}' = '+', CONCAT(player_name, '*'), RTRIM(player_name, '*')) "
            f"WHERE game_date = '{day}'",
        )
        change(
            warehouse,
            f"UPDATE nba_raw.team_boxscores SET points = points {sign} 40, tov = tov {sign} 11, "
            f"minutes = minutes {sign} 25, win = NOT win WHERE game_date = '{day}'",
        )
        change(
            warehouse,
            f"UPDATE nba_raw.shots SET zone_basic = '{zones[1]}', shot_value = IF('{sign}' = '+', 3, 2) "
            f"WHERE game_date = '{day}' AND zone_basic = '{zones[0]}'",
        )
        for processor in SUMMARIES:
            run(warehouse, processor, day, day)
        if sign == "+":
            yield


@contextmanager
def nothing_after(warehouse: Warehouse, day: str) -> Iterator[None]:
    """Everything that any source said of later dates is gone, then there again."""
    for name in RAW:
        change(
            warehouse, f"CREATE TABLE nba_staging.kept_{name} AS SELECT * FROM nba_raw.{name} WHERE game_date > '{day}'"
        )
        change(warehouse, f"DELETE FROM nba_raw.{name} WHERE game_date > '{day}'")
    for processor in SUMMARIES:
        run(warehouse, processor, NEXT, DAYS[1])
    yield
    for name in RAW:
        change(warehouse, f"INSERT INTO nba_raw.{name} SELECT * FROM nba_staging.kept_{name}")
        change(warehouse, f"DROP TABLE nba_staging.kept_{name}")
    for processor in SUMMARIES:
        run(warehouse, processor, NEXT, DAYS[1])


@contextmanager
def quotes_around_tip_off(warehouse: Warehouse, minutes_after: int, day: str = DAY) -> Iterator[None]:
    """Every bookmaker quotes once more, far off, so many minutes after tip-off; then it has never happened."""
    stamp = f"TIMESTAMP_ADD(g.tip_off, INTERVAL {minutes_after} MINUTE)"
    games = "JOIN nba_analytics.games AS g ON g.game_id = q.game_id"
    for name, value in (("player_prop_lines", "line"), ("game_lines", "point")):
        change(
            warehouse,
            f"INSERT INTO nba_raw.{name} SELECT q.* REPLACE (q.{value} + 9 AS {value}, {stamp} AS snapshot_at, "
            f"'tampered' AS raw_path) FROM nba_raw.{name} AS q {games} WHERE q.game_date = '{day}'"
            + (" AND q.is_main_line" if value == "line" else ""),
        )
    yield
    for name in ("player_prop_lines", "game_lines"):
        change(warehouse, f"DELETE FROM nba_raw.{name} WHERE game_date = '{day}' AND raw_path = 'tampered'")


def leaking(warehouse: Warehouse, leaks: Mapping[str, str], suffix: str) -> dict[str, str]:
    """Every processor's statement with rules about time broken as `leaks` says (text: its replacement).

    The functions that the texts stand in are made again under another name, with all that call them; the statements
    are pointed at those.
    """
    bodies = {m.group(1): m.group(0) for f in read_migrations() for m in FUNCTION.finditer(f.sql)}
    broken = {n for n, body in bodies.items() if any(old in body for old in leaks)}
    while callers := {n for n, body in bodies.items() if n not in broken and any(f"{b}(" in body for b in broken)}:
        broken |= callers
    assert broken, "no function holds these rules"
    for name in [n for n in bodies if n in broken]:
        change(warehouse, _renamed(_replaced(bodies[name], leaks), broken, suffix))
    return {p.name: _renamed(_replaced(p.statement, leaks), broken, suffix) for p in ALL}


def _replaced(text: str, leaks: Mapping[str, str]) -> str:
    for old, new in leaks.items():
        text = text.replace(old, new)
    return text


def _renamed(text: str, names: set[str], suffix: str) -> str:
    for name in names:
        text = text.replace(f"{name}(", f"{name}_{suffix}(")
    return text


def who_differs(before: Mapping[str, Any], after: Mapping[str, Any]) -> set[str]:
    """The processors whose rows are not what they were."""
    return {name for name in before if before[name] != after[name]}


def statements(processors: list[SqlProcessor]) -> dict[str, str]:
    """Their statements as they are."""
    return {p.name: p.statement for p in processors}
