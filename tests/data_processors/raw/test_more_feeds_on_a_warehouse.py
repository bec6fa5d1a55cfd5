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
