from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from common.errors import PayloadError
from data_processors.raw.espn import boxscore, roster, scoreboard
from tests.data_processors.raw.archive import payload
from tests.data_processors.raw.samples import content, rows_of, sample

BOARDS, PAGES = "espn_scoreboard_api", "espn_game_boxscore"


@pytest.mark.parametrize("name", ["raw_92de7c9a.json", "raw_c0c50c83.json"])
def test_a_real_day_is_whole(shared: Path, name: str) -> None:
    rows = {r["source_game_id"]: r for r in rows_of(scoreboard.parse(sample(shared, BOARDS, name, scoreboard.FEED)))}
    assert len(rows) == 11
    assert {r["game_date"] for r in rows.values()} == {date(2024, 1, 15)}
    # Teams whose codes are not the NBA's: NO, NY, SA, GS, WSH, UTAH.
    assert {t for r in rows.values() for t in (r["home_team"], r["away_team"])} >= {
        *("NOP", "NYK", "SAS", "GSW", "WAS", "UTA")
    }
    overtime = rows["401585190"]
    assert (overtime["home_team"], overtime["home_points"], overtime["away_team"], overtime["away_points"]) == (
        *("BKN", 95),
        *("MIA", 96),
    )
    assert (overtime["period"], overtime["is_final"], overtime["postseason"]) == (5, True, False)
    assert overtime["tip_off"] == datetime(2024, 1, 16, 0, 30, tzinfo=UTC)


def test_a_postponed_game_has_no_score(shared: Path) -> None:
    case = json.loads((shared / "cases" / "espn_postponed.json").read_text())
    rows = rows_of(scoreboard.parse(payload(scoreboard.FEED, case)))
    (off,) = (r for r in rows if r["status"] == "Postponed")
    assert (off["home_points"], off["away_points"], off["period"], off["is_final"]) == (None, None, None, False)
    assert all(r["home_points"] and r["away_points"] for r in rows if r is not off)


@pytest.mark.parametrize(
    ("period", "words", "scores"),
    [(0, "Forfeit", (None, None)), (2, "Postponed", (None, None)), (2, "Suspended", (60, 58))],
)
def test_zeros_of_a_game_without_a_period_or_that_is_off_are_no_score(
    shared: Path, period: int, words: str, scores: tuple[int | None, int | None]
) -> None:
    body = content(sample(shared, BOARDS, "raw_92de7c9a.json", scoreboard.FEED))
    event = body["events"][0]
    event["status"] |= {"period": period}
    event["status"]["type"] |= {"description": words, "name": "STATUS_OTHER", "state": "post"}
    for side, points in zip(event["competitions"][0]["competitors"], ("60", "58"), strict=True):
        side["score"] = points if period else "0"
    row = rows_of(scoreboard.parse(payload(scoreboard.FEED, body)))[0]
    assert (row["home_points"], row["away_points"]) == scores


def test_a_day_without_games_has_no_rows(shared: Path) -> None:
    assert scoreboard.parse(sample(shared, BOARDS, "raw_20250214.json", scoreboard.FEED)) == []


def test_a_roster(shared: Path) -> None:
    (unit,) = roster.parse(sample(shared, "espn_roster_api", "raw_2.json", roster.FEED))
    rows = {r["player_name"]: r for r in unit.rows}
    assert len(rows) == 17
    tatum, holiday = rows["Jayson Tatum"], rows["Jrue Holiday"]
    assert (tatum["team"], tatum["position"], tatum["jersey_number"], tatum["height_inches"]) == ("BOS", "SF", "0", 80)
    assert (tatum["injury_status"], tatum["injury_at"]) == ("Out", datetime(2025, 5, 13, 20, 52, tzinfo=UTC))
    assert (holiday["injury_status"], holiday["birth_date"]) == (None, date(1990, 6, 12))


def test_an_empty_roster_is_refused(shared: Path) -> None:
    body = content(sample(shared, "espn_roster_api", "raw_2.json", roster.FEED))
    body["team"]["athletes"] = []
    with pytest.raises(PayloadError, match="empty"):
        roster.parse(payload(roster.FEED, body))


@pytest.mark.parametrize("name", ["raw_6f34c64b.html.gz", "raw_da177814.html.gz", "raw_fbd5b07e.html.gz"])
def test_a_box_score_page_adds_up(shared: Path, name: str) -> None:
    (unit,) = boxscore.parse(sample(shared, PAGES, name, boxscore.FEED))
    assert unit.scope == "espn_boxscore:game:401585183"
    assert len(unit.rows) == 25
    played = [r for r in unit.rows if r["played"]]
    for team, score, rebounds, attempts in (("HOU", 115, 46, 88), ("PHI", 124, 41, 83)):
        lines = [r for r in played if r["team"] == team]
        assert sum(r["points"] for r in lines) == score
        assert sum(r["reb"] for r in lines) == rebounds
        assert sum(r["fga"] for r in lines) == attempts
        assert sum(r["starter"] for r in lines) == 5


def test_lines_of_the_page_are_as_shown(shared: Path) -> None:
    rows = {r["player_name"]: r for r in rows_of(boxscore.parse(sample(shared, PAGES, "raw_6f34c64b.html.gz")))}
    smith, boban = rows["Jabari Smith Jr."], rows["Boban Marjanovic"]
    assert (smith["points"], smith["minutes"], smith["ftm"], smith["fta"], smith["plus_minus"]) == (13, 31, 3, 5, -8)
    assert (smith["starter"], smith["is_home"], smith["opponent"]) == (True, False, "PHI")
    assert (boban["played"], boban["points"], boban["not_played_reason"]) == (False, None, "DNP-COACH'S DECISION")


@pytest.mark.parametrize("body", [b"", b"<html></html>", b"window['__espnfitt__']={};</script>", b"\xff"])
def test_what_is_no_such_page_is_refused(body: bytes) -> None:
    for parse in (boxscore.parse, roster.parse, scoreboard.parse):
        with pytest.raises(PayloadError):
            parse(payload("espn", body))
