from __future__ import annotations

import json
import logging
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from common.errors import PayloadError
from common.ids import normalise_name
from data_processors.raw.games import ScheduledGame
from data_processors.raw.names import Resolution
from data_processors.raw.oddsapi.player_props import line_rows, parse
from data_processors.raw.raw_tables import Row
from tests.data_processors.raw.archive import payload, payloads

GAME = ScheduledGame("0022300062", date(2023, 10, 24), "2023-24", "GSW", "PHX")
PLAYERS = {"stephen curry": 201939, "curry stephen": 201939, "kevin durant": 201142}


class Known:
    """Resolves the players of PLAYERS."""

    def resolve(self, name: str, game: ScheduledGame) -> Resolution:
        found = PLAYERS.get(normalise_name(name))
        return Resolution(found, "team", "GSW") if found else Resolution(reason="unknown")


class Everybody:
    """Takes every name for a player of its own."""

    def resolve(self, name: str, game: ScheduledGame) -> Resolution:
        return Resolution(int.from_bytes(name.encode()) % 10**12, "registry")


def real(recorded: Path, day: str, event: str) -> Any:
    (found,) = [p for p in payloads(recorded, "oddsa_player_props", day) if event in p.body.decode()]
    return found


def outcome(side: str, price: float, point: float = 30.5, player: str = "Stephen Curry") -> dict[str, Any]:
    return {"name": side, "description": player, "price": price, "point": point}


def lines(*outcomes: dict[str, Any]) -> list[Row]:
    market = {"key": "player_points", "last_update": "2023-10-24T13:52:10Z", "outcomes": list(outcomes)}
    event = {
        "id": "e1",
        "commence_time": "2023-10-25T02:00:00Z",
        "home_team": "Golden State Warriors",
        "away_team": "Phoenix Suns",
        "bookmakers": [{"key": "draftkings", "markets": [market]}],
    }
    return line_rows(parse(payload("oddsa_player_props", event)), GAME, Known())[0].rows


def test_both_sides_of_a_line_are_one_row(recorded: Path) -> None:
    odds = parse(real(recorded, "2023-10-24", "a44e83dd9ce3f2317ec644774daa859b"))
    rows = line_rows(odds, GAME, Known())[0].rows
    (row,) = [r for r in rows if r["bookmaker"] == "draftkings" and r["player_id"] == 201939]
    assert (row["line"], row["over_price"], row["under_price"], row["is_main_line"]) == (30.5, 1.95, 1.83, True)
    assert row["snapshot_at"] == datetime(2023, 10, 24, 13, 55, 42, tzinfo=UTC)
    assert row["last_update"] == datetime(2023, 10, 24, 13, 52, 10, tzinfo=UTC)
    assert row["tip_off"] == datetime(2023, 10, 25, 2, tzinfo=UTC)
    assert (row["game_id"], row["game_date"], row["event_id"]) == (GAME.game_id, GAME.game_date, odds.event_id)


def test_of_many_lines_the_most_even_one_is_the_main_line(recorded: Path) -> None:
    odds = parse(real(recorded, "2023-10-24", "a44e83dd9ce3f2317ec644774daa859b"))
    rows = [
        r for r in line_rows(odds, GAME, Known())[0].rows if r["bookmaker"] == "betrivers" and r["player_id"] == 201939
    ]
    assert len(rows) == 10
    assert [r["line"] for r in rows if r["is_main_line"]] == [29.5]


def test_no_quote_is_lost(recorded: Path) -> None:
    for found in payloads(recorded, "oddsa_player_props", "2024-11-04"):
        body = json.loads(found.body)["data"]
        quoted = {
            (b["key"], o["description"], o["point"], o["name"])
            for b in body["bookmakers"]
            for m in b["markets"]
            for o in m["outcomes"]
        }
        kept = set()
        for row in line_rows(parse(found), GAME, Everybody())[0].rows:
            for side, column in (("Over", "over_price"), ("Under", "under_price")):
                if row[column] is not None:
                    kept.add((row["bookmaker"], row["player_name"], row["line"], side))
        assert kept == quoted


def test_equally_even_lines_leave_the_lower_one_main() -> None:
    even = [outcome(s, 1.9, p) for p in (31.5, 30.5) for s in ("Over", "Under")]
    assert [r["line"] for r in lines(*even) if r["is_main_line"]] == [30.5]


def test_a_one_sided_line_is_kept_and_is_never_main() -> None:
    rows = lines(outcome("Over", 2.4, 34.5), outcome("Over", 1.9), outcome("Under", 1.9))
    assert {(r["line"], r["under_price"], r["is_main_line"]) for r in rows} == {(34.5, None, False), (30.5, 1.9, True)}
    (only,) = lines(outcome("Over", 1.9))
    assert only["is_main_line"] is False


def test_a_player_under_two_spellings_has_one_row_a_line() -> None:
    (row,) = lines(outcome("Over", 1.9), outcome("Under", 1.95, player="Curry Stephen"))
    assert (row["over_price"], row["under_price"]) == (1.9, 1.95)


def test_of_contradicting_prices_the_first_is_kept_and_said_so(
    recorded: Path, caplog: pytest.LogCaptureFixture
) -> None:
    odds = parse(real(recorded, "2023-11-04", "9fef41824fa216749a1cd45314dfea9b"))
    with caplog.at_level(logging.WARNING):
        rows = line_rows(odds, GAME, Everybody())[0].rows
    (row,) = [r for r in rows if r["player_name"] == "Huerter Kevin" and r["bookmaker"] == "bovada"]
    assert (row["over_price"], row["under_price"]) == (1.95, 1.8)
    assert [r.contradictions for r in caplog.records] == [2]  # type: ignore[attr-defined]


def test_equal_duplicates_collapse_silently(caplog: pytest.LogCaptureFixture) -> None:
    assert len(lines(outcome("Over", 1.9), outcome("Over", 1.9))) == 1
    assert not caplog.records


def test_unknown_names_are_set_apart_with_their_quotes() -> None:
    rows = [outcome("Over", 1.9), outcome("Over", 1.9, 110.5, "Phi 76Ers Alternate Total")]
    rows.append(outcome("Under", 1.9, 110.5, "Phi 76ers Alternate Total"))
    market = {"key": "player_points", "outcomes": rows}
    event = {
        "id": "e1",
        "commence_time": "2023-10-25T02:00:00Z",
        "home_team": "Golden State Warriors",
        "away_team": "Phoenix Suns",
        "bookmakers": [{"key": "draftkings", "markets": [market]}],
    }
    known, unknown = line_rows(parse(payload("oddsa_player_props", event)), GAME, Known())
    assert [r["player_id"] for r in known.rows] == [201939]
    assert [(r["name_key"], r["quotes"], r["reason"]) for r in unknown.rows] == [
        ("phi 76ers alternate total", 2, "unknown")
    ]
    assert unknown.scope == known.scope


@pytest.mark.parametrize(
    "changes", [{"description": None}, {"description": ""}, {"point": None}, {"name": "Yes"}, {"price": None}]
)
def test_a_quote_that_is_on_nobody_or_nothing_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(PayloadError, match="outcomes"):
        lines(outcome("Over", 1.9) | changes)


@pytest.mark.parametrize("line", [-1.5, 0, 500, 22.3, float("nan"), float("inf"), 10**400, "22.5"])
def test_what_is_no_line_loses_that_quote_alone(line: Any) -> None:
    found = lines(outcome("Over", 1.9), outcome("Under", 1.9), outcome("Over", 1.9, line))
    assert [(r["line"], r["over_price"], r["under_price"]) for r in found] == [(30.5, 1.9, 1.9)]


def test_the_event_with_one_price_of_1_keeps_the_other_bookmakers(shared: Path) -> None:
    case = shared / "cases" / "odds_one_price_1.0.json"
    if not case.is_file():
        pytest.skip(f"no test data: {case} is missing")
    odds = parse(payload("oddsa_player_props", case.read_bytes()))
    (unit, _) = line_rows(odds, GAME, Everybody())
    assert [(r["bookmaker"], r["line"], r["over_price"], r["under_price"]) for r in unit.rows] == [
        ("book_a", 16.5, 1.87, 1.95)
    ]
    (error,) = unit.unread
    assert error.message == "1.0 is no decimal price"
