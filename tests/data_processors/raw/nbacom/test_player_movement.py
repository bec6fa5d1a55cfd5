from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from common.errors import PayloadError
from data_processors.raw.nbacom.player_movement import FEED, parse
from tests.data_processors.raw.archive import payload
from tests.data_processors.raw.samples import content, rows_of, sample

FILE = "raw_1ecdb80d.json.gz"


def test_the_file_is_read_whole(shared: Path) -> None:
    (unit,) = parse(sample(shared, FEED, FILE))
    assert unit.scope == "all"
    assert len(unit.rows) == 8730
    assert Counter(r["transaction_type"] for r in unit.rows) == {
        "Signing": 4156,
        "Waive": 2773,
        "Trade": 1619,
        "ContractConverted": 115,
        "AwardOnWaivers": 67,
    }
    assert (min(unit.dates), max(unit.dates)) == (date(2015, 7, 1), date(2025, 7, 16))
    assert sum(r["player_id"] is None for r in unit.rows) == 466


def test_a_trade_is_as_it_was(shared: Path) -> None:
    rows = rows_of(parse(sample(shared, FEED, FILE)))
    (trade,) = [r for r in rows if r["player_id"] == 1629029 and r["transaction_type"] == "Trade"]
    assert (trade["transaction_date"], trade["team"], trade["other_team_id"]) == (date(2025, 2, 2), "LAL", 1610612742)
    assert trade["description"] == "Los Angeles Lakers received forward Luka Doncic from Dallas Mavericks."


def test_an_unknown_kind_of_transaction_is_refused(shared: Path) -> None:
    body = content(sample(shared, FEED, FILE))
    body["NBA_Player_Movement"]["rows"] = body["NBA_Player_Movement"]["rows"][:1]
    body["NBA_Player_Movement"]["rows"][0]["Transaction_Type"] = "Loan"
    with pytest.raises(PayloadError, match="Loan"):
        parse(payload(FEED, body))
