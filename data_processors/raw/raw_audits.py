"""What must not be found in the raw tables that later phases read; looked at before anything of a batch is written.

The audits judge the staged rows, scope by scope: a scope is what a payload replaces whole, so what one quote gets wrong
keeps out its own payload's rows and no other's. Beside the staged rows of a table the others are seen as they would be:
sound staged scopes in place of what is there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from string import Formatter
from typing import Any

from common.audit_log import AuditResult
from common.content import key_text
from common.errors import AuditError
from common.query_parameters import Array
from common.warehouse import Warehouse
from data_processors.audits import EXAMPLES, Audit, blocking_error, holds, in_range, none_of, not_null, warn
from data_processors.raw.raw_tables import (
    GAME_LINES,
    PLAYER_BOXSCORES,
    PLAYER_PROP_LINES,
    SCHEDULE,
    SHOTS,
    TEAM_BOXSCORES,
    RawTable,
    ScopeRows,
)

# A SELECT of what is wrong names an `example` and its `scope`. `{table}` are the table's own staged rows,
# `{player_boxscores}`, `{team_boxscores}` the rows of those tables as they would be.
# A threepointer counts among the field goals: 2 FGM + 3PM + FTM.
_POINTS = holds("points_add_up", "points = 2 * fgm + fg3m + ftm")
_ATTEMPTS = holds("no_more_makes_than_attempts", "fgm <= fga AND fg3m <= fg3a AND ftm <= fta AND fg3m <= fgm")
_OTHER_TEAM = holds("another_opponent", "team <> opponent")

# Of a team whose both box scores are there. Which of the two is wrong is not known: what is staged of the game waits,
# and the game's rows from before stay.
_PLAYERS_MAKE_TEAM = none_of(
    "player_points_make_team_points",
    "SELECT t.game_id || '|' || t.team AS example, p.scope FROM "
    "(SELECT scope, game_id, team, SUM(points) AS points FROM {table} GROUP BY scope, game_id, team) AS p "
    "JOIN {team_boxscores} AS t ON t.game_id = p.game_id AND t.team = p.team WHERE p.points <> t.points",
)
_TEAM_OF_PLAYERS = none_of(
    "player_points_make_team_points",
    "SELECT t.game_id || '|' || t.team AS example, t.scope FROM {table} AS t JOIN "
    "(SELECT game_id, team, SUM(points) AS points FROM {player_boxscores} GROUP BY game_id, team) AS p "
    "ON p.game_id = t.game_id AND p.team = t.team WHERE p.points <> t.points",
)

_TWO_TEAMS = none_of(
    "two_teams_a_game",
    "SELECT game_id AS example, scope FROM {table} GROUP BY game_id, scope HAVING COUNT(*) <> 2",
    blocking=False,
)

_SHOTS_OF_TEAMS = none_of(
    "shots_make_team_attempts",
    "SELECT t.game_id || '|' || t.team AS example, s.scope FROM "
    "(SELECT scope, game_id, team, COUNT(*) AS attempts FROM {table} GROUP BY scope, game_id, team) AS s "
    "JOIN {team_boxscores} AS t ON t.game_id = s.game_id AND t.team = s.team WHERE s.attempts <> t.fga",
    blocking=False,
)

_AUDITS: dict[RawTable, tuple[Audit, ...]] = {
    SCHEDULE: (holds("two_different_teams", "home_team <> away_team"),),
    # Longest game: six overtimes, 78 minutes.
    PLAYER_BOXSCORES: (_POINTS, _ATTEMPTS, _OTHER_TEAM, in_range("minutes", 0, 80), _PLAYERS_MAKE_TEAM),
    TEAM_BOXSCORES: (
        *(not_null("points", "minutes"), _POINTS, _ATTEMPTS, _OTHER_TEAM),
        *(in_range("minutes", 200, 400, blocking=False), _TWO_TEAMS, _TEAM_OF_PLAYERS),
    ),
    SHOTS: (holds("shot_is_two_or_three", "shot_value IN (2, 3)"), _SHOTS_OF_TEAMS),
    # A decimal price of 1 would pay nothing.
    PLAYER_PROP_LINES: (
        in_range("line", 0.5, 100),
        holds("prices_pay", "over_price > 1 AND under_price > 1"),
        holds("quote_on_the_games_date", "DATE(tip_off, 'America/New_York') = game_date", blocking=False),
    ),
    GAME_LINES: (holds("prices_pay", "price > 1"),),
}
AUDITED: dict[str, tuple[RawTable, tuple[Audit, ...]]] = {t.name: (t, audits) for t, audits in _AUDITS.items()}


@dataclass(frozen=True)
class Staged:
    """Rows of a table that are about to be written: the staging table's name, their scopes, how many they are."""

    table: RawTable
    name: str
    units: Sequence[ScopeRows]
    rows: int


@dataclass
class Verdict:
    """What the audits found among the rows of a staging table; the scopes that a blocking one refused, with why."""

    results: list[AuditResult] = field(default_factory=list)
    refused: dict[str, AuditError] = field(default_factory=dict)


def audit(warehouse: Warehouse, staged: Sequence[Staged]) -> list[Verdict]:
    """A verdict for each of `staged`, by one statement; none is sent where no audit is declared."""
    if not any(one.rows and one.table.name in AUDITED for one in staged):
        return [Verdict() for _ in staged]
    parts: list[str] = []
    of_part: dict[str, tuple[int, Audit]] = {}
    for number, one in enumerate(staged):
        for found in _audits_of(one):
            alias = f"a{len(of_part)}"
            of_part[alias] = number, found
            parts.append(_part(alias, one, found))
    needed = {name for _, found in of_part.values() for name in _names(found)}
    relations, params = _relations(staged, needed)
    beside = f"WITH {relations}\n" if relations else ""
    rows = warehouse.query(beside + "\nUNION ALL\n".join(parts), params).rows
    failures: dict[tuple[int, str], list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        number, found = of_part[row["part"]]
        failures[number, found.name].append(row)
    verdicts = []
    for number, one in enumerate(staged):
        verdicts.append(_verdict(one, [(a, failures[number, a.name]) for a in _audits_of(one)]))
    return verdicts


def _audits_of(one: Staged) -> tuple[Audit, ...]:
    """What is asked of a staging table: nothing where it only says that rows have gone."""
    return AUDITED[one.table.name][1] if one.rows and one.table.name in AUDITED else ()


def _part(alias: str, one: Staged, found: Audit) -> str:
    """The SELECT of what an audit finds in one staging table: a row a scope."""
    if found.failing is not None:
        others = {name: _would_be(name) for name in _PARTS}
        failing = found.failing.format(table=f"`{one.name}`", **others)
    else:
        failing = f"SELECT {key_text(one.table.key)} AS example, scope FROM `{one.name}` WHERE {found.condition}"  # noqa: S608
    return (
        f"SELECT '{alias}' AS part, scope, COUNT(*) AS failures, "  # noqa: S608 - declared in code
        f"ARRAY_AGG(example ORDER BY example LIMIT {EXAMPLES}) AS examples FROM ({failing}) GROUP BY scope"
    )


def _relations(staged: Sequence[Staged], needed: set[str]) -> tuple[str, dict[str, Any]]:
    """The tables that audits look at beside the staged rows, as they would be; and the parameters."""
    days = {day for one in staged for unit in one.units for day in unit.dates}
    params: dict[str, Any] = {"first": min(days), "last": max(days)} if needed else {}
    relations: list[str] = []
    for part in sorted(needed):
        table, audits = _PARTS[part]
        new = [one for one in staged if one.table is table]
        conditions = " OR ".join(f"({a.condition})" for a in audits if a.blocking and a.condition is not None)
        columns = "scope, game_id, team, points, fga"
        bad = [f"SELECT scope FROM `{one.name}` WHERE {conditions}" for one in new]  # noqa: S608 - declared in code
        rows = [
            f"SELECT {columns} FROM `{one.name}` WHERE scope NOT IN (SELECT scope FROM bad_{part})"  # noqa: S608
            for one in new
        ]
        rows.append(
            f"SELECT {columns} FROM {table.name} WHERE {table.date_column} BETWEEN @first AND @last "  # noqa: S608
            f"AND (scope NOT IN UNNEST(@{part}_scopes) OR scope IN (SELECT scope FROM bad_{part}))"
        )
        none = "SELECT '' AS scope FROM UNNEST(ARRAY<INT64>[])"
        relations.append(f"bad_{part} AS ({' UNION ALL '.join(bad) or none})")
        relations.append(f"{_would_be(part)} AS ({' UNION ALL '.join(rows)})")
        params[f"{part}_scopes"] = Array("STRING", [unit.scope for one in new for unit in one.units])
    return ",\n".join(relations), params


def _verdict(one: Staged, found: Sequence[tuple[Audit, Sequence[Mapping[str, Any]]]]) -> Verdict:
    dates = {day for unit in one.units for day in unit.dates}
    results = [_result(one.table, dates, a, rows, one.rows) for a, rows in found]
    warn(results)
    verdict = Verdict(results)
    for unit in one.units:
        mine = [(a, [row for row in rows if row["scope"] == unit.scope]) for a, rows in found]
        error = blocking_error([_result(one.table, unit.dates, a, rows, len(unit.rows)) for a, rows in mine if rows])
        if error is not None:
            verdict.refused[unit.scope] = error
    return verdict


def _result(
    table: RawTable, dates: set[date], audit: Audit, rows: Sequence[Mapping[str, Any]], checked: int
) -> AuditResult:
    examples = sorted(example for row in rows for example in row["examples"])[:EXAMPLES]
    return AuditResult(
        table_name=table.name,
        audit=audit.name,
        start_date=min(dates),
        end_date=max(dates),
        blocking=audit.blocking,
        failures=sum(row["failures"] for row in rows),
        rows_checked=checked,
        examples=", ".join(examples) or None,
    )


def _names(found: Audit) -> set[str]:
    """The tables that an audit looks at beside the staged rows of its own."""
    fields = (name for _, name, _, _ in Formatter().parse(found.failing or ""))
    return {name for name in fields if name is not None} - {"table"}


def _would_be(part: str) -> str:
    return f"{part}_as_they_would_be"


_PARTS = {
    table.part: (table, audits) for table, audits in ((t, _AUDITS[t]) for t in (PLAYER_BOXSCORES, TEAM_BOXSCORES))
}
