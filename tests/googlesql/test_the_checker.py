"""The checker bites: what BigQuery refuses is refused, what it takes passes."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.googlesql import planner
from tests.googlesql.engine import RefusedError
from tests.googlesql.migrated_catalog import Migrated

_REFUSED = (
    "SELECT line, ROW_NUMBER() OVER (PARTITION BY line ORDER BY player_id) FROM nba_raw.player_prop_lines",
    "SELECT COUNT(*) OVER (PARTITION BY team ORDER BY game_date RANGE BETWEEN 7 PRECEDING AND 1 PRECEDING)"
    " FROM nba_raw.team_boxscores",
    "SELECT SUM(points) OVER (PARTITION BY team ORDER BY game_id, game_date RANGE BETWEEN 7 PRECEDING AND 1 PRECEDING)"
    " FROM nba_raw.team_boxscores",
    "SELECT list_aggregate([1], 'sum')",
    "SELECT 1::INT64",
    "SELECT EPOCH(CURRENT_TIMESTAMP())",
    "SELECT points FROM nba_raw.team_boxscores QUALIFY points > 1",
    "SELECT points / 2 = '1' FROM nba_raw.team_boxscores",
    "SELECT game_id FROM nba_raw.team_boxscores WHERE game_date >= TIMESTAMP '2024-01-01'",
    "SELECT ARRAY_AGG(DISTINCT team ORDER BY game_date) FROM nba_raw.team_boxscores",
    "SELECT * FROM nba_raw.team_boxscores WHERE ROW_NUMBER() OVER () = 1",
    "MERGE nba_raw.schedule T USING nba_raw.schedule S ON T.game_id = S.game_id"
    " WHEN MATCHED THEN UPDATE SET points = 1",
    "MERGE nba_raw.schedule T USING nba_raw.schedule S ON T.game_id = S.game_id"
    " WHEN NOT MATCHED BY TARGET THEN UPDATE SET season = 'x'",
    "SELECT STRING_AGG(team ORDER BY team) FILTER (WHERE TRUE) FROM nba_raw.team_boxscores",
    "SELECT x FROM (VALUES (1)) AS t(x)",
    "SELECT try_cast('1' AS INT64)",
    "SELECT MEDIAN(points) FROM nba_raw.team_boxscores",
    "SELECT game_id, team FROM nba_raw.team_boxscores GROUP BY game_id",
    "SELECT game_id FROM nba_raw.team_boxscores WHERE game_id = @game_id",
    "SELECT 1; SELECT 2",
)
_TAKEN = (
    "SELECT game_date + 1, game_date - 1 FROM nba_raw.team_boxscores",
    "SELECT COUNT(DISTINCT NULL) AS n, 'x' AS part FROM nba_raw.schedule",
    "ALTER TABLE nba_raw.schedule ADD COLUMN IF NOT EXISTS a FLOAT64 OPTIONS (description = 'x'),"
    " ADD COLUMN IF NOT EXISTS b FLOAT64 OPTIONS (description = 'y')",
    "ALTER TABLE nba_raw.schedule ALTER COLUMN season SET OPTIONS (description = 'x'),"
    " ALTER COLUMN arena SET OPTIONS (description = 'y')",
)
# By what is said to them.
_PLANNER: Mapping[str, str] = {
    "SELECT a.game_id FROM nba_raw.schedule AS a LEFT JOIN nba_raw.schedule AS b ON b.tip_off > a.tip_off": "LEFT JOIN",
    "SELECT a.game_id FROM nba_raw.schedule AS a LEFT JOIN nba_raw.schedule AS b ON b.game_id = '1'": "LEFT JOIN",
    "SELECT a.game_id FROM nba_raw.schedule AS a FULL JOIN nba_raw.schedule AS b"
    " ON a.game_id = b.game_id OR a.tip_off = b.tip_off": "FULL JOIN",
    "SELECT game_id FROM nba_raw.schedule AS a"
    " WHERE NOT EXISTS (SELECT 1 FROM nba_raw.schedule AS b WHERE b.tip_off > a.tip_off)": "without an equality",
    "SELECT game_id, (SELECT COUNT(*) FROM nba_raw.shots AS s WHERE s.game_date < a.game_date) AS n"
    " FROM nba_raw.schedule AS a": "without an equality",
    "MERGE nba_raw.schedule AS T USING nba_raw.schedule AS S ON T.tip_off > S.tip_off"
    " WHEN MATCHED THEN DELETE": "MERGE without an equality",
    "SELECT a.game_id FROM nba_raw.schedule AS a JOIN nba_raw.schedule AS b"
    " ON b.game_id = a.game_id AND b.game_id IN (SELECT game_id FROM nba_raw.shots)": "subquery in ON",
    "MERGE nba_raw.schedule AS T USING nba_raw.schedule AS S ON T.game_id = S.game_id"
    " WHEN MATCHED AND EXISTS (SELECT 1 FROM nba_raw.shots) THEN DELETE": "subquery in WHEN",
}
_PLANNED = (
    "SELECT a.game_id FROM nba_raw.schedule AS a LEFT JOIN nba_raw.schedule AS b"
    " ON b.game_id = a.game_id AND b.tip_off > a.tip_off",
    "SELECT game_id FROM nba_raw.schedule AS a"
    " WHERE NOT EXISTS (SELECT 1 FROM nba_raw.shots AS s WHERE s.game_id = a.game_id AND s.game_date < a.game_date)",
    "SELECT game_id FROM nba_raw.schedule WHERE game_id NOT IN (SELECT game_id FROM nba_raw.shots)",
    "SELECT game_id FROM nba_raw.schedule AS a"
    " WHERE EXISTS (SELECT 1 FROM UNNEST([a.home_team, a.away_team]) AS t WHERE t > a.game_id)",
    "SELECT a.game_id FROM nba_raw.schedule AS a JOIN nba_raw.schedule AS b ON b.tip_off > a.tip_off",
)


@pytest.mark.parametrize("sql", _REFUSED)
def test_the_analyzer_refuses_what_bigquery_refuses(sql: str, migrated: Migrated) -> None:
    with pytest.raises(RefusedError):
        migrated.catalog.analyze(sql)


@pytest.mark.parametrize("sql", _TAKEN)
def test_the_analyzer_takes_what_bigquery_takes(sql: str, migrated: Migrated) -> None:
    migrated.catalog.analyze(sql)


def test_a_parameter_has_to_have_the_type_that_is_compared(migrated: Migrated) -> None:
    sql = "SELECT game_id FROM nba_raw.team_boxscores WHERE points IN UNNEST(@points)"
    migrated.catalog.analyze(sql, {"points": "ARRAY<INT64>"})
    with pytest.raises(RefusedError, match="No matching signature"):
        migrated.catalog.analyze(sql, {"points": "ARRAY<STRING>"})


@pytest.mark.parametrize(("sql", "words"), _PLANNER.items())
def test_the_planner_refuses(sql: str, words: str, migrated: Migrated) -> None:
    (refusal,) = planner.refusals(migrated.catalog.analyze(sql))
    assert words in refusal


@pytest.mark.parametrize("sql", _PLANNED)
def test_the_planner_takes(sql: str, migrated: Migrated) -> None:
    assert planner.refusals(migrated.catalog.analyze(sql)) == []


def test_scans_count_what_is_named_twice_twice(migrated: Migrated) -> None:
    sql = "WITH g AS (SELECT * FROM nba_analytics.games) SELECT 1 FROM g JOIN g AS h ON h.game_id = g.game_id"
    scans = planner.table_scans(migrated.catalog.analyze(sql), migrated.catalog.bodies)
    assert scans == {"nba_raw.schedule": 2, "nba_raw.team_boxscores": 2}
