"""NBA ids on the rows of other sources: the game by teams and date, the player by name within team and date.

What is not certain stays NULL: a name goes to `nba_reference.unresolved_names`, a game that the schedule does not
have is told in the payload's account. Both are tried again when the schedule, a box score or the player list
brings what was missing (`healing.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from common.ids import normalise_name, season_of_date
from data_processors.raw.bigdataball.plays import FEED as BIGDATABALL
from data_processors.raw.games import ScheduledGame, ScheduledGames
from data_processors.raw.names import NameResolver, Whereabouts
from data_processors.raw.raw_tables import (
    INJURIES,
    PLAY_BY_PLAY,
    ROSTERS,
    SOURCE_GAMES,
    SOURCE_INJURIES,
    SOURCE_PLAYER_BOXSCORES,
    SOURCE_PLAYERS,
    UNRESOLVED_NAMES,
    Row,
    ScopeRows,
)

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Identified:
    """What is looked up for the rows of a table.

    `teams`: the columns with the two teams of the game, where a row is about a game. `names`: column of a name ->
    column of the id. `after_game`: the rows tell what happened, so an appearance in that very game counts.
    `feed`: only the rows of this feed; the others have ids of their own.
    """

    teams: tuple[str, str] | None = None
    names: tuple[tuple[str, str], ...] = (("player_name", "player_id"),)
    after_game: bool = False
    feed: str | None = None


_TABLES = {
    INJURIES: Identified(teams=("home_team", "away_team")),
    SOURCE_PLAYER_BOXSCORES: Identified(teams=("team", "opponent"), after_game=True),
    SOURCE_GAMES: Identified(teams=("home_team", "away_team"), names=()),
    ROSTERS: Identified(),
    SOURCE_PLAYERS: Identified(),
    SOURCE_INJURIES: Identified(),
    PLAY_BY_PLAY: Identified(
        names=(("player_name", "player_id"), ("assist_player_name", "assist_player_id")),
        after_game=True,
        feed=BIGDATABALL,
    ),
}


def identified_by(unit: ScopeRows) -> Identified | None:
    """What is looked up for the rows of `unit`; None where the source has the NBA's ids."""
    found = _TABLES.get(unit.table)
    return found if found is not None and found.feed in (None, unit.payload.feed) else None


def dates_of_games(units: Iterable[ScopeRows]) -> set[date]:
    """The dates whose schedule is needed."""
    return set().union(*(u.dates for u in units if (by := identified_by(u)) is not None and by.teams))


def dates_of_names(units: Iterable[ScopeRows]) -> set[date]:
    """The dates before which appearances are needed."""
    found: set[date] = set()
    for unit in units:
        by = identified_by(unit)
        if by is not None and by.names:
            found |= {d + _ONE_DAY if by.after_game else d for d in unit.dates}
    return found


def identify(units: Sequence[ScopeRows], games: ScheduledGames, names: NameResolver) -> tuple[list[ScopeRows], int]:
    """Put the ids into the rows; returns the scopes of unresolved names, and how many games are unknown."""
    unresolved: list[ScopeRows] = []
    unknown_games: set[tuple[date, frozenset[str]]] = set()
    for unit in units:
        by = identified_by(unit)
        if by is None:
            continue
        waiting: dict[date, dict[str, Row]] = {day: {} for day in unit.dates}
        for row in unit.rows:
            day = row[unit.table.date_column]
            game = None
            if by.teams:
                teams = [row[column] for column in by.teams]
                game = games.between(teams[0], teams[1], day)
                row["game_id"] = game.game_id if game else None
                if game is None:
                    unknown_games.add((day, frozenset(teams)))
            _name_players(row, by, day, game, names, waiting[day])
        if by.names:
            unresolved += [
                # A scope a date: the rows of a report lie on several.
                ScopeRows(UNRESOLVED_NAMES, f"{unit.scope}|{day}", unit.payload, list(rows.values()), day)
                for day, rows in waiting.items()
            ]
    return unresolved, len(unknown_games)


def _name_players(
    row: Row, by: Identified, day: date, game: ScheduledGame | None, names: NameResolver, waiting: dict[str, Row]
) -> None:
    team = row.get("team")
    where = Whereabouts(
        (team,) if team else (), row.get("season") or season_of_date(day), day + _ONE_DAY if by.after_game else day
    )
    for column, id_column in by.names:
        row[id_column] = None
        name = row[column]
        if name is None:
            continue
        found = names.resolve_at(name, where)
        row[id_column] = found.player_id
        if found.player_id is None:
            entry = waiting.setdefault(
                normalise_name(name),
                {
                    "name": name,
                    "name_key": normalise_name(name),
                    "game_id": game.game_id if game else row.get("game_id"),
                    "game_date": day,
                    "home_team": game.home_team if game else None,
                    "away_team": game.away_team if game else None,
                    "team": team,
                    "quotes": 0,
                    "reason": found.reason,
                },
            )
            entry["quotes"] += 1
