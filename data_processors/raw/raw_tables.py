"""The raw tables: their natural keys, and the rows that a payload has for them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from common.errors import PayloadError
from common.raw_store import RawPayload

Row = dict[str, Any]


@dataclass(frozen=True)
class RawTable:
    """A table, its natural key, and how its scopes are bounded.

    `dated`: all rows of a scope lie on the game dates of the batch, so that a date range bounds what is read
    and deleted; a season's schedule moves games between dates and is bounded by its scope alone.
    `feeds_phases`: whether later phases read it; a change is published only then. `date_column`: the partition;
    `concerns_games`: its dates are those of games although they are not called so. `may_lose`: how many rows of a
    scope an answer may take away unasked, where more than a tenth of them (`shrinking.py`); None: any number, for
    what says by its absence that something is no more.
    """

    name: str
    key: tuple[str, ...]
    dated: bool = True
    feeds_phases: bool = True
    date_column: str = "game_date"
    concerns_games: bool = False
    may_lose: int | None = None

    @property
    def part(self) -> str:
        """The name without its dataset, for aliases and parameters."""
        return self.name.split(".", 1)[1]


# Play-in and playoff games that become needless leave the schedule.
SCHEDULE = RawTable("nba_raw.schedule", ("game_id",), dated=False, may_lose=10)
# A correction takes away a player who was booked by mistake.
PLAYER_BOXSCORES = RawTable("nba_raw.player_boxscores", ("game_id", "player_id"), may_lose=2)
TEAM_BOXSCORES = RawTable("nba_raw.team_boxscores", ("game_id", "team"), may_lose=0)
SHOTS = RawTable("nba_raw.shots", ("game_id", "event_id"), may_lose=5)
PLAYER_PROP_LINES = RawTable(
    "nba_raw.player_prop_lines", ("game_id", "player_id", "bookmaker", "market", "line", "snapshot_at")
)
GAME_LINES = RawTable("nba_raw.game_lines", ("game_id", "bookmaker", "market", "outcome", "snapshot_at"))
# The feeds beside schedule, box scores, shots and quotes.
INJURIES = RawTable("nba_raw.injuries", ("report_at", "game_date", "team", "name_key"))
PLAY_BY_PLAY = RawTable("nba_raw.play_by_play", ("source", "game_id", "event_num"), feeds_phases=False, may_lose=10)
PLAYER_LIST = RawTable(
    "nba_raw.player_list", ("season", "player_id"), feeds_phases=False, date_column="snapshot_date", may_lose=20
)
SCOREBOARD = RawTable("nba_raw.scoreboard", ("game_id", "team"), feeds_phases=False)
REFEREES = RawTable("nba_raw.referees", ("game_date", "assignment", "official_id"), feeds_phases=False)
PLAYER_MOVEMENT = RawTable(
    "nba_raw.player_movement", ("movement_key",), dated=False, feeds_phases=False, date_column="transaction_date"
)
SOURCE_GAMES = RawTable("nba_raw.source_games", ("source", "source_game_id"), feeds_phases=False)
SOURCE_PLAYER_BOXSCORES = RawTable(
    "nba_raw.source_player_boxscores", ("source", "game_date", "team", "source_player_id"), may_lose=2
)
SOURCE_PLAYERS = RawTable(
    "nba_raw.source_players",
    ("source", "snapshot_date", "source_player_id"),
    feeds_phases=False,
    date_column="snapshot_date",
)
SOURCE_INJURIES = RawTable(
    "nba_raw.source_injuries",
    ("source", "snapshot_at", "source_player_id"),
    feeds_phases=False,
    date_column="snapshot_date",
)
STANDINGS = RawTable(
    "nba_raw.standings", ("source", "snapshot_date", "team"), feeds_phases=False, date_column="snapshot_date"
)
ROSTERS = RawTable(
    "nba_raw.rosters",
    ("source", "snapshot_date", "team", "source_player_id"),
    date_column="snapshot_date",
    concerns_games=True,
)
GAMEBOOK_PLAYERS = RawTable(
    "nba_raw.gamebook_players", ("game_date", "team", "name_key", "name_order"), feeds_phases=False, may_lose=2
)
SOURCE_PROP_LINES = RawTable(
    "nba_raw.source_prop_lines",
    ("source", "snapshot_at", "source_game_id", "source_player_id", "book_id", "market", "line"),
    feeds_phases=False,
    date_column="snapshot_date",
)
UNREAD_TABLES = (
    *(INJURIES, PLAY_BY_PLAY, PLAYER_LIST, SCOREBOARD, REFEREES, PLAYER_MOVEMENT, SOURCE_GAMES),
    *(SOURCE_PLAYER_BOXSCORES, SOURCE_PLAYERS, SOURCE_INJURIES, STANDINGS, ROSTERS),
    *(GAMEBOOK_PLAYERS, SOURCE_PROP_LINES),
)
UNRESOLVED_NAMES = RawTable(
    "nba_reference.unresolved_names", ("source", "name_key", "game_date", "scope"), feeds_phases=False
)


@dataclass
class ScopeRows:
    """The whole content of one scope of a table as one payload has it.

    A scope is the unit that a payload replaces whole; where feeds share a table it names the feed. `rows` hold
    content columns only; `game_date` says on which partition the scope lies when it has no rows. `unread` are
    the parts of the payload that could not be read; they hang on the first of its scopes.
    """

    table: RawTable
    scope: str
    payload: RawPayload
    rows: list[Row]
    game_date: date | None = None
    unread: list[PayloadError] = field(default_factory=list)

    @property
    def newness(self) -> tuple[datetime, str]:
        """Orders several answers about one scope."""
        return self.payload.fetched_at, self.payload.path

    @property
    def dates(self) -> set[date]:
        """The dates (of the table's partition) of the rows, or of the empty scope."""
        return {r[self.table.date_column] for r in self.rows} or ({self.game_date} if self.game_date else set())


def by_scope(table: RawTable, payload: RawPayload, rows: Iterable[tuple[str, Row]]) -> list[ScopeRows]:
    """Group (scope, row) pairs; the scopes in the order of their first row."""
    grouped: dict[str, list[Row]] = {}
    for scope, row in rows:
        grouped.setdefault(scope, []).append(row)
    return [ScopeRows(table, scope, payload, found) for scope, found in grouped.items()]


def row_hash(row: Mapping[str, Any]) -> str:
    """SHA-256 of a row's content columns, whatever their order."""
    text = json.dumps(row, sort_keys=True, default=_text, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def digest(hashes: Iterable[str]) -> str:
    """One hash for a set of rows, the same as `scope_state.sql` computes in the warehouse."""
    return hashlib.sha256("".join(sorted(hashes)).encode()).hexdigest()


def with_lineage(rows: Sequence[Row], unit: ScopeRows, loaded_at: datetime) -> list[Row]:
    """The rows as they are loaded. Needs `source_row_hash` in each row."""
    lineage = {
        "source": unit.payload.feed,
        "scope": unit.scope,
        "raw_path": unit.payload.path,
        "fetched_at": unit.payload.fetched_at,
        "loaded_at": loaded_at,
    }
    return [row | lineage for row in rows]


def _text(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a raw row")
