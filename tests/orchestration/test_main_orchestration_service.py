"""POST /execute-workflow: due or not by what stands in the tables, and the whole way through real scrapers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from common import clock
from common.context import Context
from common.run_ledger import RunLedger
from common.settings import Settings
from orchestration.client import ServiceClient
from orchestration.main_orchestration_service import create_app
from orchestration.workflow import workflow
from orchestration.workflow_executor import WorkflowExecutor
from scrapers import main_scraper_service
from tests.data_processors.warehouse_rows import insert
from tests.fakes import RecordingPublisher
from tests.scrapers.stand_ins import KeptRuns

DAY = date(2031, 1, 15)
RECORDED_DAY = date(2024, 11, 4)
FAR_GAME = "0093100001"


class AppClient(ServiceClient):
    """Calls a service's app without a connection; `before` is told of each call."""

    def __init__(self, app: FlaskClient, before: Callable[[dict[str, Any]], None] = lambda _body: None) -> None:
        super().__init__("http://127.0.0.1:1")
        self._app = app
        self._before = before

    def post(self, service: str, path: str, body: dict[str, Any], *, seconds: float = 0) -> dict[str, Any]:
        self._before(body)
        answer = self._app.post(f"/{path}", json=body)
        return {**(answer.get_json() or {}), "http_status": answer.status_code}


def nothing_there(body: dict[str, Any]) -> dict[str, Any]:
    """Phase 1's answer when every scraper knows that there is nothing."""
    known = {"status": "no_games", "payloads": 0, "seconds": 0.0, "error": None, "not_offered": 0}
    return {"results": [{"processor": n, **known} for n in body["scrapers"]], "http_status": 200}


# -- due or not, by the tables ------------------------------------------------------------------------------


@pytest.fixture
def game_day(context: Context) -> Iterator[Context]:
    """A date with one game, at 19:00 Eastern."""
    tip_off = clock.iso_utc(clock.eastern(DAY, 19))
    row = {
        "game_id": FAR_GAME, "game_date": str(DAY), "season": "2030-31", "season_type": "Regular Season",
        "tip_off": tip_off, "home_team": "BOS", "away_team": "NYK", "home_team_id": 1, "away_team_id": 2,
        "postponed": False,
    }  # fmt: skip
    insert(context.warehouse, "nba_raw.schedule", [row])
    yield context
    for table, where in (
        ("nba_raw.schedule", f"game_id = '{FAR_GAME}'"),
        ("nba_raw.referees", f"game_date = '{DAY}'"),
        ("nba_orchestration.processor_runs", f"start_date = '{DAY}'"),
    ):
        context.warehouse.execute(f"DELETE FROM {table} WHERE {where}", work=[table, time.time()], table=table)


@pytest.fixture
def ask(game_day: Context, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Any]]:
    calls: list[dict[str, Any]] = []

    def post(_self: object, _service: str, _path: str, body: dict[str, Any], **_more: Any) -> dict[str, Any]:
        calls.append(body)
        return nothing_there(body)

    monkeypatch.setattr(ServiceClient, "post", post)
    settings = game_day.settings.model_copy(update={"services_url": "http://127.0.0.1:1"})
    made = Context(settings)
    client = create_app(made).test_client()

    def call(name: str, hour: int, **body: Any) -> dict[str, Any]:
        calls.clear()
        at = clock.iso_utc(clock.eastern(DAY + timedelta(days=hour // 24), hour % 24))
        answer = client.post("/execute-workflow", json={"workflow": name, "simulated_at": at, **body})
        return {"code": answer.status_code, "calls": list(calls), **answer.get_json()}

    return call


@pytest.mark.stack
def test_a_day_s_workflows_are_due_when_the_tables_say_so(ask: Any) -> None:
    early = ask("betting_lines", 14)
    assert (early["code"], early["status"], early["calls"]) == (200, "not_due", [])
    assert early["reason"] == "waits for morning_operations"
    morning = ask("morning_operations", 6)
    assert (morning["code"], morning["status"], morning["date"]) == (200, "success", str(DAY))
    assert ask("morning_operations", 9)["reason"].startswith("ran at 2031-01-15 06:00")
    assert ask("betting_lines", 12)["reason"].startswith("too early: the first game tips off at 2031-01-15 19:00")
    lines = ask("betting_lines", 14)
    assert [c["scrapers"][0] for c in lines["calls"]] == ["oddsa_events", "oddsa_player_props"]
    assert {c["trigger"] for c in lines["calls"]} == {"scheduler"}
    assert ask("betting_lines", 15)["status"] == "not_due"
    assert ask("betting_lines", 15, force=True)["status"] == "success"
    assert ask("betting_lines", 16)["status"] == "success"
    night = ask("post_game_2", 25)
    assert (night["status"], night["date"]) == ("success", str(DAY))


@pytest.mark.stack
def test_a_discovery_ends_when_the_table_has_the_date(ask: Any, game_day: Context) -> None:
    assert ask("referee_discovery", 9)["status"] == "success"
    assert ask("referee_discovery", 10)["status"] == "success"
    row = {
        "game_date": str(DAY), "season": "2030-31", "assignment": FAR_GAME, "official_id": 1, "game_id": FAR_GAME,
        "official_name": "Tony Test", "fetched_at": clock.iso_utc(clock.eastern(DAY, 10)),
    }  # fmt: skip
    insert(game_day.warehouse, "nba_raw.referees", [row])
    assert ask("referee_discovery", 11)["reason"] == "found already"


@pytest.mark.stack
def test_every_execution_can_be_found_in_the_ledger(ask: Any, game_day: Context) -> None:
    answer = ask("post_game_3", 28)
    rows = game_day.warehouse.query(
        "SELECT run_id, processor, status, input_version FROM nba_orchestration.processor_runs "
        "WHERE phase = 'workflow' AND start_date = @day",
        {"day": DAY},
    ).rows
    assert rows == [
        {"run_id": answer["run_id"], "processor": "post_game_3", "status": "success",
         "input_version": clock.iso_utc(clock.eastern(DAY + timedelta(days=1), 4))},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "code", "said"),
    [
        ({"workflow": "betting_line"}, 422, "betting_lines"),
        ({"workflow": "betting_lines", "day": "2024-11-04"}, 400, "day"),
        ({"workflow": "betting_lines", "date": "yesterday"}, 400, "date"),
        ({"workflow": "betting_lines", "simulated_at": "2024-11-04T10:00:00"}, 400, "simulated_at"),
        ({"workflow": "betting_lines", "force": True}, 422, "NBA_SERVICES_URL"),
        (None, 400, "body"),
    ],
)
def test_a_call_that_cannot_be_carried_out_says_why(tmp_path: Path, body: Any, code: int, said: str) -> None:
    url = None if "NBA_SERVICES_URL" in said else "http://127.0.0.1:1"
    context = Context(Settings(data_dir=tmp_path, services_url=url))
    context.ledger = RunLedger(KeptRuns())  # type: ignore[arg-type]
    answer = create_app(context).test_client().post("/execute-workflow", json=body)
    assert answer.status_code == code
    assert said in answer.get_json()["error"]


# -- with the real scrapers, on the recorded archive ----------------------------------------------------------


def on_archive(folder: Path, archive: Path) -> Context:
    context = Context(Settings(data_dir=folder, source="recorded", archive=archive))
    context.publisher = RecordingPublisher()
    context.ledger = RunLedger(KeptRuns())  # type: ignore[arg-type]
    return context


def run_lines(context: Context, before: Callable[[dict[str, Any]], None] = lambda _body: None) -> Any:
    client = AppClient(main_scraper_service.create_app(context).test_client(), before)
    with clock.simulated(clock.eastern(RECORDED_DAY, 10)):
        return WorkflowExecutor(context, client, sleep=lambda _s: None).run(workflow("betting_lines"), RECORDED_DAY)


def test_quotes_are_asked_for_when_the_events_are_there(recorded: Path, tmp_path: Path) -> None:
    context = on_archive(tmp_path, recorded)
    there: list[tuple[str, set[str]]] = []

    def before(body: dict[str, Any]) -> None:
        there.append((body["scrapers"][0], {p.split("/")[0] for p in context.raw_store.list()}))

    result = run_lines(context, before)
    assert there == [("oddsa_events", set()), ("oddsa_player_props", {"oddsa_events"})]
    assert result.status == "success"
    assert {e["processor"]: e["payloads"] for s in result.steps for e in s.scrapers if e["critical"]} == {
        "oddsa_events": 1, "oddsa_player_props": 13, "oddsa_game_lines": 0,
    }  # fmt: skip
    sources = [event.source.split(",")[0] for _, event in context.publisher.sent]  # type: ignore[attr-defined]
    assert sources == ["oddsa_events", "oddsa_player_props"]


def test_a_kill_between_the_steps_and_a_new_run_leave_the_same_raw_store(recorded: Path, tmp_path: Path) -> None:
    undisturbed, killed = on_archive(tmp_path / "one", recorded), on_archive(tmp_path / "two", recorded)
    run_lines(undisturbed)

    def kill(body: dict[str, Any]) -> None:
        if "oddsa_player_props" in body["scrapers"]:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_lines(killed, kill)
    for _ in range(2):
        assert run_lines(killed).status == "success"
    assert killed.raw_store.list() == undisturbed.raw_store.list()
    told = {p for _, event in killed.publisher.sent for p in event.raw_paths}  # type: ignore[attr-defined]
    assert told == set(killed.raw_store.list())


def test_a_scraper_that_fails_leaves_the_others_quotes_and_the_workflow_partial(
    recorded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object) -> None:
        raise KeyError("bookmakers")

    context = on_archive(tmp_path, recorded)
    monkeypatch.setattr(type(main_scraper_service.registry.scraper("oddsa_game_lines")), "requests", broken)
    result = run_lines(context)
    assert result.status == "partial"
    assert [s.status for s in result.steps] == ["success", "failed"]
    assert len([p for p in context.raw_store.list() if p.startswith("oddsa_player_props/")]) == 13
    (_, (_, quotes)) = context.publisher.sent  # type: ignore[attr-defined]
    assert (quotes.status, len(quotes.raw_paths)) == ("partial", 13)
