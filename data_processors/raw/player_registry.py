"""The registry of all players (nba_api's static list: official ids, no network) and hand-checked aliases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from nba_api.stats.static import players as static_players

from common.errors import ConfigurationError
from common.ids import normalise_name

_ALIASES = Path(__file__).with_name("player_aliases.yaml")


@dataclass(frozen=True)
class RegisteredPlayer:
    """A player of the registry."""

    player_id: int
    full_name: str
    is_active: bool


class PlayerRegistry:
    """Finds players by their full names."""

    def __init__(self, players: Iterable[RegisteredPlayer]) -> None:
        self._exact: dict[str, list[RegisteredPlayer]] = defaultdict(list)
        self._bare: dict[str, list[RegisteredPlayer]] = defaultdict(list)
        self.players = list(players)
        for player in self.players:
            self._exact[normalise_name(player.full_name)].append(player)
            self._bare[normalise_name(player.full_name, keep_suffix=False)].append(player)

    def find(self, name: str, playing: Container[int]) -> tuple[int | None, bool]:
        """(player id, False), or (None, whether several players have the name).

        Of namesakes the one who plays is meant: he is active in the registry, which is behind at times, or he is
        in `playing`. A suffix that is left out does not count, so that "Jabari Smith" is the son who plays and
        not the father who has retired; one that the registry does not know must not make a son his father.
        """
        key, bare = normalise_name(name), normalise_name(name, keep_suffix=False)
        exact = self._exact.get(key, []) if key != bare else []
        named = exact or self._bare.get(bare, [])
        found = [p for p in named if p.is_active or p.player_id in playing]
        if not found and (exact or key == bare):
            found = named
        return (found[0].player_id, False) if len(found) == 1 else (None, len(found) > 1)

    def named(self, full_name: str) -> list[RegisteredPlayer]:
        """The players whose official name is exactly `full_name`, accents and case aside."""
        return list(self._exact.get(normalise_name(full_name), ()))


@dataclass(frozen=True)
class Alias:
    """Whom a name means. An abbreviation means him only where he is in one of the two teams."""

    player_id: int
    is_abbreviation: bool


class Aliases:
    """Names that sources use and the league does not."""

    def __init__(self, aliases: Mapping[str, Alias]) -> None:
        self._by_key = {normalise_name(name): alias for name, alias in aliases.items()}
        self.names = dict(aliases)

    def with_more(self, aliases: Mapping[str, Alias]) -> Aliases:
        """These with others, which go first: a person knows better than the file."""
        keys = {normalise_name(name) for name in aliases}
        kept = {name: alias for name, alias in self.names.items() if normalise_name(name) not in keys}
        return Aliases({**kept, **aliases}) if aliases else self

    def find(self, name: str) -> Alias | None:
        """The alias of `name`, if it is one."""
        return self._by_key.get(normalise_name(name))


@cache
def load_registry() -> PlayerRegistry:
    """The registry that `nba_api` carries."""
    return PlayerRegistry(
        RegisteredPlayer(p["id"], p["full_name"], p["is_active"]) for p in static_players.get_players()
    )


@cache
def load_aliases(path: Path = _ALIASES) -> Aliases:
    """The aliases of `player_aliases.yaml`; ConfigurationError that names the entry that means nobody."""
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    registry = load_registry()
    found: dict[str, Alias] = {}
    for section, is_abbreviation in (("aliases", False), ("abbreviations", True)):
        for name, official in document[section].items():
            found[name] = Alias(_player_id(registry, name, official), is_abbreviation)
    return Aliases(found)


def _player_id(registry: PlayerRegistry, name: str, official: str | int) -> int:
    if isinstance(official, int):
        return official
    matches = registry.named(official)
    if len(matches) != 1:
        raise ConfigurationError(
            f"{_ALIASES.name}: {official!r} (for {name!r}) is the official name of {len(matches)} players; "
            "write the name of one, or his id"
        )
    return matches[0].player_id
