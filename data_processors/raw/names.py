"""Which player a sportsbook means by a name: by the two teams first, by hand-checked aliases, by the registry.

A name that is not certain stays unresolved; nobody is guessed. A match by team looks at players who
appeared for either team strictly before the game, this season or the last.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Literal

from common.ids import normalise_name, season_label, season_of_date, season_start
from common.warehouse import Warehouse
from data_processors.raw.games import ScheduledGame
from data_processors.raw.player_registry import Aliases, PlayerRegistry, load_aliases, load_registry

_SQL = Path(__file__).with_name("sql") / "player_stints.sql"
ResolvedBy = Literal["team", "alias", "registry"]
Reason = Literal["unknown", "ambiguous"]


@dataclass(frozen=True)
class Resolution:
    """A player id and how it was found, or the reason why there is none.

    `team` is the player's team by his latest appearance, where that is one of the two.
    """

    player_id: int | None = None
    resolved_by: ResolvedBy | None = None
    team: str | None = None
    reason: Reason | None = None


@dataclass(frozen=True)
class Stint:
    """Consecutive appearances of a player for one team under one name in one season."""

    player_id: int
    player_name: str
    team: str
    season: str
    first_date: date
    last_date: date


@lru_cache(maxsize=65536)
def _key(name: str) -> str:
    return normalise_name(name)


@lru_cache(maxsize=65536)
def _bare_key(name: str) -> str:
    return normalise_name(name, keep_suffix=False)


def _reversed_key(name: str) -> str:
    """ "Caldwell Pope Kentavious" -> "kentavious caldwell pope": a name written last name first."""
    *last, first = _key(name).split() or [""]
    return " ".join([first, *last])


# Each way to write a name down, and the form of an official name that it is compared with.
_FORMS: tuple[tuple[Callable[[str], str], Callable[[str], str]], ...] = (
    (_key, _key),
    (_bare_key, _bare_key),
    (_reversed_key, _key),
)


class NameResolver:
    """Resolves names against the appearances that it was made with."""

    def __init__(
        self, stints: Iterable[Stint], aliases: Aliases | None = None, registry: PlayerRegistry | None = None
    ) -> None:
        self._registry = registry or load_registry()
        self._aliases = aliases or load_aliases()
        self._by_team: dict[tuple[str, str], list[Stint]] = defaultdict(list)
        self._by_player: dict[int, list[Stint]] = defaultdict(list)
        for stint in sorted(stints, key=lambda s: (s.first_date, s.last_date)):
            self._by_team[stint.team, stint.season].append(stint)
            self._by_player[stint.player_id].append(stint)
        self._candidates: dict[str, dict[int, set[str]]] = {}
        self._appeared: dict[tuple[str, date], frozenset[int]] = {}
        self._resolved: dict[tuple[str, str], Resolution] = {}

    @classmethod
    def read(cls, warehouse: Warehouse, dates: Iterable[date]) -> NameResolver:
        """A resolver for games on `dates`, its appearances read by one statement."""
        wanted = sorted(set(dates))
        if not wanted:
            return cls(())
        first = season_start(_season_before(season_of_date(wanted[0])))
        found = warehouse.query(_SQL.read_text(encoding="utf-8"), {"first": first, "before": wanted[-1]})
        return cls(Stint(**row) for row in found.rows)

    def resolve(self, name: str, game: ScheduledGame) -> Resolution:
        """The player whom `name` means in `game`."""
        known = self._resolved.get((game.game_id, name))
        if known is None:
            known = self._resolved[game.game_id, name] = self._resolve(name, game)
        return known

    def _resolve(self, name: str, game: ScheduledGame) -> Resolution:
        candidates = self._candidates_of(game)
        ambiguous = False
        for form, official in _FORMS:
            key = form(name)
            found = {p for p, names in candidates.items() if key in {official(n) for n in names}}
            if len(found) == 1:
                return self._by_appearance(found.pop(), "team", game)
            ambiguous = ambiguous or len(found) > 1
        alias = self._aliases.find(name)
        if alias is not None:
            if alias.player_id in candidates:
                if not alias.is_abbreviation or self._only_one(alias.player_id, candidates):
                    return self._by_appearance(alias.player_id, "alias", game)
                return Resolution(reason="ambiguous")
            if not alias.is_abbreviation:
                return Resolution(alias.player_id, "alias")
        if ambiguous:
            return Resolution(reason="ambiguous")
        registered, several = self._registry.find(name, self._playing(game))
        if registered is None:
            return Resolution(reason="ambiguous" if several else "unknown")
        return Resolution(registered, "registry")

    def _candidates_of(self, game: ScheduledGame) -> dict[int, set[str]]:
        """Player id -> names of those who appeared for either team before the game."""
        found = self._candidates.get(game.game_id)
        if found is None:
            found = self._candidates[game.game_id] = {}
            for team in (game.home_team, game.away_team):
                for season in (_season_before(game.season), game.season):
                    for stint in self._by_team.get((team, season), ()):
                        if stint.first_date < game.game_date:
                            found.setdefault(stint.player_id, set()).add(stint.player_name)
        return found

    def _playing(self, game: ScheduledGame) -> frozenset[int]:
        """Who appeared for any team before the game, this season or the last; the same in any batch."""
        slot = game.season, game.game_date
        if slot not in self._appeared:
            seasons = (_season_before(game.season), game.season)
            self._appeared[slot] = frozenset(
                player
                for player, stints in self._by_player.items()
                if any(s.season in seasons and s.first_date < game.game_date for s in stints)
            )
        return self._appeared[slot]

    def _by_appearance(self, player_id: int, how: ResolvedBy, game: ScheduledGame) -> Resolution:
        earlier = [s for s in self._by_player[player_id] if s.first_date < game.game_date]
        team = earlier[-1].team if earlier else None
        return Resolution(player_id, how, team if team in (game.home_team, game.away_team) else None)

    @staticmethod
    def _only_one(player_id: int, candidates: dict[int, set[str]]) -> bool:
        """Whether no other candidate has the same initial and last name, as an abbreviation needs it."""

        def short(names: set[str]) -> set[str]:
            return {f"{_bare_key(n)[:1]} {_bare_key(n).split()[-1]}" for n in names}

        wanted = short(candidates[player_id])
        return not any(short(names) & wanted for other, names in candidates.items() if other != player_id)


def _season_before(season: str) -> str:
    return season_label(int(season[:4]) - 1)
