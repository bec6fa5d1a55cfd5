"""What the league plays adds up, and looks like the NBA."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

import numpy as np
import pytest

from common import clock
from scrapers.simulated.schedule import opening_night
from scrapers.simulated.season import season_of
from tests.scrapers.simulated.conftest import SEASON, STATS, Ask, log_params, rows_of

AFTER = clock.eastern(opening_night(2025), 12)
SUMMED = "FGM FGA FG3M FG3A FTM FTA OREB DREB REB AST STL BLK TOV PF PTS MIN"
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def players(ask: Ask) -> Rows:
    return rows_of(ask(f"{STATS}/leaguegamelog", AFTER, **log_params("P")))


@pytest.fixture(scope="module")
def teams(ask: Ask) -> Rows:
    return rows_of(ask(f"{STATS}/leaguegamelog", AFTER, **log_params("T")))


def test_the_players_of_a_team_sum_to_the_team(players: Rows, teams: Rows) -> None:
    sums: defaultdict[tuple[str, int], Counter[str]] = defaultdict(Counter)
    for row in players:
        sums[row["GAME_ID"], row["TEAM_ID"]].update({name: row[name] for name in SUMMED.split()})
    assert len(sums) == len(teams) == 2460
    for team in teams:
        assert sums[team["GAME_ID"], team["TEAM_ID"]] == Counter({name: team[name] for name in SUMMED.split()})


def test_points_are_field_goals_and_free_throws(players: Rows) -> None:
    for row in players:
        assert row["PTS"] == 2 * row["FGM"] + row["FG3M"] + row["FTM"]
        assert row["FG3M"] <= row["FG3A"] <= row["FGA"]
        assert row["FG3M"] <= row["FGM"] <= row["FGA"]
        assert row["FTM"] <= row["FTA"]
        assert row["REB"] == row["OREB"] + row["DREB"]
        assert row["MIN"] >= 1
        assert row["PF"] <= 6


def test_shots_agree_with_the_box_score(ask: Ask, players: Rows) -> None:
    first, last = "2024-11-04", "2024-11-24"
    shots: defaultdict[tuple[str, int], Counter[str]] = defaultdict(Counter)
    events = set()
    for shot in rows_of(ask(f"{STATS}/shotchartdetail", AFTER, **log_params("", first, last))):
        three = shot["SHOT_TYPE"] == "3PT Field Goal"
        counts = {"FGA": 1, "FGM": shot["SHOT_MADE_FLAG"], "FG3A": three, "FG3M": three and shot["SHOT_MADE_FLAG"]}
        shots[shot["GAME_ID"], shot["PLAYER_ID"]].update(counts)
        assert ("3" in shot["SHOT_ZONE_BASIC"]) == three
        assert (shot["SHOT_DISTANCE"] >= 22) == three
        events.add((shot["GAME_ID"], shot["GAME_EVENT_ID"]))
    assert len(events) == sum(c["FGA"] for c in shots.values())
    for row in (r for r in players if first <= r["GAME_DATE"] <= last):
        for name in ("FGA", "FGM", "FG3A", "FG3M"):
            assert shots[row["GAME_ID"], row["PLAYER_ID"]][name] == row[name]


def test_minutes_wins_and_margins(players: Rows, teams: Rows) -> None:
    margins: defaultdict[tuple[str, int], int] = defaultdict(int)
    for row in players:
        margins[row["GAME_ID"], row["TEAM_ID"]] += row["PLUS_MINUS"]
    games: defaultdict[str, Rows] = defaultdict(list)
    for team in teams:
        games[team["GAME_ID"]].append(team)
        assert margins[team["GAME_ID"], team["TEAM_ID"]] == 5 * team["PLUS_MINUS"]
        assert team["MIN"] >= 240
        assert (team["MIN"] - 240) % 25 == 0
    for one, other in games.values():
        assert one["PTS"] - other["PTS"] == one["PLUS_MINUS"] == -other["PLUS_MINUS"] != 0
        assert (one["WL"], other["WL"]) == (("W", "L") if one["PTS"] > other["PTS"] else ("L", "W"))
        assert one["MIN"] == other["MIN"]


def test_the_season_is_the_nbas(teams: Rows) -> None:
    played, homes, last = Counter[str](), Counter[str](), {}
    back_to_backs = Counter[str]()
    season = season_of(1, SEASON)
    assert season is not None
    for game in season.games:
        for team in (game.home, game.away):
            assert last.get(team) != game.day
            back_to_backs[team] += last.get(team) == game.day - 1
            last[team] = game.day
            played[team] += 1
        homes[game.home] += 1
    assert set(played.values()) == {82}
    assert set(homes.values()) == {41}
    assert 5 <= min(back_to_backs.values()) <= max(back_to_backs.values()) <= 22
    points = np.array([t["PTS"] for t in teams])
    assert 110 < points.mean() < 117
    assert 11 < points.std() < 13.5
    means = {name: np.mean([t[name] for t in teams]) for name in SUMMED.split()}
    expected = {"FGA": 88, "FG3A": 36, "FTA": 22, "REB": 43, "AST": 26, "TOV": 13.5, "STL": 7.5, "BLK": 4.8, "PF": 19}
    for name, value in expected.items():
        assert means[name] == pytest.approx(value, rel=0.2), name


def test_names_are_invented_and_nobody_has_two() -> None:
    season = season_of(1, SEASON)
    assert season is not None
    assert len(set(season.players.name)) == len(set(season.players.player_id.tolist())) == 450
    assert season.players.player_id.min() >= 9_000_000
    assert any(not n.isascii() for n in season.players.name)
    assert any(n.endswith("Jr.") for n in season.players.name)


def test_most_players_of_a_season_were_there_the_season_before() -> None:
    before, after = season_of(1, "2023-24"), season_of(1, SEASON)
    assert before is not None
    assert after is not None
    named = dict(zip(before.players.player_id.tolist(), before.players.name, strict=True))
    still = [(i, n) for i, n in zip(after.players.player_id.tolist(), after.players.name, strict=True) if i in named]
    assert 330 < len(still) < 430
    assert all(named[i] == n for i, n in still)
