"""Asks the warehouse what the conditions of a workflow need to know of a date."""

from __future__ import annotations

from datetime import date, timedelta

from common import clock
from common.context import Context
from orchestration.sql_files import query_text
from orchestration.workflow import Workflow
from orchestration.workflow_conditions import Facts
from scrapers import registry

# The ledger grows for ever; a look-up must not.
_LEDGER_DAYS = 30
# Rows that came on the date itself: of the evening before there may be a first report that is out of date by now.
_FOUND = """SELECT EXISTS (
  SELECT 1 FROM {table} WHERE game_date = @game_date AND DATE(fetched_at, 'America/New_York') >= @game_date
) AS found"""


def facts_of(context: Context, workflow: Workflow, day: date) -> Facts:
    """The facts of a game date for one workflow: one statement, one more for an `until_found` workflow."""
    since = clock.wall_clock() - timedelta(days=_LEDGER_DAYS)
    rows = context.warehouse.query(query_text("workflow_facts"), {"game_date": day, "since": since}).rows
    return Facts(
        tip_offs=tuple(sorted(r["moment"] for r in rows if r["kind"] == "tip_off")),
        last_runs={r["workflow"]: r["moment"] for r in rows if r["kind"] == "run"},
        found=workflow.when.until_found and _found(context, workflow, day),
    )


def _found(context: Context, workflow: Workflow, day: date) -> bool:
    """Whether every table that its scrapers feed has rows of the date: tables are the truth, not the runs."""
    tables = sorted({t for name in workflow.scrapers for t in registry.scraper(name).tables})
    sql = "\nUNION ALL\n".join(_FOUND.format(table=table) for table in tables)
    return bool(tables) and all(r["found"] for r in context.warehouse.query(sql, {"game_date": day}).rows)
