"""Several sources on the same games say the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from common.raw_store import RawPayload
from data_processors.raw.balldontlie import boxscores as bdl_boxscores
from data_processors.raw.bigdataball import plays
from data_processors.raw.espn import boxscore as espn_boxscore
from data_processors.raw.espn import scoreboard as espn_scoreboard
from data_processors.raw.nbacom import game_boxscore, play_by_play, scoreboard
from data_processors.raw.raw_tables import Row, ScopeRows
from tests.data_processors.raw.samples import rows_of, sample

Game = frozenset[tuple[str, int]]
MLK_DAY = date(2024, 1, 15)


def score(*sides: tuple[str, int]) -> Game:
    return frozenset(sides)


def of_the_scoreboard(shared: Path, name: str) -> dict[str, Game]:
    found: dict[str, set[tuple[str, int]]] = {}
    for row in rows_of(scoreboard.parse(sample(shared, "nbac_scoreboard_v2", name, scoreboard.FEED))):
        found.setdefault(row["game_id"], set()).add((row["team"], row["points"]))
    return {game_id: frozenset(sides) for game_id, sides in found.items()}


def test_box_score_plays_and_scoreboard_agree_on_a_game(shared: Path) -> None:
    knicks_at_sixers = score(("NYK", 125), ("PHI", 119))
    assert of_the_scoreboard(shared, "raw_06a65a50.json")["0022400561"] == knicks_at_sixers
    box = rows_of(
        game_boxscore.parse_teams(sample(shared, "nbac_team_boxscore", "raw_12f99055.json", scope="2025-01-15"))
    )
    assert {r["game_id"] for r in box} == {"0022400561"}
    assert score(*((r["team"], r["points"]) for r in box)) == knicks_at_sixers
    played = rows_of(play_by_play.parse(sample(shared, play_by_play.FEED, "raw_416e8d5c.json.gz")))
    assert {r["game_id"] for r in played} == {"0022400561"}
    assert {r["game_date"] for r in played} == {r["game_date"] for r in box} == {date(2025, 1, 15)}
    assert (played[-1]["score_home"], played[-1]["score_away"]) == (119, 125)
    by_team: Counter[str] = Counter()
    for row in played:
        by_team[row["team"]] += row["shot_value"] if row["shot_made"] else 0
    assert score(*((team, by_team[team]) for team in ("NYK", "PHI"))) == knicks_at_sixers
    # One overtime: 5 periods, 265 minutes.
    assert (max(r["period"] for r in played), {r["minutes"] for r in box}) == (5, {265})
    # What is counted play by play is what the box score says.
    for team, line in {r["team"]: r for r in box}.items():
        shots = [r for r in played if r["team"] == team and r["shot_value"]]
        assert sum(r["shot_value"] > 1 for r in shots) == line["fga"]
        assert sum(r["shot_value"] == 3 and r["shot_made"] for r in shots) == line["fg3m"]
        assert sum(r["shot_value"] == 1 for r in shots) == line["fta"]


def test_three_sources_agree_on_the_games_of_a_date_and_their_final_scores(shared: Path) -> None:
    league = set(of_the_scoreboard(shared, "raw_055ff78d.json").values())
    espn = rows_of(
        espn_scoreboard.parse(sample(shared, "espn_scoreboard_api", "raw_92de7c9a.json", espn_scoreboard.FEED))
    )
    of_espn = {score((r["home_team"], r["home_points"]), (r["away_team"], r["away_points"])) for r in espn}
    units = bdl_boxscores.parse_days(sample(shared, "bdl_box_scores", "raw_7a649e12.json"))
    of_bdl = {frozenset(_points(unit).items()) for unit in units}
    assert len(league) == 11
    assert league == of_espn == of_bdl
    assert {r["game_date"] for r in espn} == {r["game_date"] for r in rows_of(units)} == {MLK_DAY}
    assert all(r["is_final"] for r in espn)


def test_espn_and_balldontlie_agree_on_the_players_of_a_game(shared: Path) -> None:
    (page,) = espn_boxscore.parse(sample(shared, "espn_game_boxscore", "raw_6f34c64b.html.gz", espn_boxscore.FEED))
    others = rows_of(bdl_boxscores.parse_days(sample(shared, "bdl_box_scores", "raw_7a649e12.json")))
    known = {(r["team"], r["name_key"]): r for r in others}
    compared = [
        (r, known[r["team"], r["name_key"]]) for r in page.rows if (r["team"], r["name_key"]) in known and r["played"]
    ]
    assert len(compared) >= 15
    # Not the minutes: one rounds them, the other cuts them off.
    for ours, theirs in compared:
        columns = ("points", "fgm", "fga", "fg3m", "ftm", "fta", "reb", "ast", "stl", "blk", "tov")
        assert {c: ours[c] for c in columns} == {c: theirs[c] for c in columns}, ours["player_name"]


def _points(unit: ScopeRows) -> Counter[str]:
    found: Counter[str] = Counter()
    for row in unit.rows:
        found[row["team"]] += row["points"]
    return found


@pytest.mark.parametrize(
    ("parse", "folder", "name", "feed"),
    [
        (plays.parse, "bigdataball_pbp", "raw_746cfbef.csv", "bigdataball_pbp"),
        (bdl_boxscores.parse_stats, "bdl_player_box_scores", "raw_1db4c01e.json", "bdl_player_box_scores"),
    ],
)
def test_plays_and_lines_agree_on_the_last_game_of_the_final(
    shared: Path, parse: Callable[[RawPayload], list[ScopeRows]], folder: str, name: str, feed: str
) -> None:
    rows: list[Row] = rows_of(parse(sample(shared, folder, name, feed)))
    by_team: Counter[str] = Counter()
    for row in rows:
        by_team[row["team"]] += row["points"] if "points" in row else row["shot_value"] if row["shot_made"] else 0
    assert {t: p for t, p in by_team.items() if p} == {"OKC": 103, "IND": 91}
    assert {r["game_date"] for r in rows} == {date(2025, 6, 22)}
