"""`nba names`, `nba quarantine` and `nba reconcile-raw` on a warehouse, with Phase 2 behind a test client."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from click.testing import CliRunner

from common.context import Context
from data_processors.raw.main_processor_service import create_app
from data_processors.raw.registry_tables import seed_registry
from orchestration.cli import cli
from orchestration.client import ServiceClient
from orchestration.commands import names, quarantine, reconcile_raw
from orchestration.reprocessing import RawService
from tests.data_processors.raw.archive import cut_log
from tests.data_processors.raw.conftest import Bench
from tests.data_processors.raw.test_odds_on_a_warehouse import DAY, MORNING, PROPS, quoted, renamed, stamped

pytestmark = pytest.mark.stack
FEED = "nbac_player_boxscore"


class NearbyServices(ServiceClient):
    """Phase 2 in this process."""

    def __init__(self, context: Context) -> None:
        super().__init__("http://nowhere.invalid")
        self._raw = create_app(context).test_client()

    def post(self, service: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = self._raw.post(f"/{path}", json=body)
        return {**answer.get_json(), "http_status": answer.status_code}


@pytest.fixture
def run(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs a command; returns its exit code and what it printed as JSON."""

    @contextmanager
    def here(_: object) -> Iterator[Context]:
        yield bench.context

    @contextmanager
    def service(_: object) -> Iterator[RawService]:
        yield RawService(bench.context, NearbyServices(bench.context))

    for module in (names, quarantine, reconcile_raw):
        monkeypatch.setattr(module, "warehouse_only", here)
        monkeypatch.setattr(module, "raw_service", service)

    def command(*words: str) -> tuple[int, Any]:
        result = CliRunner().invoke(cli, [*words, "--json"])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, json.loads(result.output)

    return command


def test_an_alias_settles_exactly_what_waits_for_it(bench: Bench, run: Any) -> None:
    seed_registry(bench.context.warehouse)
    bench.push(*bench.fill(DAY, "nbac_schedule"), *bench.fill("2024-11-02", FEED))
    body = renamed(quoted(bench, DAY, "Kevin Durant"), "Kevin Durant", "Kelvin Durrant")
    waiting = bench.keep(PROPS, body, MORNING, request="e")
    other = bench.keep(
        PROPS, stamped(renamed(body, "Kelvin Durrant", "No Player"), "2024-11-04T18:00:00Z"), MORNING, request="f"
    )
    bench.push(waiting, other)
    code, listed = run("names")
    assert code == 1
    (entry,) = [n for n in listed if n["name"] == "Kelvin Durrant"]
    assert entry["candidates"][0] == {"player_id": 201142, "player_name": "Kevin Durant"}
    assert (entry["games"], entry["feeds"], entry["reason"]) == (1, [PROPS], "unknown")
    code, answer = run("names", "add-alias", "Kelvin Durrant", "201142")
    assert (code, answer["payloads"], answer["still_waiting"]) == (0, [waiting], [])
    found = bench.rows("SELECT DISTINCT player_id, resolved_by, team FROM nba_raw.player_prop_lines")
    assert found == [{"player_id": 201142, "resolved_by": "alias", "team": "PHX"}]
    assert [n["name"] for n in run("names")[1]] == ["No Player"]


def test_an_alias_for_an_unknown_id_is_refused(bench: Bench, run: Any) -> None:
    result = CliRunner().invoke(cli, ["names", "add-alias", "Somebody", "1"])
    assert "the registry has no player of that id" in str(result.exception)
    assert bench.count("nba_reference.player_aliases") == 0


def test_a_retried_payload_leaves_the_quarantine_when_it_lands(
    bench: Bench, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = bench.keep(FEED, cut_log(bench.recorded, FEED, DAY, 1))
    bad = bench.keep(FEED, b"<html>no</html>", scope="2024-11-05")
    with monkeypatch.context() as broken:
        # A parser that was wrong yesterday.
        broken.setattr("data_processors.raw.reading.FEEDS", {})
        bench.push(good, bad)
    code, listed = run("quarantine", "list")
    assert (code, {i["item_id"] for i in listed}) == (1, {good, bad})
    code, answer = run("quarantine", "retry", "--all")
    assert code == 1
    assert [i["item_id"] for i in answer["still_waiting"]] == [bad]
    assert bench.count("nba_raw.player_boxscores") > 0
    (left,) = run("quarantine", "list")[1]
    assert (left["item_id"], left["attempts"]) == (bad, 2)
    assert "not JSON" in run("quarantine", "show", bad)[1]["error_message"]
    assert run("quarantine", "show", bad)[1]["content"] == "<html>no</html>"
    states = {i["item_id"]: i["status"] for i in run("quarantine", "list", "--resolved")[1]}
    assert states == {good: "resolved", bad: "waiting"}


def test_only_what_waits_can_be_retried(bench: Bench, run: Any) -> None:
    result = CliRunner().invoke(cli, ["quarantine", "retry", "nothing/like/that"])
    assert "nothing of that id waits" in str(result.exception)
    assert CliRunner().invoke(cli, ["quarantine", "retry"]).exit_code == 2


def test_what_is_left_over_is_named_and_healed(bench: Bench, run: Any) -> None:
    bench.push(bench.keep(FEED, cut_log(bench.recorded, FEED, DAY, 1)))
    behind = bench.keep(FEED, cut_log(bench.recorded, FEED, "2024-11-06", 1), scope="2024-11-06")
    code, state = run("reconcile-raw", "--from", DAY, "--to", DAY)
    assert (code, state["files"]) == (0, 1)
    code, state = run("reconcile-raw")
    assert (code, [f["path"] for f in state["left_over"]]) == (1, [behind])
    code, state = run("reconcile-raw", "--heal")
    assert (code, state) == (0, {"files": 2, "feeds": {FEED: {"landed": 2}}, "left_over": [], "damaged": []})
