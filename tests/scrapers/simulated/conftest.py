"""A session on the simulated league, asked at a moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
import requests

from common import clock
from common.settings import Settings
from scrapers.transport import build_transport

STATS = "https://stats.nba.com/stats"
ODDS = "https://api.the-odds-api.com/v4/sports/basketball_nba"
PAST_ODDS = "https://api.the-odds-api.com/v4/historical/sports/basketball_nba"
SEASON = "2024-25"
Ask = Callable[..., requests.Response]


def ask_league(seed: int) -> Ask:
    """Asks the league of a seed at a moment of the simulated clock."""
    session = build_transport(Settings(source="simulated", seed=seed)).session

    def ask(url: str, at: datetime, **params: str) -> requests.Response:
        with clock.simulated(at):
            return session.get(url, params=params)

    return ask


@pytest.fixture(scope="session")
def ask() -> Ask:
    """The league of seed 1."""
    return ask_league(1)


def log_params(kind: str, first: object = "", last: object = "") -> dict[str, str]:
    """Parameters of a game log ("P", "T") or, with "", of the shot chart."""
    days = {"DateFrom": str(first), "DateTo": str(last or first), "Season": SEASON, "SeasonType": "Regular Season"}
    return days | {"LeagueID": "00"} | ({"PlayerOrTeam": kind} if kind else {"ContextMeasure": "FGA"})


def rows_of(answer: requests.Response) -> list[dict[str, Any]]:
    """The rows of an answer of stats.nba.com as objects."""
    assert answer.status_code == 200
    (found,) = answer.json()["resultSets"]
    return [dict(zip(found["headers"], row, strict=True)) for row in found["rowSet"]]
