"""The names that nobody could be found for, with hints for the person who looks at them."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from common.ids import normalise_name, season_of_date
from common.warehouse import Warehouse
from orchestration.sql_files import query_text

_HINTS = 3
_SIMILAR = 0.6


@dataclass
class UnresolvedName:
    """A name that waits: how often it is used, where and when, and whom it may mean (hints, no more)."""

    name: str
    name_key: str
    reasons: set[str] = field(default_factory=set)
    quotes: int = 0
    games: set[str] = field(default_factory=set)
    feeds: set[str] = field(default_factory=set)
    dates: set[date] = field(default_factory=set)
    candidates: list[tuple[int, str]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """All of it, JSON-able."""
        return {
            "name": self.name,
            "reason": ", ".join(sorted(self.reasons)),
            "quotes": self.quotes,
            "games": len(self.games),
            "feeds": sorted(self.feeds),
            "first_date": str(min(self.dates)),
            "last_date": str(max(self.dates)),
            "candidates": [{"player_id": i, "player_name": n} for i, n in self.candidates],
        }


def unresolved_names(warehouse: Warehouse) -> list[UnresolvedName]:
    """The names that wait, the most used first; by two statements."""
    rows = warehouse.query(query_text("unresolved_names")).rows
    if not rows:
        return []
    seasons = {season_of_date(r["game_date"]) for r in rows}
    players: dict[tuple[str, str], dict[int, str]] = defaultdict(dict)
    for spell in warehouse.query(query_text("team_players"), {"seasons": seasons}).rows:
        players[spell["season"], spell["team"]][spell["player_id"]] = spell["player_name"]
    return gathered(rows, players)


def gathered(
    rows: Iterable[Mapping[str, Any]], players: Mapping[tuple[str, str], Mapping[int, str]]
) -> list[UnresolvedName]:
    """One entry a name; `players` are those of each (season, team)."""
    found: dict[str, UnresolvedName] = {}
    around: dict[str, dict[int, str]] = defaultdict(dict)
    for row in rows:
        entry = found.setdefault(row["name_key"], UnresolvedName(row["name"], row["name_key"]))
        entry.reasons.add(row["reason"])
        entry.quotes += row["quotes"]
        entry.games |= {row["game_id"]} - {None}
        entry.feeds.add(row["source"])
        entry.dates.add(row["game_date"])
        teams = [row["team"]] if row["team"] else [row["home_team"], row["away_team"]]
        for team in teams:
            around[entry.name_key] |= players.get((season_of_date(row["game_date"]), team), {})
    for key, entry in found.items():
        entry.candidates = similar(key, around[key])
    return sorted(found.values(), key=lambda e: (-e.quotes, e.name_key))


def similar(name_key: str, players: Mapping[int, str]) -> list[tuple[int, str]]:
    """The players spelt most like a name, or who share its last word; at most three."""
    scored = []
    for player_id, name in players.items():
        key = normalise_name(name)
        score = difflib.SequenceMatcher(None, name_key, key).ratio()
        if score >= _SIMILAR or key.split()[-1:] == name_key.split()[-1:]:
            scored.append((-score, name, player_id))
    return [(player_id, name) for _, name, player_id in sorted(scored)[:_HINTS]]
