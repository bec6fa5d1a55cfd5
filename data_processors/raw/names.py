"""Which player a source means by a name: by the teams first, by hand-checked aliases, by the registry.

A name that is not certain stays unresolved; nobody is guessed. A match by team looks at players who appeared
for one of the teams before a date, this season or the last, and at those whom the season's player list has there.
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
from data_processors.raw.player_registry import Alias, Aliases, PlayerRegistry, load_aliases, load_registry

_SQL = Path(__file__).with_name("sql") / "known_names.sql"
ResolvedBy = Literal["team", "alias", "registry"]
Reason = Literal["unknown", "ambiguous"]


@dataclass(frozen=True)
class Resolution:
    """A player id and how it was found, or the reason why there is none.

    `team` is the player's team by his latest appearance, by the player list where he has none, and only where
    that is one of those asked about.
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


@dataclass(frozen=True)
class ListedPlayer:
    """A player of a season's player list; `team` is None for one without a team."""

    player_id: int
    player_name: str
    team: str | None
    season: str


@dataclass(frozen=True)
class Whereabouts:
    """Where a name is looked for: among the players of `teams` who appeared before the date `before`."""

    teams: tuple[str, ...]
    season: str
    before: date

    @classmethod
    def of_quote(cls, game: ScheduledGame) -> Whereabouts:
        """Both teams of a game, as they were known before it."""
        return cls((game.home_team, game.away_team), game.season, game.game_date)


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
    """Resolves names against the appearances, player lists and people's aliases that it was made with."""

    def __init__(
        self,
        stints: Iterable[Stint],
        aliases: Aliases | None = None,
        registry: PlayerRegistry | None = None,
        listed: Iterable[ListedPlayer] = (),
    ) -> None:
        self._registry = registry or load_registry()
        self._aliases = aliases or load_aliases()
        self._by_team: dict[tuple[str, str], list[Stint]] = defaultdict(list)
        self._by_player: dict[int, list[Stint]] = defaultdict(list)
        for stint in sorted(stints, key=lambda s: (s.first_date, s.last_date)):
            self._by_team[stint.team, stint.season].append(stint)
            self._by_player[stint.player_id].append(stint)
        self._listed: dict[str, list[ListedPlayer]] = defaultdict(list)
        for player in listed:
            self._listed[player.season].append(player)
        self._candidates: dict[Whereabouts, dict[int, set[str]]] = {}
        self._appeared: dict[tuple[str, date], frozenset[int]] = {}
        self._resolved: dict[tuple[Whereabouts, str], Resolution] = {}

    @classmethod
    def read(cls, warehouse: Warehouse, dates: Iterable[date]) -> NameResolver:
        """A resolver for whereabouts before any of `dates`; all that it knows is read by one statement."""
        wanted = sorted(set(dates))
        if not wanted:
            return cls(())
        seasons = {season_of_date(d) for d in wanted}
        first = season_start(_season_before(min(seasons)))
        params = {"first": first, "before": wanted[-1], "seasons": seasons}
        stints, listed, aliases = [], [], {}
        for row in warehouse.query(_SQL.read_text(encoding="utf-8"), params).rows:
            kind, is_abbreviation = row.pop("kind"), row.pop("is_abbreviation")
            if kind == "alias":
                aliases[row["player_name"]] = Alias(row["player_id"], is_abbreviation)
            elif kind == "listed":
                listed.append(ListedPlayer(row["player_id"], row["player_name"], row["team"], row["season"]))
            else:
                stints.append(Stint(**row))
        return cls(stints, load_aliases().with_more(aliases), listed=listed)

    def resolve(self, name: str, game: ScheduledGame) -> Resolution:
        """The player whom `name` means in a quote on `game`."""
        return self.resolve_at(name, Whereabouts.of_quote(game))

    def resolve_at(self, name: str, where: Whereabouts) -> Resolution:
        """The player whom `name` means there; without teams only a name that one player in the league has."""
        known = self._resolved.get((where, name))
        if known is None:
            known = self._resolved[where, name] = self._resolve(name, where)
        return known

    def _resolve(self, name: str, where: Whereabouts) -> Resolution:
        candidates = self._candidates_of(where)
        ambiguous = False
        for form, official in _FORMS:
            key = form(name)
            found = {p for p, names in candidates.items() if key in {official(n) for n in names}}
            if len(found) == 1:
                return self._of_candidate(found.pop(), "team", where)
            ambiguous = ambiguous or len(found) > 1
        alias = self._aliases.find(name)
        if alias is not None:
            if alias.player_id in candidates:
                if not alias.is_abbreviation or self._only_one(alias.player_id, candidates):
                    return self._of_candidate(alias.player_id, "alias", where)
                return Resolution(reason="ambiguous")
            if not alias.is_abbreviation:
                return Resolution(alias.player_id, "alias")
        if ambiguous:
            return Resolution(reason="ambiguous")
        registered, several = self._registry.find(name, self._playing(where))
        if registered is None and not several:
            # The league's list of the season knows newcomers whom the registry does not know yet.
            listed = {p.player_id for p in self._listed[where.season] if _key(p.player_name) == _key(name)}
            registered, several = (listed.pop(), False) if len(listed) == 1 else (None, len(listed) > 1)
        if registered is None:
            return Resolution(reason="ambiguous" if several else "unknown")
        return Resolution(registered, "registry")

    def candidates(self, where: Whereabouts) -> dict[int, str]:
        """Player id -> a name of everybody who may be meant there."""
        return {player: min(names) for player, names in self._candidates_of(where).items()}

    def _candidates_of(self, where: Whereabouts) -> dict[int, set[str]]:
        """Player id -> names of those who appeared for one of the teams before the date, or are listed there."""
        found = self._candidates.get(where)
        if found is None:
            found = self._candidates[where] = {}
            for team in where.teams:
                for season in (_season_before(where.season), where.season):
                    for stint in self._by_team.get((team, season), ()):
                        if stint.first_date < where.before:
                            found.setdefault(stint.player_id, set()).add(stint.player_name)
            for player in self._listed[where.season]:
                if player.team in where.teams:
                    found.setdefault(player.player_id, set()).add(player.player_name)
        return found

    def _playing(self, where: Whereabouts) -> frozenset[int]:
        """Who appeared for any team before the date, this season or the last; the same in any batch."""
        slot = where.season, where.before
        if slot not in self._appeared:
            seasons = (_season_before(where.season), where.season)
            self._appeared[slot] = frozenset(
                player
                for player, stints in self._by_player.items()
                if any(s.season in seasons and s.first_date < where.before for s in stints)
            )
        return self._appeared[slot]

    def _of_candidate(self, player_id: int, how: ResolvedBy, where: Whereabouts) -> Resolution:
        teams: list[str | None] = [s.team for s in self._by_player[player_id] if s.first_date < where.before]
        teams = teams or [p.team for p in self._listed[where.season] if p.player_id == player_id]
        return Resolution(player_id, how, teams[-1] if teams and teams[-1] in where.teams else None)

    @staticmethod
    def _only_one(player_id: int, candidates: dict[int, set[str]]) -> bool:
        """Whether no other candidate has the same initial and last name, as an abbreviation needs it."""

        def short(names: set[str]) -> set[str]:
            return {f"{_bare_key(n)[:1]} {_bare_key(n).split()[-1]}" for n in names}

        wanted = short(candidates[player_id])
        return not any(short(names) & wanted for other, names in candidates.items() if other != player_id)


def _season_before(season: str) -> str:
    return season_label(int(season[:4]) - 1)
