from datetime import date

import pytest

from common import ids


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        ("Nikola Vučević", "nikola vucevic"),
        ("Luka Dončić", "luka doncic"),
        ("P. J. Tucker", "pj tucker"),
        ("P.J. Tucker", "pj tucker"),
        ("De'Aaron Fox", "deaaron fox"),
        ("Shai Gilgeous-Alexander", "shai gilgeous alexander"),
        ("Portis, Bobby", "bobby portis"),
        ("Immanuel Quickley (TOR)", "immanuel quickley"),
        ("Tim Hardaway Jr.", "tim hardaway jr"),
        ("Trent, Jr.", "trent jr"),
    ],
)
def test_names_compare_without_accents_dots_case_and_order(given: str, plain: str) -> None:
    assert ids.normalise_name(given) == plain


def test_a_suffix_can_be_left_out_but_a_name_that_ends_like_one_cannot() -> None:
    assert ids.normalise_name("Jaren Jackson Jr.", keep_suffix=False) == "jaren jackson"
    assert ids.normalise_name("Jimmy Butler III", keep_suffix=False) == "jimmy butler"
    assert ids.normalise_name("Dante Exum", keep_suffix=False) == "dante exum"


def test_game_ids_have_ten_digits_whatever_the_source_left_off() -> None:
    assert ids.canonical_game_id(22400157) == "0022400157"
    assert ids.canonical_game_id("0022400157") == "0022400157"


@pytest.mark.parametrize("wrong", ["20241104BOS", "9922400157", "", "00224001571"])
def test_what_is_no_game_id_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="not an NBA game id"):
        ids.canonical_game_id(wrong)


def test_season_comes_from_the_id_and_from_the_date_alike() -> None:
    assert ids.season_of_game("0022400157") == "2024-25" == ids.season_of_date(date(2025, 4, 13))
    assert ids.season_of_date(date(2024, 10, 22)) == "2024-25"
    assert ids.season_type("0042300401") == "Playoffs"


@pytest.mark.parametrize(
    ("game_id", "season"),
    [
        *(("0024600001", "1946-47"), ("0029600001", "1996-97"), ("0029900001", "1999-00"), ("0020000001", "2000-01")),
        *(("0024500001", "2045-46"), ("0042300401", "2023-24")),
    ],
)
def test_two_digits_of_a_year_are_of_the_century_in_which_there_was_a_league(game_id: str, season: str) -> None:
    assert ids.season_of_game(game_id) == season


@pytest.mark.parametrize(
    ("day", "season"),
    [
        *(("2020-07-30", "2019-20"), ("2020-08-01", "2019-20"), ("2020-10-11", "2019-20"), ("2020-10-31", "2019-20")),
        *(("2020-11-01", "2020-21"), ("2020-12-22", "2020-21"), ("2021-07-20", "2020-21"), ("2021-08-01", "2021-22")),
        *(("2019-08-01", "2019-20"), ("2019-10-22", "2019-20")),
    ],
)
def test_the_season_that_ended_in_october_2020_is_one_season(day: str, season: str) -> None:
    assert ids.season_of_date(date.fromisoformat(day)) == season
    assert ids.season_of_date(ids.season_start(season)) == season
    assert ids.season_start(season) <= date.fromisoformat(day)


def test_books_call_the_clippers_by_their_city() -> None:
    assert ids.team_code("Los Angeles Clippers") == ids.team_code("LA Clippers") == "LAC"
    with pytest.raises(KeyError, match="Seattle"):
        ids.team_code("Seattle SuperSonics")
