"""Alerts by webhook: told once a day, so many a day, by one message a call, and the address nowhere else."""

from __future__ import annotations

import json
import logging
import threading
import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from common import clock
from common import logging as json_logs
from common.context import Context
from common.errors import ConfigurationError, TransientError
from common.settings import Settings
from common.warehouse import Warehouse
from orchestration.alert_findings import Finding
from orchestration.alert_memory import Day
from orchestration.alert_webhook import Webhook
from orchestration.alerts import Told, alert, message
from orchestration.cli import cli
from orchestration.main_orchestration_service import create_app
from tests.orchestration.alert_rows import FIRST, GameDate, clean
from tests.orchestration.webhook_receiver import WebhookReceiver

pytestmark = pytest.mark.stack
CANARY = "canary-4711-webhook"
_days = (FIRST + timedelta(days=400 + 10 * n) for n in range(30))


@pytest.fixture(scope="module", autouse=True)
def _cleaned(warehouse_settings: Settings) -> Iterator[None]:
    # What other tests of this process have left in quarantine would be told, too.
    table = "nba_orchestration.quarantine"
    settle = f"UPDATE {table} SET status = 'resolved' WHERE status = 'waiting'"
    Warehouse(warehouse_settings).execute(settle, work=[uuid.uuid4().hex], table=table)
    yield
    clean(Warehouse(warehouse_settings))


@pytest.fixture
def receiver() -> Iterator[WebhookReceiver]:
    made = WebhookReceiver(f"/services/T0000/B0000/{CANARY}")
    yield made
    made.stop()


@pytest.fixture
def game(context: Context) -> GameDate:
    """A date whose game has no box score, fresh feeds, and nothing else amiss."""
    made = GameDate(context, next(_days))
    made.feeds_are_fresh()
    context.flush()
    return made


def tell(game: GameDate, receiver: WebhookReceiver | str, *, days_later: int = 0, limit: int = 5, **more: Any) -> Told:
    """One call, the morning after the date or some days later."""
    game.context.flush()
    settings = game.context.settings.model_copy(update={"alert_daily_limit": limit})
    url = receiver if isinstance(receiver, str) else receiver.url
    with clock.simulated(game.morning_after + timedelta(days=days_later)):
        return alert(Context(settings), game.day, game.day, webhook=Webhook(url, sleep=lambda _s: None), **more)


def rows(game: GameDate) -> list[dict[str, Any]]:
    return game.context.warehouse.query(
        "SELECT * FROM nba_orchestration.alerts WHERE game_date = @day ORDER BY alert_date, alert_key",
        {"day": game.day},
    ).rows


def test_all_findings_of_a_call_are_one_message_and_each_is_told_once_a_day(
    game: GameDate, receiver: WebhookReceiver
) -> None:
    game.failed("player_game_summary", game.at(24))
    assert tell(game, receiver).status == "sent"
    (body,) = receiver.taken
    assert [a["kind"] for a in body["alerts"]] == ["missing_date", "failed_phase"]
    assert body["alerts"][0]["key"] == f"missing_date/{game.day}/nba_raw.team_boxscores"
    lines = body["text"].splitlines()
    assert lines[0] == f"NBA pipeline, {game.day}: 2 new findings"
    assert lines[2] == (
        f"• {game.day} failed phase: phase3 player_game_summary failed: player_game_summary does not add up"
    )
    again = tell(game, receiver)
    assert (again.status, len(again.findings), again.untold) == ("told_before", 2, False)
    game.failed("team_offense_game_summary", game.at(25))
    assert [f.subject for f in tell(game, receiver).new] == ["phase3 team_offense_game_summary"]
    assert [len(b["alerts"]) for b in receiver.taken] == [2, 1]
    assert {(r["status"], r["sent_at"] is None) for r in rows(game)} == {("sent", False)}
    # It still stands the next day.
    assert len(tell(game, receiver, days_later=1).new) == 3


def test_what_is_over_the_limit_is_kept_and_the_last_message_says_so(game: GameDate, receiver: WebhookReceiver) -> None:
    assert tell(game, receiver, limit=2).status == "sent"
    game.failed("a_second", game.at(24))
    assert tell(game, receiver, limit=2).status == "sent"
    assert ["limit is reached" in b["text"] for b in receiver.taken] == [False, True]
    game.failed("a_third", game.at(24))
    for _ in range(2):
        held = tell(game, receiver, limit=2)
        assert (held.status, [f.subject for f in held.new]) == ("held", ["phase3 a_third"])
        assert held.untold
    assert len(receiver.taken) == 2
    assert [r["subject"] for r in rows(game) if r["status"] == "held"] == ["phase3 a_third"]
    # The next day everything that stands is told, and that something had been kept.
    assert len(tell(game, receiver, limit=2, days_later=1).new) == 3
    assert "Found yesterday, over the limit and not sent: 1." in receiver.taken[2]["text"]


def test_what_was_kept_goes_out_where_there_is_room_again(game: GameDate, receiver: WebhookReceiver) -> None:
    tell(game, receiver, limit=1)
    game.failed("a_second", game.at(24))
    assert tell(game, receiver, limit=1).status == "held"
    assert [f.subject for f in tell(game, receiver, limit=2).new] == ["phase3 a_second"]
    assert {r["status"] for r in rows(game)} == {"sent"}


def test_a_webhook_that_stumbles_is_asked_again(game: GameDate, receiver: WebhookReceiver) -> None:
    receiver.script = [500, 429, 200]
    assert tell(game, receiver).status == "sent"
    assert (receiver.asked, len(receiver.taken)) == (3, 1)


@pytest.mark.parametrize(
    ("status", "error", "asked"), [(503, TransientError, 3), (404, ConfigurationError, 1), (302, ConfigurationError, 1)]
)
def test_what_the_webhook_did_not_take_is_told_by_the_next_call(
    status: int, error: type[Exception], asked: int, game: GameDate, receiver: WebhookReceiver
) -> None:
    receiver.script = [status]
    with pytest.raises(error, match="the alert webhook"):
        tell(game, receiver, limit=1)
    assert (receiver.asked, receiver.taken) == (asked, [])
    assert {r["status"] for r in rows(game)} == {"unsent"}
    receiver.script = [200]
    # A message that nobody took does not count.
    assert tell(game, receiver, limit=1).status == "sent"
    assert len(receiver.taken) == 1


def test_a_call_that_died_before_it_was_sent_is_made_up_for(
    game: GameDate, receiver: WebhookReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Webhook, "send", killed)
        with pytest.raises(KeyboardInterrupt):
            tell(game, receiver)
    assert {r["status"] for r in rows(game)} == {"claimed"}
    # Whoever claimed it may be about to send it.
    assert tell(game, receiver).status == "told_before"
    game.context.warehouse.execute(
        "UPDATE nba_orchestration.alerts SET claimed_at = TIMESTAMP_SUB(claimed_at, INTERVAL 6 MINUTE) "
        "WHERE game_date = @day",
        {"day": game.day},
        work=[uuid.uuid4().hex],
        table="nba_orchestration.alerts",
    )
    assert tell(game, receiver).status == "sent"
    assert len(receiver.taken) == 1


def test_two_calls_at_once_tell_it_once(game: GameDate, receiver: WebhookReceiver) -> None:
    start, told = threading.Barrier(2), []

    def call() -> None:
        start.wait()
        told.append(tell(game, receiver).status)

    threads = [threading.Thread(target=call) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["sent", "told_before"]
    assert len(receiver.taken) == 1


def test_a_dry_run_sends_and_remembers_nothing(game: GameDate, receiver: WebhookReceiver) -> None:
    told = tell(game, receiver, dry_run=True)
    assert (told.status, len(told.new), told.untold) == ("dry_run", 1, True)
    assert told.as_json()["sent"] == 0
    assert (receiver.asked, rows(game)) == (0, [])


def post(game: GameDate, url: str | None, **body: Any) -> Any:
    settings = game.context.settings.model_dump() | {"alert_webhook_url": url}
    app = create_app(Context(Settings(**settings)))
    at = clock.iso_utc(game.morning_after)
    wanted = {"start_date": "yesterday", "end_date": "yesterday", "simulated_at": at, **body}
    return app.test_client().post("/alert", json=wanted)


def test_the_service_tells_what_it_found_and_did(game: GameDate, receiver: WebhookReceiver) -> None:
    without = post(game, None)
    assert (without.status_code, without.json["status"], without.json["findings"]) == (200, "not_configured", 1)
    assert rows(game) == []
    first, second = post(game, receiver.url), post(game, receiver.url)
    assert (first.status_code, first.json["status"], first.json["sent"]) == (200, "sent", 1)
    assert first.json["alerts"][0]["told"] == "sent now"
    assert (second.json["status"], second.json["sent"]) == ("told_before", 0)
    assert len(receiver.taken) == 1
    assert post(game, None, end_date="tomorow").status_code == 400
    assert post(game, None, start_date="2024-01-01", end_date="2024-03-01").status_code == 400


@pytest.mark.parametrize("status", [200, 404, 503, 0])
def test_the_address_stays_inside(
    status: int, game: GameDate, receiver: WebhookReceiver, caplog: pytest.LogCaptureFixture
) -> None:
    receiver.script = [status]
    # Port 1 answers nobody: the library's own words quote the path.
    url = receiver.url if status else f"http://127.0.0.1:1/services/T0000/B0000/{CANARY}"
    with caplog.at_level(logging.DEBUG):
        answer = post(game, url)
    assert answer.status_code == {200: 200, 404: 422, 503: 503, 0: 503}[status]
    formatter = json_logs.JsonFormatter("orchestration")
    logged = "\n".join(formatter.format(r) for r in caplog.records)
    kept = json.dumps(rows(game), default=str)
    assert "/services/" in "\n".join(r.getMessage() for r in caplog.records) or status == 0, "it was really quoted"
    for place, text in {"logs": logged, "answer": answer.get_data(as_text=True), "table": kept}.items():
        assert CANARY not in text, place
    assert CANARY not in repr(Settings(alert_webhook_url=url))
    if status in {404, 503}:
        assert "the alert webhook" in answer.json["error"]


@pytest.mark.parametrize("url", ["hooks.example/T/B", f"file:///{CANARY}", f"https:///{CANARY}", "http://"])
def test_what_is_no_web_address_is_refused_without_being_quoted(url: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        Webhook.of(Settings(alert_webhook_url=url))
    assert str(refused.value) == "NBA_ALERT_WEBHOOK_URL is no http(s) address"


def test_an_empty_address_is_none() -> None:
    assert Webhook.of(Settings(alert_webhook_url=" ")) is None


def test_the_command_names_the_findings_and_the_variable(
    context: Context, receiver: WebhookReceiver, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    game = GameDate(context, date(2003, 1, 6))
    try:
        monkeypatch.setenv("NBA_BIGQUERY_ENDPOINT", str(context.settings.bigquery_endpoint))
        words = ["alert", "--date", "2003-01-06", "--data-dir", str(tmp_path)]
        without = CliRunner().invoke(cli, words)
        assert without.exit_code == 1
        assert "NYK at BOS" in without.stdout
        assert "set NBA_ALERT_WEBHOOK_URL" in without.stderr
        monkeypatch.setenv("NBA_ALERT_WEBHOOK_URL", receiver.url)
        dry = CliRunner().invoke(cli, [*words, "--dry-run", "--json"])
        assert (dry.exit_code, json.loads(dry.stdout)["status"], receiver.asked) == (1, "dry_run", 0)
        sent = CliRunner().invoke(cli, [*words, "--json"])
        assert (sent.exit_code, json.loads(sent.stdout)["status"]) == (0, "sent")
        assert game.game_id in receiver.taken[0]["text"]
        assert CliRunner().invoke(cli, ["alert", "--from", "2003-01-06", "--to", "2003-01-05"]).exit_code == 2
    finally:
        for table in ("nba_raw.schedule", "nba_orchestration.alerts"):
            where = f"DELETE FROM {table} WHERE game_date = '2003-01-06'"
            context.warehouse.execute(where, work=[uuid.uuid4().hex], table=table)


def test_a_long_message_is_cut_and_nobody_is_woken_by_its_words() -> None:
    day = date(2024, 11, 4)
    many = [Finding("failed_phase", day, f"p{n}", "<!channel> & <b>") for n in range(25)]
    body = message(many, day, day, Day(frozenset(), frozenset(), frozenset(), 0), 5)
    lines = body["text"].splitlines()
    assert (len(lines), lines[-1], len(body["alerts"])) == (22, "… and 5 more", 25)
    assert lines[1] == "• 2024-11-04 failed phase: &lt;!channel&gt; &amp; &lt;b&gt;"
