from __future__ import annotations

from pathlib import Path

import pytest

from tests.data_processors.raw.conftest import Bench
from tests.data_processors.raw.samples import sample

pytestmark = pytest.mark.stack
# Feed, folder and file of a response, the table, and how many rows the response has for it.
RESPONSES = [
    ("nbac_injury_report", "nbac_injury_report", "raw_2025-01-10_05PM.pdf", "injuries", 122),
    ("nbac_play_by_play", "nbac_play_by_play", "raw_416e8d5c.json.gz", "play_by_play", 506),
    ("bigdataball_pbp", "bigdataball_pbp", "raw_746cfbef.csv", "play_by_play", 510),
    ("nbac_player_list", "nbac_player_list", "raw_7af00b51.json", "player_list", 594),
    ("nbac_scoreboard", "nbac_scoreboard_v2", "raw_06a65a50.json", "scoreboard", 22),
    ("nbac_referee_assignments", "nbac_referee_assignments", "raw_718e62b3.json", "referees", 27),
    ("nbac_player_movement", "nbac_player_movement", "raw_1ecdb80d.json.gz", "player_movement", 8730),
    ("bdl_games", "bdl_games", "raw_278cb9ed.json", "source_games", 9),
    ("bdl_box_scores", "bdl_box_scores", "raw_7a649e12.json", "source_player_boxscores", 384),
    ("bdl_player_box_scores", "bdl_player_box_scores", "raw_1db4c01e.json", "source_player_boxscores", 30),
    ("bdl_active_players", "bdl_active_players", "raw_ac3e7bd3.json", "source_players", 100),
    ("bdl_injuries", "bdl_injuries", "raw_49fd60fb.json", "source_injuries", 100),
    ("bdl_standings", "bdl_standings", "raw_395a0451.json", "standings", 30),
    ("espn_scoreboard", "espn_scoreboard_api", "raw_92de7c9a.json", "source_games", 11),
    ("espn_roster", "espn_roster_api", "raw_2.json", "rosters", 17),
    ("espn_boxscore", "espn_game_boxscore", "raw_6f34c64b.html.gz", "source_player_boxscores", 25),
    ("bp_events", "bp_events", "raw_75470647.json", "source_games", 3),
]


def test_every_feed_lands_and_the_same_again_writes_nothing(bench: Bench, shared: Path) -> None:
    paths, expected = [], {}
    for number, (feed, folder, name, table, rows) in enumerate(RESPONSES):
        paths.append(bench.keep(feed, sample(shared, folder, name, feed).body, request=str(number)))
        expected[f"nba_raw.{table}"] = expected.get(f"nba_raw.{table}", 0) + rows
    answer = bench.push(*paths)
    assert {r.processor: (r.status, r.error) for r in answer.results} == {f: ("success", None) for f, *_ in RESPONSES}
    assert {table: bench.count(table) for table in expected} == expected
    bench.written.clear()
    answer = bench.push(*paths)
    assert {r.status for r in answer.results} == {"unchanged"}
    assert bench.written == []
