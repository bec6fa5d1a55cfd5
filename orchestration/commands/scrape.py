"""`nba scrape`: one workflow, or some scrapers, for a date; then the cascade behind them."""

from __future__ import annotations

import json
import re
import sys
from datetime import date, datetime, time
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from common import clock
from common.settings import Settings
from orchestration import session as sessions
from orchestration.commands.options import GAME_DATE, as_date, common_options, source_options
from orchestration.commands.terminal import terminal
from orchestration.sql_files import query_text
from orchestration.workflow import workflows
from orchestration.workflow_result import THERE
from orchestration.workflow_words import step_in_words, when_in_words
from scrapers import registry

SETTLE_SECONDS = 1800
# How Phase 2 may have ended; None: there was nothing to read.
_LANDED = frozenset({None, "success", "unchanged"})


def moment_of(text: str, day: date) -> datetime:
    """The moment of --at: "10:30" (Eastern, on the date) or "2024-11-05T04:00" (Eastern unless it states a zone)."""
    if re.fullmatch(r"\d\d:\d\d", text):
        return datetime.combine(day, time.fromisoformat(text), clock.EASTERN)
    found = datetime.fromisoformat(text)
    return found if found.tzinfo is not None else found.replace(tzinfo=clock.EASTERN)


@click.command()
@click.argument("what", required=False, metavar="WORKFLOW|SCRAPER[,SCRAPER...]")
@click.option("--date", "day", type=GAME_DATE, metavar="DATE", help="Game date, Eastern [default: today].")
@click.option("--at", "at", metavar="TIME", help="Clock to pretend: 10:30 or 2024-11-05T04:00, Eastern [default: now].")
@click.option("--list", "listing", is_flag=True, help="Show the workflows and the scrapers, and scrape nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@common_options
@source_options
def scrape(
    settings: Settings, what: str | None, day: datetime | None, at: str | None, listing: bool, as_json: bool
) -> None:
    """Run one workflow, due or not, or the named scrapers in that order, and let the cascade settle.

    Exit code 0 only when all that was asked for is there: every scraper named, of a workflow every critical one.
    """
    if listing:
        show_list(as_json=as_json)
        return
    if what is None:
        raise click.UsageError("say what to scrape; --list shows the workflows and the scrapers")
    names = what.split(",")
    if names[0] not in workflows() or len(names) > 1:
        unknown = [n for n in names if n not in registry.SCRAPERS]
        if unknown:
            known = ", ".join([*workflows(), *registry.SCRAPERS])
            raise click.UsageError(f"neither a workflow nor a scraper: {', '.join(unknown)}; there are {known}")
    on = as_date(day) if day else clock.today()
    try:
        moment = moment_of(at, on) if at else None
    except ValueError as error:
        raise click.UsageError(f"--at {at}: {error}") from error
    if moment is not None and settings.source == "live":
        raise click.UsageError("--at pretends a clock: it needs --source recorded (or simulated)")
    began = clock.wall_clock()
    with sessions.embedded(settings) as session:
        result = _run(session, names, on, moment)
        result["settled"] = session.stack.broker.wait_idle(SETTLE_SECONDS)
        result["dead_letters"] = {n: c.dead for n, c in session.stack.broker.counts().items() if c.dead}
        warehouse = session.context.warehouse
        result["quarantine"] = warehouse.query(query_text("quarantined_since"), {"since": began}).rows
        _note_landing(result, warehouse.query(query_text("landed_since"), {"since": began}).rows)
    result["complete"] = is_complete(result)
    if as_json:
        click.echo(json.dumps(result, indent=2, default=str))
    else:
        show_result(result, terminal())
    sys.exit(0 if result["complete"] else 1)


def _run(session: sessions.Session, names: list[str], day: date, at: datetime | None) -> dict[str, Any]:
    """The result of a workflow; scrapers alone are shown as a workflow of one step."""
    if len(names) == 1 and names[0] in workflows():
        body = {"workflow": names[0], "date": str(day), "force": True, "trigger": "manual"}
        body["simulated_at"] = clock.iso_utc(at) if at else None
        return session.services.post("orchestration", "execute-workflow", body)
    answer = session.services.scrape(names, day, day, at=at, trigger="manual")
    entries = [{**entry, "critical": True} for entry in answer.get("results", [])]
    step = {"step": "-", "status": answer["status"], "error": answer.get("error"), "scrapers": entries}
    return {"workflow": None, "date": str(day), "status": answer["status"], "steps": [step]}


def _note_landing(result: dict[str, Any], runs: list[dict[str, Any]]) -> None:
    """Put Phase 2's status beside each scraper as `landed`: a payload in the raw store is no row yet."""
    by_feed = {run["processor"]: run for run in runs}
    for entry in _entries(result):
        run = by_feed.get(entry["processor"])
        if entry["payloads"]:
            entry["landed"] = run["status"] if run else "not seen"
            entry["landing_error"] = run["error_message"] if run else "Phase 2 has not read the payloads"
        else:
            entry["landed"] = entry["landing_error"] = None


def _entries(result: dict[str, Any]) -> list[dict[str, Any]]:
    return [entry for step in result.get("steps", []) for entry in step["scrapers"]]


def is_complete(result: dict[str, Any]) -> bool:
    """Whether all that was asked for is there, and nothing behind it went wrong."""
    entries = _entries(result)
    there = all(e["status"] in THERE and e["landed"] in _LANDED for e in entries if e["critical"])
    well = result["status"] == "success" and result["settled"]
    return bool(entries) and there and well and not result["dead_letters"] and not result["quarantine"]


def show_result(result: dict[str, Any], console: Console) -> None:
    """Print one line a scraper, and below it what went wrong."""
    table = Table(title=f"{result.get('workflow') or 'scrapers'}, {result.get('date')}: {result['status']}")
    for heading in ("step", "scraper", "status", "payloads", "not offered", "seconds", "landed"):
        table.add_column(
            heading, justify="right" if heading in {"payloads", "not offered", "seconds"} else "left", no_wrap=True
        )
    for step in result.get("steps", []):
        for entry in step["scrapers"]:
            counts = (str(entry["payloads"]), str(entry["not_offered"]), f"{entry['seconds']:.1f}")
            table.add_row(step["step"], entry["processor"], entry["status"], *counts, entry["landed"] or "")
        if not step["scrapers"]:
            table.add_row(step["step"], "-", step["status"], "", "", "", "")
    console.print(table)
    problems = [f"{step['step']}: {step['error']}" for step in result.get("steps", []) if step.get("error")]
    for step in result.get("steps", []):
        problems += [f"{e['processor']}: {e['error']}" for e in step["scrapers"] if e["error"]]
        problems += [f"{e['processor']}: {e['landing_error']}" for e in step["scrapers"] if e["landed"] not in _LANDED]
    problems += [result["error"]] if result.get("error") else []
    problems += [] if result["settled"] else ["the phases behind have not settled"]
    problems += [f"dead letters of {name}: {count}" for name, count in result["dead_letters"].items()]
    problems += [f"quarantine: {i['item_id']}: {i['error_message']}" for i in result["quarantine"]]
    for problem in dict.fromkeys(problems):
        console.print(f"[red]-[/] {problem}", highlight=False, soft_wrap=True)


def show_list(*, as_json: bool) -> None:
    """Print the workflows with their scrapers, and every scraper with the tables that it feeds."""
    found = workflows()
    if as_json:
        listed = {
            "workflows": {n: {"description": w.description, "scrapers": w.scrapers} for n, w in found.items()},
            "scrapers": {n: {"tables": s.tables} for n, s in registry.SCRAPERS.items()},
        }
        click.echo(json.dumps(listed, indent=2))
        return
    console = terminal()
    table = Table("workflow", "when (Eastern)", "steps", show_lines=True)
    table.columns[0].no_wrap = True
    for name, workflow in found.items():
        table.add_row(name, when_in_words(workflow.when), "\n".join(step_in_words(s) for s in workflow.steps))
    console.print(table)
    feeds = Table("scraper", "feeds")
    for name, scraper in registry.SCRAPERS.items():
        feeds.add_row(name, ", ".join(scraper.tables) or "-")
    console.print(feeds)
