"""What stats.nba.com is asked."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date

import pytest

from common import ids
from common.context import Context
from scrapers.nbacom.stats_site import SEASON_TYPE_WORDS
from scrapers.registry import scraper
from tests.scrapers.stand_in_site import game_log_params, schedule

DAY = date(2024, 11, 4)


def put_schedule(context: Context, *games: tuple[str, str]) -> None:
    context.raw_store.put(
        feed="nbac_schedule",
        scope="2024-25",
        request="schedule",
        url="",
        params={},
        status=200,
        content_type="",
        body=json.dumps(schedule(*games)).encode(),
    )


def test_a_game_log_is_asked_with_the_parameters_of_one_date(make_context: Callable[..., Context]) -> None:
    for name, kind in [("nbac_player_boxscore", "P"), ("nbac_team_boxscore", "T")]:
        (request,) = scraper(name).requests(make_context(), DAY)
        assert request.url == "https://stats.nba.com/stats/leaguegamelog"
        assert request.params == game_log_params(kind)
        assert request.headers["Referer"] == "https://www.nba.com/"


def test_a_date_of_two_season_types_is_asked_for_both_under_names_of_their_own(
    make_context: Callable[..., Context],
) -> None:
    context = make_context()
    put_schedule(context, ("0042400101", "2025-04-18"), ("0052400121", "2025-04-18"))
    for name in ("nbac_player_boxscore", "nbac_shot_chart"):
        asked = scraper(name).requests(context, date(2025, 4, 18))
        assert [(r.name, r.params["SeasonType"]) for r in asked] == [("playin", "PlayIn"), ("playoffs", "Playoffs")]


@pytest.mark.parametrize("name", ["nbac_player_boxscore", "nbac_team_boxscore", "nbac_shot_chart"])
def test_the_cup_s_final_is_asked_for_by_the_site_s_word(make_context: Callable[..., Context], name: str) -> None:
    context = make_context()
    put_schedule(context, ("0062400001", "2024-12-17"))
    (request,) = scraper(name).requests(context, date(2024, 12, 17))
    assert (request.name, request.params["SeasonType"]) == ("ist_final", "IST")


def test_the_site_has_a_word_for_every_season_type() -> None:
    assert list(SEASON_TYPE_WORDS) == list(ids.SEASON_TYPES.values())


def test_the_schedule_is_one_request_a_season(make_context: Callable[..., Context]) -> None:
    (request,) = scraper("nbac_schedule").requests(make_context(), date(2025, 6, 22))
    assert request.params == {"LeagueID": "00", "Season": "2024-25"}
    assert scraper("nbac_schedule").scope(date(2025, 6, 22)) == "2024-25"
