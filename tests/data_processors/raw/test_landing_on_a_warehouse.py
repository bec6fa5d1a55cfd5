from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest

from common import clock
from common.errors import InvalidEventError
from common.events import Event, Push
from data_processors.raw.main_processor_service import on_push
from tests.data_processors.raw.archive import STATE_FEEDS, changed_log, cut_log, schedule_of, without_row
from tests.data_processors.raw.conftest import NIGHT, Bench

pytestmark = pytest.mark.stack
FEED, DAY = "nbac_player_boxscore", "2024-11-04"
TABLE = "nba_raw.player_boxscores"
ASSISTS = f"SELECT player_id, ast, fetched_at, loaded_at FROM {TABLE} ORDER BY game_id, player_id"


def test_a_real_day_lands_whole_and_says_so(bench: Bench) -> None:
    answer = bench.push(*bench.fill(DAY, *STATE_FEEDS))
    assert answer.status == "success"
    assert {r.processor: r.status for r in answer.results} == dict.fromkeys(STATE_FEEDS, "success")
    assert bench.count("nba_raw.schedule", "game_date = '2024-11-04'") == 15
    assert bench.rows(f"SELECT COUNT(*) AS n, SUM(points) AS points FROM {TABLE}") == [{"n": 312, "points": 3364}]
    assert bench.count("nba_raw.team_boxscores") == 30
    assert bench.count("nba_raw.shots") == 2662
    assert bench.count("nba_raw.players") == 312
    (event,) = bench.events
    assert {t.table: t.rows_changed for t in event.tables} == {
        "nba_raw.schedule": 1390,
        TABLE: 312,
        "nba_raw.players": 312,
        "nba_raw.team_boxscores": 30,
        "nba_raw.shots": 2662,
    }
    assert all(t.content_hash for t in event.tables)
    assert date(2024, 11, 4) in event.game_dates
    assert len(event.game_dates) == 229


def test_the_same_again_writes_nothing_and_tells_nobody(bench: Bench) -> None:
    paths = bench.fill(DAY, "nbac_player_boxscore", "nbac_team_boxscore")
    bench.push(*paths)
    bench.written.clear()
    bench.published.sent.clear()
    answer = bench.push(*paths)
    assert {r.status for r in answer.results} == {"unchanged"}
    assert bench.written == []
    assert bench.events == []


def test_a_redelivery_tells_all_that_it_looked_at_since_the_first_may_have_died_before_telling(bench: Bench) -> None:
    path = bench.keep(FEED, cut_log(bench.recorded, FEED, DAY, 2))
    bench.push(path, message_id="m1")
    bench.published.sent.clear()
    bench.push(path, message_id="m1", attempt=2)
    (event,) = bench.events
    assert {t.table: t.rows_changed for t in event.tables} == {TABLE: 0, "nba_raw.players": 0}
    assert event.game_dates == [date(2024, 11, 4)]


def test_one_corrected_count_rewrites_one_row(bench: Bench) -> None:
    log = cut_log(bench.recorded, FEED, DAY, 2)
    bench.push(bench.keep(FEED, log))
    before = {r["player_id"]: r for r in bench.rows(ASSISTS)}
    bench.published.sent.clear()
    bench.push(bench.keep(FEED, changed_log(log, 3, "AST", 39), NIGHT + timedelta(hours=1)))
    after = {r["player_id"]: r for r in bench.rows(ASSISTS)}
    (changed,) = [p for p in before if before[p] != after[p]]
    assert changed == log["resultSets"][0]["rowSet"][3][1]
    assert after[changed]["ast"] == 39
    (event,) = bench.events
    assert {t.table: t.rows_changed for t in event.tables} == {TABLE: 1}


def test_a_player_who_vanished_from_a_game_is_deleted_and_other_games_stay(bench: Bench) -> None:
    log = cut_log(bench.recorded, FEED, DAY, 2)
    bench.push(bench.keep(FEED, log))
    before = bench.count(TABLE)
    answer = bench.push(bench.keep(FEED, without_row(log, 0), NIGHT + timedelta(hours=1)))
    assert [r.rows_changed for r in answer.results] == [1]
    assert bench.count(TABLE) == before - 1
    assert bench.count("nba_raw.players") == before - 1


def test_an_empty_log_deletes_nothing(bench: Bench) -> None:
    log = cut_log(bench.recorded, FEED, DAY, 2)
    bench.push(bench.keep(FEED, log))
    before = bench.count(TABLE)
    log["resultSets"][0]["rowSet"] = []
    answer = bench.push(bench.keep(FEED, log, NIGHT + timedelta(hours=1)))
    assert [r.status for r in answer.results] == ["unchanged"]
    assert bench.count(TABLE) == before > 0


def test_a_late_message_about_an_old_answer_does_not_bring_it_back(bench: Bench) -> None:
    log = cut_log(bench.recorded, FEED, DAY, 1)
    old = bench.keep(FEED, log)
    new = bench.keep(FEED, changed_log(log, 0, "AST", 39), NIGHT + timedelta(hours=1))
    bench.push(new)
    answer = bench.push(old)
    assert [r.status for r in answer.results] == ["unchanged"]
    assert bench.count(TABLE, "ast = 39") == 1


def test_an_older_answer_to_another_request_changes_nothing(bench: Bench) -> None:
    log = cut_log(bench.recorded, FEED, DAY, 1)
    bench.push(bench.keep(FEED, changed_log(log, 0, "AST", 39)))
    before = bench.rows(ASSISTS)
    bench.push(bench.keep(FEED, log, NIGHT - timedelta(hours=1), request="season"))
    bench.push(bench.keep(FEED, without_row(log, 0), NIGHT - timedelta(hours=2), request="other"))
    assert bench.rows(ASSISTS) == before


def test_a_simulated_clock_sees_the_answers_of_its_time_only(bench: Bench) -> None:
    log = cut_log(bench.recorded, FEED, DAY, 1)
    old = bench.keep(FEED, log)
    bench.keep(FEED, changed_log(log, 0, "AST", 39), NIGHT + timedelta(hours=1))
    with clock.simulated(NIGHT):
        bench.push(old)
        assert bench.count(TABLE, "ast = 39") == 0
        assert bench.range(DAY, DAY, processors=[FEED]).results[0].status == "unchanged"
    assert bench.range(DAY, DAY, processors=[FEED]).results[0].status == "success"
    assert bench.count(TABLE, "ast = 39") == 1
    with clock.simulated(NIGHT):
        bench.push(old)
    assert bench.count(TABLE, "ast = 39") == 1


@pytest.mark.parametrize("message_ids", [("m1", "m1"), ("m1", "m2")])
def test_a_doubled_message_leaves_every_row_once(bench: Bench, message_ids: tuple[str, str]) -> None:
    path = bench.keep(FEED, cut_log(bench.recorded, FEED, DAY, 2))
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda m: bench.push(path, message_id=m), message_ids))
    assert {a.status for a in answers} == {"success"}
    rows = bench.rows(f"SELECT COUNT(*) AS n, COUNT(DISTINCT CONCAT(game_id, '|', player_id)) AS keys FROM {TABLE}")
    assert rows[0]["n"] == rows[0]["keys"] > 0


def test_a_table_emptied_by_hand_is_filled_again_from_the_same_payloads(bench: Bench) -> None:
    path = bench.keep(FEED, cut_log(bench.recorded, FEED, DAY, 1))
    bench.push(path)
    before = bench.count(TABLE)
    bench.context.warehouse.execute(f"TRUNCATE TABLE {TABLE}", work=["by hand", str(clock.now())], table=TABLE)
    bench.range(DAY, DAY)
    assert bench.count(TABLE) == before


def test_on_a_neutral_floor_the_schedule_says_who_is_at_home(bench: Bench) -> None:
    log = bench.fill("2024-11-02", FEED)
    (first,) = bench.push(*log).results
    assert first.status == "not_ready"
    assert first.error is not None
    assert "0022400147" in first.error
    assert bench.count(TABLE) == 0
    assert bench.count("nba_orchestration.quarantine") == 0
    # The schedule's arrival has what waited for it read again; the log itself then brings nothing new.
    bench.push(*bench.fill("2024-11-02", "nbac_schedule"))
    assert bench.count(TABLE) > 0
    assert [r.status for r in bench.push(*log).results] == ["unchanged"]
    sides = bench.rows(f"SELECT DISTINCT team, is_home FROM {TABLE} WHERE game_id = '0022400147' ORDER BY team")
    assert sides == [{"team": "MIA", "is_home": False}, {"team": "WAS", "is_home": True}]


def test_a_moved_game_changes_its_old_date_and_its_new_one_and_no_other(bench: Bench) -> None:
    games = [("0022400061", "2024-11-04", "BOS", "NYK"), ("0022400062", "2024-11-05", "LAL", "MIN")]
    bench.push(bench.keep("nbac_schedule", schedule_of(*games), scope="2024-25"))
    bench.published.sent.clear()
    moved = [("0022400061", "2025-01-09", "BOS", "NYK"), games[1]]
    bench.push(bench.keep("nbac_schedule", schedule_of(*moved), NIGHT + timedelta(days=1), scope="2024-25"))
    (event,) = bench.events
    assert event.game_dates == [date(2024, 11, 4), date(2025, 1, 9)]
    assert [t.rows_changed for t in event.tables] == [1]
    assert bench.rows("SELECT game_id, game_date FROM nba_raw.schedule WHERE home_team = 'BOS'") == [
        {"game_id": "0022400061", "game_date": date(2025, 1, 9)}
    ]


def test_a_game_that_left_the_schedule_is_deleted_within_its_season_only(bench: Bench) -> None:
    bench.push(
        bench.keep(
            "nbac_schedule",
            schedule_of(("0022400061", DAY, "BOS", "NYK"), ("0022400062", DAY, "LAL", "MIN")),
            scope="2024-25",
        )
    )
    other = schedule_of(("0022300061", "2023-11-04", "BOS", "NYK"), season="2023-24")
    bench.push(bench.keep("nbac_schedule", other, scope="2023-24"))
    only = schedule_of(("0022400061", DAY, "BOS", "NYK"))
    bench.push(bench.keep("nbac_schedule", only, NIGHT + timedelta(days=1), scope="2024-25"))
    left = bench.rows("SELECT game_id FROM nba_raw.schedule ORDER BY game_id")
    assert [r["game_id"] for r in left] == ["0022300061", "0022400061"]


def test_every_run_is_in_the_ledger(bench: Bench) -> None:
    path = bench.keep(FEED, cut_log(bench.recorded, FEED, DAY, 1))
    bench.push(path)
    bench.push(path)
    bench.context.ledger.flush()
    runs = bench.rows(
        "SELECT processor, phase, status, start_date, rows_in, rows_changed, content_hash IS NOT NULL AS hashed "
        "FROM nba_orchestration.processor_runs ORDER BY started_at"
    )
    lines = bench.count(TABLE)
    assert [(r["status"], r["rows_in"], r["rows_changed"], r["hashed"]) for r in runs] == [
        ("success", lines, lines, True),
        ("unchanged", lines, 0, False),
    ]
    assert {(r["processor"], r["phase"], str(r["start_date"])) for r in runs} == {(FEED, "phase2", DAY)}


def test_an_event_of_another_phase_is_refused(bench: Bench) -> None:
    event = Event(phase="phase3", source="test")
    with pytest.raises(InvalidEventError, match="phase3"):
        on_push(bench.context, Push(event, "m", "s", 1))
