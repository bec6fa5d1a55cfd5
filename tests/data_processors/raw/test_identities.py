from __future__ import annotations

from datetime import date
from typing import Any

from data_processors.raw.games import ScheduledGame, ScheduledGames
from data_processors.raw.identities import dates_of_games, dates_of_names, identify
from data_processors.raw.names import ListedPlayer, NameResolver, Stint
from data_processors.raw.player_registry import Aliases, PlayerRegistry, RegisteredPlayer
from data_processors.raw.raw_tables import INJURIES, PLAY_BY_PLAY, ROSTERS, SOURCE_PLAYER_BOXSCORES, ScopeRows
from tests.data_processors.raw.archive import payload

DAY = date(2024, 11, 4)
GAMES = ScheduledGames([ScheduledGame("0022400157", DAY, "2024-25", "MIA", "SAC")])
REGISTRY = PlayerRegistry([RegisteredPlayer(5, "Known Veteran", True)])


def names(*stints: Stint, listed: tuple[ListedPlayer, ...] = ()) -> NameResolver:
    return NameResolver(stints, Aliases({}), REGISTRY, listed)


def stint(player_id: int, name: str, team: str, day: date = date(2024, 10, 23)) -> Stint:
    return Stint(player_id, name, team, "2024-25", day, day)


def injury(name: str | None, team: str = "MIA", day: date = DAY) -> dict[str, Any]:
    return {"game_date": day, "season": "2024-25", "home_team": "MIA", "away_team": "SAC", "team": team} | {
        "player_name": name
    }


def unit(*rows: dict[str, Any], table: Any = INJURIES, feed: str = "nbac_injury_report") -> ScopeRows:
    return ScopeRows(table, "report:1", payload(feed, {}), list(rows))


def test_a_report_s_line_gets_the_game_by_teams_and_date_and_the_player_within_his_team() -> None:
    report = unit(injury("Man, Same", "MIA"), injury("Man, Same", "SAC"))
    unresolved, unknown = identify([report], GAMES, names(stint(1, "Same Man", "MIA"), stint(2, "Same Man", "SAC")))
    assert [(r["game_id"], r["player_id"]) for r in report.rows] == [("0022400157", 1), ("0022400157", 2)]
    assert ([u.rows for u in unresolved], unknown) == ([[]], 0)


def test_a_game_that_the_schedule_lacks_stays_null_and_is_counted_once() -> None:
    report = unit(injury("Known Veteran", day=date(2024, 11, 5)), injury(None, "SAC", date(2024, 11, 5)))
    _, unknown = identify([report], GAMES, names())
    assert [(r["game_id"], r["player_id"]) for r in report.rows] == [(None, 5), (None, None)]
    assert unknown == 1


def test_a_name_that_nobody_has_waits_with_its_game_and_team() -> None:
    report = unit(injury("Nobody, Is"), injury("Nobody, Is", "SAC"))
    (waiting,), _ = identify([report], GAMES, names())
    assert waiting.scope == "report:1|2024-11-04"
    (row,) = waiting.rows
    assert (row["name_key"], row["game_id"], row["team"], row["quotes"], row["reason"]) == (
        "is nobody",
        "0022400157",
        "MIA",
        2,
        "unknown",
    )


def test_a_box_score_knows_who_appeared_in_that_very_game_and_a_report_before_it_does_not() -> None:
    debut = names(stint(7, "Brand New", "MIA", DAY))
    line = {"game_date": DAY, "season": "2024-25", "team": "MIA", "opponent": "SAC", "player_name": "Brand New"}
    box, report = unit(line, table=SOURCE_PLAYER_BOXSCORES, feed="bdl_box_scores"), unit(injury("New, Brand"))
    identify([box, report], GAMES, debut)
    assert (box.rows[0]["player_id"], box.rows[0]["game_id"]) == (7, "0022400157")
    assert report.rows[0]["player_id"] is None


def test_a_newcomer_is_known_by_the_player_list_of_the_season() -> None:
    listed = (ListedPlayer(8, "Fresh Rookie", "MIA", "2024-25"), ListedPlayer(9, "Free Agent", None, "2024-25"))
    report = unit(injury("Rookie, Fresh"), injury("Agent, Free"))
    identify([report], GAMES, names(listed=listed))
    assert [r["player_id"] for r in report.rows] == [8, 9]
    found = names(listed=listed).resolve("Fresh Rookie", ScheduledGame("0022400157", DAY, "2024-25", "MIA", "SAC"))
    assert (found.resolved_by, found.team) == ("team", "MIA")


def test_two_newcomers_of_one_name_are_not_told_apart_by_guess() -> None:
    listed = (ListedPlayer(8, "Twin Name", "BOS", "2024-25"), ListedPlayer(9, "Twin Name", "LAL", "2024-25"))
    report = unit(injury("Name, Twin"))
    (waiting,), _ = identify([report], GAMES, names(listed=listed))
    assert report.rows[0]["player_id"] is None
    assert waiting.rows[0]["reason"] == "ambiguous"


def test_the_league_s_own_play_by_play_is_left_as_it_is() -> None:
    play = {"game_id": "0022400157", "game_date": DAY, "team": "MIA", "player_name": "Veteran", "player_id": 77}
    ours = unit(dict(play), table=PLAY_BY_PLAY, feed="nbac_play_by_play")
    other = unit(
        play | {"player_name": "Known Veteran", "assist_player_name": None}, table=PLAY_BY_PLAY, feed="bigdataball_pbp"
    )
    identify([ours, other], GAMES, names())
    assert (ours.rows[0]["player_id"], other.rows[0]["player_id"]) == (77, 5)


def test_only_the_dates_that_are_needed_are_asked_for() -> None:
    roster = unit({"snapshot_date": date(2024, 11, 1), "team": "MIA", "player_name": "X"}, table=ROSTERS)
    assert (dates_of_games([roster]), dates_of_names([roster])) == (set(), {date(2024, 11, 1)})
    assert (dates_of_games([unit(injury("X"))]), dates_of_names([unit(injury("X"))])) == ({DAY}, {DAY})
