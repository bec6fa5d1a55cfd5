"""What stats.nba.com would answer: schedule, game logs, shot chart, of games that are over at the moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

import numpy as np

from common import clock
from scrapers.simulated.box_scores import BoxScores
from scrapers.simulated.players import ZONE_POINTS, ZONES
from scrapers.simulated.schedule import Game
from scrapers.simulated.season import GAME_LASTS, Season, season_of
from scrapers.simulated.teams import Team, teams

_SEASON_TYPE = "Regular Season"
_COUNT_COLUMNS = "MIN FGM FGA FG_PCT FG3M FG3A FG3_PCT FTM FTA FT_PCT OREB DREB REB AST STL BLK TOV PF"
_COUNTS = _COUNT_COLUMNS.split()
_NAMED = ["SEASON_ID", "TEAM_ID", "TEAM_ABBREVIATION", "TEAM_NAME", "GAME_ID", "GAME_DATE", "MATCHUP", "WL"]
_PLAYER_LOG = [
    _NAMED[0], "PLAYER_ID", "PLAYER_NAME", *_NAMED[1:],
    *_COUNTS, "PTS", "PLUS_MINUS", "FANTASY_PTS", "VIDEO_AVAILABLE",
]  # fmt: skip
_TEAM_LOG = [*_NAMED, "MIN", "PTS", *_COUNTS[1:], "PLUS_MINUS", "VIDEO_AVAILABLE"]
_CHART_COLUMNS = (
    "GRID_TYPE GAME_ID GAME_EVENT_ID PLAYER_ID PLAYER_NAME TEAM_ID TEAM_NAME PERIOD MINUTES_REMAINING "
    "SECONDS_REMAINING EVENT_TYPE ACTION_TYPE SHOT_TYPE SHOT_ZONE_BASIC SHOT_ZONE_AREA SHOT_ZONE_RANGE SHOT_DISTANCE "
    "LOC_X LOC_Y SHOT_ATTEMPTED_FLAG SHOT_MADE_FLAG GAME_DATE HTM VTM"
)
_CHART = _CHART_COLUMNS.split()
_SHARES = {"FG_PCT": ("FGM", "FGA"), "FG3_PCT": ("FG3M", "FG3A"), "FT_PCT": ("FTM", "FTA")}


def schedule(seed: int, params: Mapping[str, str], now: datetime) -> dict[str, Any]:
    """`scheduleleaguev2int`: all games, with the scores of those that are over."""
    season = season_of(seed, params.get("Season", ""))
    days = season.by_date.items() if season else ()
    label = season.label if season else params.get("Season", "")
    return {
        "meta": {"version": 1, "request": "simulated"},
        "leagueSchedule": {
            "seasonYear": label,
            "leagueId": "00",
            "gameDates": [
                {"gameDate": f"{day:%m/%d/%Y} 00:00:00", "games": [_scheduled(season, g, now) for g in games]}
                for day, games in days
                if season
            ],
        },
    }


def game_log(seed: int, params: Mapping[str, str], now: datetime) -> dict[str, Any]:
    """`leaguegamelog` of players ("P") or teams ("T")."""
    wants_players = params.get("PlayerOrTeam") == "P"
    headers, rows = (_PLAYER_LOG, _player_rows) if wants_players else (_TEAM_LOG, _team_rows)
    found: list[list[Any]] = []
    for season, game in _over(seed, params, now):
        found += rows(season, game)
    return _result("leaguegamelog", params, "LeagueGameLog", headers, found)


def shot_chart(seed: int, params: Mapping[str, str], now: datetime) -> dict[str, Any]:
    """`shotchartdetail` with ContextMeasure=FGA, of everybody."""
    found: list[list[Any]] = []
    for season, game in _over(seed, params, now):
        found += _shot_rows(season, game)
    return _result("shotchartdetail", params, "Shot_Chart_Detail", _CHART, found)


def _result(resource: str, params: Mapping[str, str], name: str, headers: list[str], rows: Any) -> dict[str, Any]:
    found = {"name": name, "headers": headers, "rowSet": rows}
    return {"resource": resource, "parameters": dict(params), "resultSets": [found]}


def _over(seed: int, params: Mapping[str, str], now: datetime) -> Iterator[tuple[Season, Game]]:
    """The games between DateFrom and DateTo (the whole season without them) that are over."""
    season = season_of(seed, params.get("Season", ""))
    if season is None or params.get("SeasonType", _SEASON_TYPE) != _SEASON_TYPE:
        return
    first, last = (_day(params.get(name)) for name in ("DateFrom", "DateTo"))
    for day, games in season.by_date.items():
        if (first is None or first <= day) and (last is None or day <= last):
            yield from ((season, g) for g in games if is_over(g, now))


def _day(text: str | None) -> date | None:
    """A date as the site takes it: 2024-11-04 or 11/04/2024; None when it is empty."""
    if not text:
        return None
    if "/" in text:
        month, day, year = text.split("/")
        return date(int(year), int(month), int(day))
    return date.fromisoformat(text)


def is_over(game: Game, now: datetime) -> bool:
    """Whether the game's box score is public."""
    return now >= game.tip_off + GAME_LASTS


def _scheduled(season: Season, game: Game, now: datetime) -> dict[str, Any]:
    eastern = game.tip_off.astimezone(clock.EASTERN)
    home, away = teams()[game.home], teams()[game.away]
    over = is_over(game, now)
    points = season.box_scores.PTS[2 * game.index : 2 * game.index + 2].sum(axis=1).tolist() if over else (0, 0)
    return {
        "gameId": game.game_id,
        "gameCode": f"{game.game_date:%Y%m%d}/{away.code}{home.code}",
        "gameStatus": 3 if over else 1,
        "gameStatusText": "Final" if over else f"{eastern:%I:%M %p} ET".lstrip("0").lower().replace("et", "ET"),
        "gameDateEst": f"{game.game_date}T00:00:00Z",
        # Eastern, whatever the Z says; so the site writes it.
        "gameDateTimeEst": f"{eastern:%Y-%m-%dT%H:%M:%S}Z",
        "gameDateTimeUTC": clock.iso_utc(game.tip_off),
        "ifNecessary": False,
        "arenaName": f"{home.city} Arena",
        "arenaCity": home.city,
        "isNeutral": False,
        "postponedStatus": "N",
        "gameLabel": "",
        "homeTeam": _side(home, points[0]),
        "awayTeam": _side(away, points[1]),
    }


def _side(team: Team, score: int) -> dict[str, Any]:
    return {
        "teamId": team.team_id,
        "teamTricode": team.code,
        "teamName": team.nickname,
        "teamCity": team.city,
        "score": score,
    }


def _sides(season: Season, game: Game) -> Iterator[tuple[int, list[Any]]]:
    """The rows of a game in the arrays, with the columns that players and teams share up to WL."""
    home, away = teams()[game.home], teams()[game.away]
    points = season.box_scores.PTS[2 * game.index : 2 * game.index + 2].sum(axis=1).tolist()
    for side, team in enumerate((home, away)):
        matchup = f"{home.code} vs. {away.code}" if side == 0 else f"{away.code} @ {home.code}"
        result = "W" if points[side] > points[1 - side] else "L"
        named = [team.team_id, team.code, team.full_name, game.game_id, str(game.game_date), matchup, result]
        yield 2 * game.index + side, named


def _player_rows(season: Season, game: Game) -> Iterator[list[Any]]:
    for row, named in _sides(season, game):
        counts = {name: getattr(season.box_scores, name)[row].tolist() for name in BoxScores.__dataclass_fields__}
        for place, player in enumerate(season.known.player[row].tolist()):
            box = {name: values[place] for name, values in counts.items()}
            fantasy = round(
                box["PTS"] + 1.2 * box["REB"] + 1.5 * box["AST"] + 3 * (box["STL"] + box["BLK"]) - box["TOV"], 1
            )
            who = [int(season.players.player_id[player]), season.players.name[player]]
            yield [
                f"2{season.year}", *who, *named, *_counted(box, _COUNTS), box["PTS"], box["PLUS_MINUS"], fantasy, 0,
            ]  # fmt: skip


def _team_rows(season: Season, game: Game) -> Iterator[list[Any]]:
    for row, named in _sides(season, game):
        box = {name: int(getattr(season.box_scores, name)[row].sum()) for name in BoxScores.__dataclass_fields__}
        # The players' plus-minus counts every point of the margin five times.
        margin = box["PLUS_MINUS"] // 5
        yield [f"2{season.year}", *named, box["MIN"], box["PTS"], *_counted(box, _COUNTS[1:]), margin, 0]


def _counted(box: Mapping[str, int], names: list[str]) -> Iterator[Any]:
    for name in names:
        if name in _SHARES:
            made, tried = (box[n] for n in _SHARES[name])
            yield round(made / tried, 3) if tried else None
        else:
            yield box[name]


def _shot_rows(season: Season, game: Game) -> Iterator[list[Any]]:
    shots, chart = season.played.shots, season.chart
    # The chart is in the games' order, as the shots are in the team-games'.
    first, last = np.searchsorted(shots.row, [2 * game.index, 2 * game.index + 2]).tolist()
    taken = chart.order[first:last]
    sides = [teams()[game.home], teams()[game.away]]
    drawn = (chart.event, chart.period, chart.seconds_left, chart.feet, chart.x, chart.y)
    columns = zip(
        *(a[first:last].tolist() for a in drawn),
        *(a[taken].tolist() for a in (shots.row, shots.place, shots.zone, shots.made)),
        chart.area[first:last], chart.range_[first:last], chart.action[first:last],
        strict=True,
    )  # fmt: skip
    day = f"{game.game_date:%Y%m%d}"
    for event, period, left, feet, x, y, row, place, zone, made, area, range_, action in columns:
        player, team = int(season.known.player[row, place]), sides[row % 2]
        yield [
            "Shot Chart Detail", game.game_id, event, int(season.players.player_id[player]),
            season.players.name[player], team.team_id, team.full_name, period, left // 60, left % 60,
            "Made Shot" if made else "Missed Shot", action, f"{ZONE_POINTS[zone]}PT Field Goal", ZONES[zone], area,
            range_, feet, x, y, 1, int(made), day, sides[0].code, sides[1].code,
        ]  # fmt: skip
