from __future__ import annotations

import gzip
import json
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote, urlparse

import pytest

from tests.data_processors.raw.archive import cut_log, payloads
from tests.data_processors.raw.conftest import NIGHT, Bench

pytestmark = pytest.mark.stack
FEED, DAY = "nbac_player_boxscore", "2024-11-04"
PAGE = b"<html>Access Denied</html>"
WAITING = "SELECT raw_path, feed, status, content, error_message FROM nba_orchestration.quarantine ORDER BY raw_path"


def test_a_payload_that_does_not_parse_is_kept_whole_and_the_rest_lands(bench: Bench) -> None:
    bad = bench.keep(FEED, PAGE, scope="2024-11-03")
    good = bench.keep(FEED, cut_log(bench.recorded, FEED, DAY, 1))
    answer = bench.push(bad, good)
    (result,) = answer.results
    assert (result.status, answer.push_code()) == ("quarantined", 200)
    assert result.rows_changed > 0
    assert result.error is not None
    assert "1 in quarantine" in result.error
    (kept,) = bench.rows(WAITING)
    assert (kept["raw_path"], kept["feed"], kept["status"]) == (bad, FEED, "waiting")
    assert kept["content"].encode() == PAGE
    assert "not JSON" in kept["error_message"]
    assert bench.events[-1].status == "partial"


def test_a_later_good_answer_settles_what_waited(bench: Bench) -> None:
    bad = bench.keep(FEED, PAGE)
    bench.push(bad)
    bench.push(bench.keep(FEED, cut_log(bench.recorded, FEED, DAY, 1), NIGHT + timedelta(hours=3)))
    assert [(r["raw_path"], r["status"]) for r in bench.rows(WAITING)] == [(bad, "resolved")]


def test_a_good_answer_to_another_request_settles_nothing(bench: Bench) -> None:
    bench.push(bench.keep(FEED, PAGE, scope="2024-11-03"))
    bench.push(bench.keep(FEED, cut_log(bench.recorded, FEED, DAY, 1), NIGHT + timedelta(hours=3)))
    assert [r["status"] for r in bench.rows(WAITING)] == ["waiting"]


def test_a_payload_that_fails_twice_waits_once(bench: Bench) -> None:
    bad = bench.keep(FEED, PAGE)
    bench.push(bad)
    bench.push(bad)
    assert len(bench.rows(WAITING)) == 1


def test_a_feed_that_nobody_reads_does_not_go_unnoticed(bench: Bench) -> None:
    path = bench.keep("nbac_hustle_stats", {"resultSets": []})
    (result,) = bench.push(path).results
    assert (result.processor, result.status) == ("nbac_hustle_stats", "quarantined")
    (kept,) = bench.rows(WAITING)
    assert "nbac_player_boxscore" in kept["error_message"]  # the known feeds are listed


def test_a_damaged_or_missing_file_is_told_and_stops_nobody(bench: Bench) -> None:
    good = bench.keep(FEED, cut_log(bench.recorded, FEED, DAY, 1))
    torn = bench.keep("nbac_team_boxscore", {})
    file = Path(unquote(urlparse(bench.context.raw_store.url).path)) / torn
    file.write_bytes(gzip.compress(b'{"feed": "nbac')[:-4])
    answer = bench.push(good, torn, "nbac_shot_chart/2024-11-04/day/20241105T090000000000Z.json.gz")
    assert {r.processor: r.status for r in answer.results} == {
        FEED: "success",
        "nbac_team_boxscore": "quarantined",
        "nbac_shot_chart": "quarantined",
    }
    assert {r["feed"] for r in bench.rows(WAITING)} == {"nbac_team_boxscore", "nbac_shot_chart"}


def test_a_game_that_was_called_off_waits_for_its_new_date(bench: Bench) -> None:
    (moved,) = [
        p
        for p in payloads(bench.recorded, "oddsa_player_props", "2024-01-17")
        if b"36e7461f05a993188963028c3eef01ec" in p.body
    ]
    path = bench.keep("oddsa_player_props", moved.body, scope="2024-01-17", request="e")
    (scheduled,) = bench.fill("2024-01-17", "nbac_schedule")
    bench.push(scheduled)
    assert bench.push(path).push_code() == 200
    assert bench.rows(WAITING) == []
    accounts = "SELECT outcome, detail FROM nba_orchestration.raw_files WHERE feed = 'oddsa_player_props'"
    assert bench.rows(accounts) == [
        {"outcome": "waiting", "detail": "GSW at UTA on 2024-01-17 is no scheduled game: moved or called off"}
    ]
    listed = json.loads(bench.context.raw_store.get(scheduled).body)
    # Played on 2024-02-15 in the end.
    games = [g for day in listed["leagueSchedule"]["gameDates"] for g in day["games"]]
    (game,) = [g for g in games if g["gameId"] == "0022300576"]
    game |= {"gameDateEst": "2024-01-17T00:00:00Z", "gameDateTimeUTC": "2024-01-18T02:00:00Z", "gameStatusText": ""}
    bench.push(bench.keep("nbac_schedule", json.dumps(listed).encode(), NIGHT, scope="2023-24"))
    assert bench.count("nba_raw.player_prop_lines", "game_id = '0022300576'") > 0


def test_a_part_that_cannot_be_read_is_told_and_the_rest_lands(bench: Bench) -> None:
    event = bench.context.raw_store.get(bench.fill("2024-11-04", "nbac_schedule", "oddsa_game_lines")[-1])
    body = json.loads(event.body)
    (book, *_) = body["data"]["bookmakers"]
    book["markets"][0]["outcomes"][0]["price"] = 1.0
    bench.push(*bench.fill("2024-11-04", "nbac_schedule"))
    path = bench.keep("oddsa_game_lines", body)
    (result,) = bench.push(path).results
    assert result.status == "quarantined"
    assert result.rows_changed == bench.count("nba_raw.game_lines") == 3
    (kept,) = bench.rows(WAITING)
    assert (kept["raw_path"], kept["status"], json.loads(kept["content"])) == (path, "waiting", body)
    assert "1 part could not be read, the rest is used" in kept["error_message"]
    assert "1.0 is no decimal price" in kept["error_message"]
    (account,) = bench.rows(f"SELECT outcome, row_count, detail FROM nba_orchestration.raw_files WHERE path = '{path}'")
    assert (account["outcome"], account["row_count"]) == ("landed", 3)
    assert "1.0 is no decimal price" in account["detail"]
    bench.push(path)
    assert len(bench.rows(WAITING)) == 1
