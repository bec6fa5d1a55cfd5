from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from common.errors import PayloadError
from data_processors.raw.nbacom.boxscores import TEAM_FEED
from data_processors.raw.nbacom.game_boxscore import parse_teams
from tests.data_processors.raw.archive import payload, payloads
from tests.data_processors.raw.samples import content, rows_of, sample

GAME = "raw_12f99055.json"


def test_the_box_score_of_one_game(shared: Path) -> None:
    (unit,) = parse_teams(sample(shared, TEAM_FEED, GAME, scope="2025-01-15"))
    assert unit.scope == "game:0022400561"
    rows = {r["team"]: r for r in unit.rows}
    knicks, sixers = rows["NYK"], rows["PHI"]
    assert (knicks["points"], sixers["points"], knicks["win"], sixers["win"]) == (125, 119, True, False)
    assert (knicks["minutes"], knicks["fga"], knicks["fta"], knicks["oreb"], knicks["tov"]) == (265, 86, 24, 15, 13)
    assert (knicks["opponent"], knicks["is_home"], knicks["game_date"]) == ("PHI", None, date(2025, 1, 15))


def test_it_has_the_columns_of_the_game_log(shared: Path, recorded: Path) -> None:
    log = rows_of(parse_teams(payloads(recorded, TEAM_FEED, "2024-11-04")[0]))
    assert len(log) == 30
    assert set(log[0]) == set(rows_of(parse_teams(sample(shared, TEAM_FEED, GAME, scope="2025-01-15")))[0])


def test_a_game_without_teams_is_refused_and_so_is_one_asked_for_without_a_date(shared: Path) -> None:
    with pytest.raises(PayloadError, match="asked for by date"):
        parse_teams(sample(shared, TEAM_FEED, GAME, scope="2024-25"))
    body = content(sample(shared, TEAM_FEED, GAME))
    for result in body["resultSets"]:
        result["rowSet"] = []
    with pytest.raises(PayloadError, match="two NBA teams"):
        parse_teams(payload(TEAM_FEED, body))
