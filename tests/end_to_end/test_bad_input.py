"""Bad input costs what it touches and nothing else; it is kept for a person and named."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.doctored import doctored_archive, read, write
from tests.end_to_end.pipeline import Finished, doubled_keys, opened, run

pytestmark = pytest.mark.stack
NO_GAMES, DAY, HISTORY = "2024-12-24", "2024-12-25", "2024-12-19"


@dataclass
class Damage:
    """Christmas has five games: one gets broken quotes, one an unknown player, one no quotes at all."""

    props_seen: list[str] = field(default_factory=list)

    def __call__(self, entry: dict[str, Any], file: Path) -> bool:
        if f"event_odds/{DAY}" not in entry["file"]:
            return True
        self.props_seen.append(entry["file"])
        number = len(self.props_seen)
        if number == 1:
            write(file, b'{"timestamp": "2024-12-25T14:0')
        elif number == 2:
            content = read(file)
            for book in content["data"]["bookmakers"]:
                for market in book["markets"]:
                    names = sorted({o["description"] for o in market["outcomes"]})
                    for outcome in market["outcomes"]:
                        if outcome["description"] == names[0]:
                            outcome["description"] = "Nobody Everheardof"
            write(file, content)
        return number != 3


@pytest.fixture(scope="module")
def damaged(recorded: Path, tmp_path_factory: pytest.TempPathFactory) -> Finished:
    damage = Damage()
    archive = doctored_archive(recorded, tmp_path_factory.mktemp("archive"), first=HISTORY, last=DAY, damage=damage)
    assert len(damage.props_seen) == 5
    data = tmp_path_factory.mktemp("damaged")
    return run(NO_GAMES, DAY, archive, data, "--history-from", HISTORY)


def test_a_run_with_something_in_quarantine_is_not_called_complete(damaged: Finished) -> None:
    assert damaged.code == 1
    assert damaged.result["complete"] is False


def test_a_broken_payload_is_quarantined_whole_with_its_error(damaged: Finished) -> None:
    (item,) = damaged.result["quarantine"]
    assert item["feed"] == "oddsa_player_props"
    assert "not JSON" in item["error_message"]
    assert "remedy" in item["error_message"]
    with opened(damaged.data_dir) as warehouse:
        rows = warehouse.query("SELECT content, status FROM nba_orchestration.quarantine").rows
    assert rows == [{"content": '{"timestamp": "2024-12-25T14:0', "status": "waiting"}]


def test_an_unknown_player_waits_by_name_and_is_never_guessed(damaged: Finished) -> None:
    with opened(damaged.data_dir) as warehouse:
        names = warehouse.query("SELECT name, reason, quotes FROM nba_reference.unresolved_names").rows
        guessed = warehouse.query(
            "SELECT COUNT(*) AS n FROM nba_raw.player_prop_lines WHERE player_name = 'Nobody Everheardof'"
        ).rows
    assert [(n["name"], n["reason"]) for n in names] == [("Nobody Everheardof", "unknown")]
    assert names[0]["quotes"] > 0
    assert guessed == [{"n": 0}]


def test_games_without_quotes_get_predictions_without_a_line_and_no_recommendation(damaged: Finished) -> None:
    with opened(damaged.data_dir) as warehouse:
        rows = warehouse.query(
            "SELECT game_id, COUNTIF(bookmaker IS NOT NULL) AS with_line, "
            "COUNTIF(recommendation = 'NO_LINE') AS no_line, "
            "COUNTIF(bookmaker IS NULL AND recommendation != 'NO_LINE') AS wrong, "
            "COUNTIF(bookmaker IS NULL AND line IS NOT NULL) AS invented "
            "FROM nba_predictions.player_prop_predictions GROUP BY game_id ORDER BY with_line"
        ).rows
    assert len(rows) == 5
    assert [r["with_line"] > 0 for r in rows] == [False, False, True, True, True]
    assert all(r["no_line"] > 0 and r["wrong"] == r["invented"] == 0 for r in rows)


def test_the_rest_of_the_day_goes_on(damaged: Finished) -> None:
    days = {d["game_date"]: d for d in damaged.result["dates"]}
    assert (days[NO_GAMES]["games"], days[NO_GAMES]["gaps"]) == (0, [])
    assert (days[DAY]["games"], days[DAY]["played"], days[DAY]["players"]) == (5, 5, 92)
    assert days[DAY]["graded"] + days[DAY]["void"] == days[DAY]["predictions"]
    # Two games have no quotes: those of one are in quarantine, the other was never quoted.
    (gap,) = days[DAY]["gaps"]
    assert gap.startswith("2 games without quotes")
    assert "quarantined" in gap
    assert damaged.result["dead_letters"] == {}
    with opened(damaged.data_dir) as warehouse:
        assert set(doubled_keys(warehouse).values()) == {0}
