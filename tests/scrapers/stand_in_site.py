"""Answers in the sources' shapes, for one date with two games: CLE-MIL at 19:00 Eastern, LAC-SAS at 22:30."""

from __future__ import annotations

from typing import Any

from tests.scrapers.stand_ins import ArchiveBuilder

STATS = "https://stats.nba.com/stats"
HISTORICAL = "https://api.the-odds-api.com/v4/historical/sports/basketball_nba"
QUOTES = {"regions": "us", "oddsFormat": "decimal"}
EARLY = {"id": "cle-mil", "commence_time": "2024-11-05T00:00:00Z"}
LATE = {"id": "lac-sas", "commence_time": "2024-11-05T03:30:00Z"}
TOMORROW = {"id": "bos-gsw", "commence_time": "2024-11-07T00:30:00Z"}


def schedule(*games: tuple[str, str]) -> dict[str, Any]:
    """A schedule answer with games (id, Eastern date)."""
    listed = [{"gameDate": "", "games": [{"gameId": g, "gameDateEst": f"{day}T00:00:00Z"}]} for g, day in games]
    return {"leagueSchedule": {"gameDates": listed}}


def game_log(*points: int) -> dict[str, Any]:
    """A game log answer with one row a player."""
    return {"resultSets": [{"name": "LeagueGameLog", "headers": ["PTS"], "rowSet": [[p] for p in points]}]}


def game_log_params(
    player_or_team: str, day: str = "2024-11-04", season_type: str = "Regular Season"
) -> dict[str, str]:
    """The parameters of a date's game log, exactly as the archives index them."""
    return {
        "Counter": "1000",
        "DateFrom": day,
        "DateTo": day,
        "Direction": "DESC",
        "LeagueID": "00",
        "PlayerOrTeam": player_or_team,
        "Season": "2024-25",
        "SeasonType": season_type,
        "Sorter": "DATE",
    }


def fill(archive: ArchiveBuilder) -> ArchiveBuilder:
    """A date as the archives have it: lists and props in the morning, lines 30 minutes before tip, logs at night."""
    games = schedule(("0022400154", "2024-11-04"), ("0022400168", "2024-11-04"), ("0022400169", "2024-11-06"))
    archive.add(f"{STATS}/scheduleleaguev2int", {"LeagueID": "00", "Season": "2024-25"}, games, "2024-08-15T16:00:00Z")
    for kind in "PT":
        archive.add(f"{STATS}/leaguegamelog", game_log_params(kind), game_log(30, 22), "2024-11-05T06:00:00Z")
    events = {"timestamp": "2024-11-04T11:00:00Z", "data": [EARLY, LATE, TOMORROW]}
    archive.add(f"{HISTORICAL}/events", {"game_date": "2024-11-04"}, events, "2024-11-04T11:00:00Z")
    for event, props_from, lines_from in [
        ("cle-mil", "2024-11-04T12:00:00Z", "2024-11-04T23:30:00Z"),
        ("lac-sas", "2024-11-04T15:30:00Z", "2024-11-05T03:00:00Z"),
    ]:
        url = f"{HISTORICAL}/events/{event}/odds"
        archive.add(url, {"markets": "player_points", **QUOTES}, {"data": {"id": event}}, props_from)
        archive.add(url, {"markets": "spreads,totals", **QUOTES}, {"data": {"id": event}}, lines_from)
    return archive
