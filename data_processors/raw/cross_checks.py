"""What the rows of a game must say together: within a payload, beside the schedule, and beside the other log.

A payload that contradicts itself is refused. Where two answers contradict each other nobody knows which is right:
the game's rows wait, those that are there stay, and a newer answer to either settles it (`healing.py`). Every rule
here holds for all games of the recorded seasons.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from common.errors import PayloadError
from common.ids import season_of_date, season_of_game
from common.raw_store import RawPayload, RawStore
from data_processors.raw.games import ScheduledGame, ScheduledGames
from data_processors.raw.nbacom.boxscores import PLAYER_FEED, TEAM_FEED, parse_players
from data_processors.raw.nbacom.game_boxscore import GAME_FEED, parse_teams
from data_processors.raw.payload_fields import payload_error
from data_processors.raw.raw_tables import (
    PLAYER_BOXSCORES,
    SCHEDULE,
    SHOTS,
    TEAM_BOXSCORES,
    RawTable,
    Row,
    ScopeRows,
)
from data_processors.raw.source_values import team_codes_by_id

log = logging.getLogger(__name__)
_BOXES = (PLAYER_BOXSCORES, TEAM_BOXSCORES)
GAME_TABLES = (*_BOXES, SHOTS)
_TEAMS: Mapping[RawTable, tuple[str, ...]] = {
    SCHEDULE: ("home_team", "away_team"),
    PLAYER_BOXSCORES: ("team",),
    TEAM_BOXSCORES: ("team",),
}
# Team rebounds and team turnovers stand in neither log; a source that counts them would differ in turnovers.
_EXACT = (
    *("points", "fgm", "fga", "fg3m", "fg3a", "ftm", "fta", "oreb", "dreb", "reb"),
    *("ast", "stl", "blk", "pf"),
)
# Each line's minutes are rounded.
_MINUTES_APART = 8
_OTHER_LOG = {PLAYER_FEED: TEAM_FEED, TEAM_FEED: PLAYER_FEED, GAME_FEED: PLAYER_FEED}
# Words of the account, by which healing finds what waits for another answer.
DO_NOT_FIT = "do not fit"

# game id -> team -> column -> sum
Sums = Mapping[str, Mapping[str, Mapping[str, int]]]


def check_payload(units: Iterable[ScopeRows]) -> None:
    """PayloadError where the rows of a payload contradict each other."""
    for unit in units:
        for row in unit.rows:
            _check_row(unit, row)
        if unit.table in GAME_TABLES and unit.rows:
            _check_game(unit)


def _check_row(unit: ScopeRows, row: Row) -> None:
    game_id, day = row.get("game_id"), row.get("game_date")
    if game_id is not None and day is not None and season_of_date(day) != season_of_game(game_id):
        raise _error(unit, "game_date", f"game {game_id} is of {season_of_game(game_id)}, not of a season with {day}")
    for column in _TEAMS.get(unit.table, ()):
        if team_codes_by_id().get(row[f"{column}_id"]) != row[column]:
            raise _error(unit, f"{column}_id", f"{row[f'{column}_id']} is not the id of {row[column]}")


def _check_game(unit: ScopeRows) -> None:
    if len({row["game_date"] for row in unit.rows}) > 1:
        raise _error(unit, "game_date", f"{unit.scope} lies on several dates")
    if unit.table not in _BOXES:
        return
    if len({frozenset((row["team"], row["opponent"])) for row in unit.rows}) > 1:
        raise _error(unit, "opponent", f"{unit.scope} has more than two teams")
    for column in ("is_home", "win"):
        by_team = {(row["team"], row[column]) for row in unit.rows if row[column] is not None}
        values = [value for _, value in by_team]
        if len(set(values)) < len(values):
            raise _error(unit, column, f"{unit.scope}: the two teams' {column} contradict each other")
    if unit.table is TEAM_BOXSCORES and len(unit.rows) == 2:
        one, other = unit.rows
        if None not in (one["win"], one["points"], other["points"]) and one["win"] != (one["points"] > other["points"]):
            raise _error(unit, "win", f"{unit.scope}: {one['team']} won, or lost, with the points of the other")


def _error(unit: ScopeRows, column: str, message: str) -> PayloadError:
    return payload_error(unit.payload, message, field=f"{unit.table.part}.{column}")


class OtherLogs:
    """The newest stored answers of the feed that says the same of a game's teams, as of a moment."""

    def __init__(self, store: RawStore, as_of: datetime | None) -> None:
        self._store = store
        self._as_of = as_of
        self._read: dict[str, Sums] = {}

    def read(self, payload: RawPayload, units: Sequence[ScopeRows]) -> None:
        """Note what a payload says that has just been parsed."""
        self._read[payload.path] = team_sums(units)

    def beside(self, payload: RawPayload) -> Sums:
        """What the other log of the payload's scope says; nothing where there is none that can be read."""
        feed = _OTHER_LOG.get(payload.feed)
        scope = payload.path.split("/")[1]
        if feed is None:
            return {}
        newest = {p.rsplit("/", 1)[0] for p in self._store.list(f"{feed}/{scope}")}
        found: dict[str, Mapping[str, Mapping[str, int]]] = {}
        for folder in sorted(newest):
            for path in self._store.answers(folder, self._as_of):
                sums = self._sums(feed, path)
                if sums is not None:
                    found |= sums
                    break
        return found

    def _sums(self, feed: str, path: str) -> Sums | None:
        if path not in self._read:
            other = next(iter(self._store.readable([path])), None)
            if other is None:
                return None
            try:
                units = parse_players(other) if feed == PLAYER_FEED else parse_teams(other)
                check_payload(units)
            except MemoryError:
                raise
            except Exception:
                # It is, or will be, in quarantine for it; the answer before it counts.
                log.warning("the other log can't be read", extra={"raw_path": path}, exc_info=True)
                return None
            self._read[path] = team_sums(units)
        return self._read[path]


def team_sums(units: Iterable[ScopeRows]) -> Sums:
    """What box scores say of each team, added up; a column with a gap is left out."""
    found: dict[str, dict[str, dict[str, int]]] = {}
    for unit in units:
        if unit.table in _BOXES:
            lines: dict[str, list[Row]] = defaultdict(list)
            for row in unit.rows:
                lines[row["team"]].append(row)
            found[unit.scope.removeprefix("game:")] = {team: _added(rows) for team, rows in lines.items()}
    return found


def _added(rows: list[Row]) -> dict[str, int]:
    columns = (*_EXACT, "minutes")
    return {c: sum(row[c] for row in rows) for c in columns if all(row.get(c) is not None for row in rows)}


def misfits(units: Sequence[ScopeRows], games: ScheduledGames, others: Sums) -> dict[str, str]:
    """Scope -> why, of the games whose rows contradict the schedule or the other log."""
    found: dict[str, str] = {}
    for unit in units:
        if unit.table not in GAME_TABLES or not unit.rows:
            continue
        game_id = unit.rows[0]["game_id"]
        game = games.by_id(game_id)
        reason = _beside_schedule(unit, game) if game is not None else None
        if reason is None and unit.table in _BOXES:
            reason = _beside_log(team_sums([unit])[game_id], others.get(game_id, {}))
        if reason is not None:
            found[unit.scope] = f"{game_id}: {reason}"
    return found


def _beside_schedule(unit: ScopeRows, game: ScheduledGame) -> str | None:
    row = unit.rows[0]
    if row["game_date"] != game.game_date:
        return f"on {row['game_date']}, by the schedule on {game.game_date}"
    teams = {r["team"] for r in unit.rows} | {r["opponent"] for r in unit.rows if "opponent" in r}
    if not teams <= {game.home_team, game.away_team}:
        return f"of {' and '.join(sorted(teams))}, by the schedule {game.away_team} at {game.home_team}"
    for row in unit.rows:
        if row.get("is_home") is not None and row["is_home"] != (row["team"] == game.home_team):
            return f"{row['team']} at home: {row['is_home']}, by the schedule {game.away_team} at {game.home_team}"
    return None


def _beside_log(ours: Mapping[str, Mapping[str, int]], theirs: Mapping[str, Mapping[str, int]]) -> str | None:
    if len(ours) != 2:
        return f"only {', '.join(ours)} of two teams"
    if not theirs:
        return None
    if ours.keys() != theirs.keys():
        return f"of {' and '.join(sorted(ours))}, by the other log of {' and '.join(sorted(theirs))}"
    for team, sums in ours.items():
        for column, value in sums.items():
            other = theirs[team].get(column, value)
            if abs(value - other) > (_MINUTES_APART if column == "minutes" else 0):
                return f"{team} has {value} {column}, by the other log {other}"
    return None
