"""Which chunks of a backfill are done: what went in and what came out are as they were when they were.

Phases 3 and 4 know that by themselves (the run ledger holds their input versions); here are phases 1 and 2. A chunk
of phase 1 is done while the source is the same and the raw store has the payloads that it had; one of phase 2 while
the raw store has the same payloads and the tables the same rows.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from common import ids
from common.content import TableRange, versions
from common.context import Context
from common.events import deterministic_id
from common.settings import Settings
from orchestration.backfill_chunks import Chunk

# In an order in which each finds what it reads.
SCRAPERS = (
    *("nbac_schedule", "nbac_player_list", "nbac_player_boxscore", "nbac_team_boxscore", "nbac_shot_chart"),
    *("oddsa_events", "oddsa_player_props", "oddsa_game_lines", "nbac_injury_report"),
)
TABLES = (
    *("nba_raw.schedule", "nba_raw.player_boxscores", "nba_raw.team_boxscores", "nba_raw.shots"),
    *("nba_raw.player_prop_lines", "nba_raw.game_lines", "nba_raw.injuries"),
)
# Ranges whose versions one statement asks for.
_RANGES = 60


@dataclass(frozen=True)
class ChunkState:
    """What a chunk reads and what it has written, each as one hash; `payloads` of the raw store."""

    input_version: str
    content: str
    payloads: tuple[str, ...] = ()


class BackfillState:
    """Reads the state of chunks: the raw store's listing and, once for many chunks, the tables' versions."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._source = source_version(context.settings)

    def of(self, chunks: Sequence[Chunk]) -> dict[Chunk, ChunkState]:
        """The state of chunks of phases 1 and 2."""
        if not chunks:
            return {}
        listed = self._listed(chunks)
        paths = {c: tuple(p for s in _scopes(c) for p in listed[s]) for c in chunks}
        tables = self._tables([c for c in chunks if c.phase == 2])
        code = self._context.settings.code_version
        return {
            c: ChunkState(self._source, _digest(paths[c]), paths[c])
            if c.phase == 1
            else ChunkState(_digest([code, *paths[c]]), tables[c], paths[c])
            for c in chunks
        }

    def done(self, states: dict[Chunk, ChunkState]) -> set[Chunk]:
        """The chunks whose last good run saw exactly this state."""
        known = self._context.ledger.last_good({c.name: (c.first, c.last) for c in states})
        return {c for c, state in states.items() if known.get(c.name) == (state.input_version, state.content)}

    def _listed(self, chunks: Iterable[Chunk]) -> dict[str, list[str]]:
        """The payloads of each date and season: one listing a feed, or one a date where there are few."""
        scopes = {s for c in chunks for s in _scopes(c)}
        store = self._context.raw_store
        prefixes = [f"{f}/{s}" for f in SCRAPERS for s in scopes] if len(scopes) <= 32 else list(SCRAPERS)
        found: defaultdict[str, list[str]] = defaultdict(list)
        for prefix in prefixes:
            for path in store.list(prefix):
                found[path.split("/")[1]].append(path)
        return found

    def _tables(self, chunks: Sequence[Chunk]) -> dict[Chunk, str]:
        wanted = [(c, TableRange(t, c.first, c.last)) for c in chunks for t in TABLES]
        found: dict[TableRange, str] = {}
        for start in range(0, len(wanted), _RANGES):
            part = [r for _, r in wanted[start : start + _RANGES]]
            found |= {r: v.hash for r, v in versions(self._context.warehouse, part).items()}
        hashes: defaultdict[Chunk, list[str]] = defaultdict(list)
        for chunk, table_range in wanted:
            hashes[chunk].append(found[table_range])
        return {chunk: _digest(parts) for chunk, parts in hashes.items()}


def source_version(settings: Settings) -> str:
    """Changes with where the answers come from: another archive, another seed, other scrapers."""
    archive = None
    if settings.source == "recorded" and settings.archive is not None:
        archive = hashlib.sha256((settings.archive / "index.jsonl").read_bytes()).hexdigest()
    seed = settings.seed if settings.source == "simulated" else None
    return deterministic_id(settings.source, archive, seed, SCRAPERS, settings.code_version)[:16]


def _scopes(chunk: Chunk) -> list[str]:
    return [ids.season_of_date(chunk.first), *map(str, chunk.dates)]


def _digest(parts: Iterable[str]) -> str:
    return deterministic_id(list(parts))[:16]
