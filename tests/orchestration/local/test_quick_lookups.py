"""What takes the place of the embedded warehouse's slow lookups answers as they do."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
import requests

from common.settings import Settings
from orchestration.local import catalog_lookups
from orchestration.local.query_results import ResultsJanitor


def run(settings: Settings, sql: str, **more: Any) -> dict[str, Any]:
    url = f"{settings.bigquery_endpoint}/bigquery/v2/projects/local/queries"
    answer = requests.post(url, json={"query": sql, "useLegacySql": False, **more}, timeout=30)
    assert answer.ok, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.stack
def test_temporary_tables_of_scripts_and_sessions_are_found(warehouse_settings: Settings) -> None:
    script = run(warehouse_settings, "CREATE TEMP TABLE here AS SELECT 5 AS x; SELECT x FROM here")
    assert script["rows"] == [{"f": [{"v": "5"}]}]

    session = run(warehouse_settings, "CREATE TEMP TABLE kept AS SELECT 6 AS x", createSession=True)
    again = {"key": "session_id", "value": session["sessionInfo"]["sessionId"]}
    rows = run(warehouse_settings, "SELECT x FROM kept", connectionProperties=[again])["rows"]
    assert rows == [{"f": [{"v": "6"}]}]


def test_a_function_that_has_changed_is_refused_at_the_start() -> None:
    def execute() -> str:
        return "another statement"

    with pytest.raises(TypeError, match="execute has changed"):
        catalog_lookups._quick_execute(execute)  # type: ignore[arg-type]


def test_results_are_dropped_when_they_are_old_and_tables_never(monkeypatch: pytest.MonkeyPatch) -> None:
    from local_bigquery.engine import database
    from local_bigquery.jobs import query

    dropped: list[str] = []
    answers: list[Any] = []
    monkeypatch.setattr(database, "execute", dropped.append)
    monkeypatch.setattr(query, "execute", _answering(answers))
    janitor = ResultsJanitor(keep_seconds=30.0)
    janitor._listen()
    for dataset, table in (("_results", "job_1"), ("nba_raw", "schedule"), (None, None)):
        answers.append(SimpleNamespace(datasetId=dataset, tableId=table) if dataset else None)
        assert query.execute("cursor")[0] == "statistics"

    janitor._sweep(time.monotonic() + 29)
    assert dropped == []
    janitor._sweep(time.monotonic() + 31)
    assert dropped == ['DROP TABLE IF EXISTS emulator._results."job_1"']
    janitor._sweep(time.monotonic() + 60)
    assert len(dropped) == 1


def _answering(destinations: list[Any]) -> Callable[..., tuple[str, list[Any], Any]]:
    return lambda *_args: ("statistics", [], destinations.pop(0))
