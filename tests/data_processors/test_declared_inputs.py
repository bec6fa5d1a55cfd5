"""A processor that reads a table it does not declare would miss that table's changes."""

from __future__ import annotations

import re

import pytest

from data_processors.analytics.main_analytics_service import PHASE as ANALYTICS
from data_processors.precompute.main_precompute_service import PHASE as PRECOMPUTE
from data_processors.sql_processor import SqlProcessor
from orchestration.migrate import read_migrations

PROCESSORS = [*ANALYTICS.processors, *PRECOMPUTE.processors]
TABLE = re.compile(r"\bnba_[a-z]+\.[a-z_]+\b")
DEFINITION = re.compile(r"CREATE (?:VIEW|TABLE FUNCTION) IF NOT EXISTS (nba_[a-z]+\.[a-z_]+)(.*?);\n", re.DOTALL)


def definitions() -> dict[str, str]:
    """The bodies of views and table functions, by name."""
    text = "\n".join(_code(m.sql) for m in read_migrations())
    return dict(DEFINITION.findall(text))


def _code(sql: str) -> str:
    return re.sub(r"--[^\n]*", "", sql)


def tables_read(sql: str) -> set[str]:
    """The tables behind a statement, views and functions opened up."""
    known = definitions()
    found: set[str] = set()
    waiting = set(TABLE.findall(_code(sql)))
    while waiting:
        name = waiting.pop()
        if name in known:
            waiting |= set(TABLE.findall(known[name])) - found
        else:
            found.add(name)
    return found


# The as-of functions ask the list of games only on which dates there are any, and the rows of the context, which is
# declared, are of such dates.
DATES = {"nba_raw.schedule", "nba_raw.team_boxscores"}
ONLY_DATES = {"player_daily_cache": DATES, "player_composite_factors": DATES}
# Only migrations write to it, and a statement's version does not know them either.
SEEDED = {"nba_reference.arenas"}


@pytest.mark.parametrize("processor", PROCESSORS, ids=lambda p: p.name)
def test_what_a_statement_reads_is_declared_and_nothing_else(processor: SqlProcessor) -> None:
    assert {i.table for i in processor.inputs} == (
        tables_read(processor.statement) - ONLY_DATES.get(processor.name, set()) - SEEDED
    )


@pytest.mark.parametrize("processor", PROCESSORS, ids=lambda p: p.name)
def test_only_the_as_of_functions_look_at_a_players_past(processor: SqlProcessor) -> None:
    if processor.output != "nba_analytics.player_game_summary":
        assert "nba_analytics.player_game_summary" not in TABLE.findall(_code(processor.statement))


def test_the_definitions_that_are_opened_up_are_there() -> None:
    assert {"nba_analytics.games", "nba_analytics.player_games_before"} <= definitions().keys()
