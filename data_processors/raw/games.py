"""Which scheduled game an event of another source is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from common.errors import NotReadyError
from common.ids import season_label, season_of_game, season_start
from common.raw_store import RawPayload
from common.warehouse import Warehouse

_SQL = Path(__file__).with_name("sql")


@dataclass(frozen=True)
class ScheduledGame:
    """A game of `nba_raw.schedule`."""

    game_id: str
    game_date: date
    season: str
    home_team: str
    away_team: str
    postponed: bool = False


class ScheduledGames:
    """The games of some dates."""

    def __init__(self, games: Iterable[ScheduledGame]) -> None:
        self._by_id: dict[str, ScheduledGame] = {}
        self._by_teams: dict[tuple[date, frozenset[str]], ScheduledGame] = {}
        for game in games:
            self._by_id[game.game_id] = game
            slot = (game.game_date, frozenset((game.home_team, game.away_team)))
            # A game that is on goes before one that was put off.
            if slot not in self._by_teams or self._by_teams[slot].postponed:
                self._by_teams[slot] = game
        self._dates = {g.game_date for g in self._by_id.values()}

    @classmethod
    def read(cls, warehouse: Warehouse, dates: Iterable[date]) -> ScheduledGames:
        """The games from the first to the last of `dates`, by one statement; none for no dates."""
        wanted = sorted(set(dates))
        if not wanted:
            return cls(())
        found = warehouse.query(
            (_SQL / "scheduled_games.sql").read_text(encoding="utf-8"), {"first": wanted[0], "last": wanted[-1]}
        )
        return cls(ScheduledGame(**row) for row in found.rows)

    @classmethod
    def of_ids(cls, warehouse: Warehouse, game_ids: Iterable[str]) -> ScheduledGames:
        """The games of these ids, by one statement; none for no ids."""
        wanted = set(game_ids)
        if not wanted:
            return cls(())
        seasons = sorted(season_of_game(g) for g in wanted)
        # A season is over before the next one but one begins, however late it was played.
        last = season_start(season_label(int(seasons[-1][:4]) + 2))
        params = {"game_ids": wanted, "first": season_start(seasons[0]), "last": last}
        found = warehouse.query((_SQL / "games_by_id.sql").read_text(encoding="utf-8"), params)
        return cls(ScheduledGame(**row) for row in found.rows)

    def by_id(self, game_id: str) -> ScheduledGame | None:
        """The game of an id."""
        return self._by_id.get(game_id)

    def between(self, team: str, other: str, day: date) -> ScheduledGame | None:
        """The game of two teams on an Eastern date, whichever is at home; None where the schedule has none."""
        return self._by_teams.get((day, frozenset((team, other))))

    def find(self, payload: RawPayload, home: str, away: str, day: date) -> ScheduledGame | None:
        """The game of two teams on an Eastern date, whichever of them the source calls the home team.

        None when the schedule has other games only: this one was moved or called off. NotReadyError when it has
        nothing for the date.
        """
        if day not in self._dates:
            raise NotReadyError(f"the schedule has no games on {day}: scrape it first", raw_path=payload.path)
        return self.between(home, away, day)
