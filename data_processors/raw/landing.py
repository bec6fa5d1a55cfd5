"""Landing parsed scopes: one read of what is there, then one load and one MERGE a table that differs."""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from common import clock
from common.errors import NbaError
from common.query_parameters import Array
from common.warehouse import Warehouse, labelled
from data_processors.raw.file_accounts import fetched_date
from data_processors.raw.raw_tables import RawTable, Row, ScopeRows, digest, row_hash, with_lineage

log = logging.getLogger(__name__)
_SQL = Path(__file__).with_name("sql")
_DATED = "{column} BETWEEN @{part}_first AND @{part}_last"


@dataclass
class Landed:
    """What became of a table's scopes.

    `dates` are those looked at, `changed_dates` those that changed, both of the partition `column`. `current`
    are the payloads that had something to say here which no newer answer has replaced; `paths` all of them.
    """

    table: str
    feed: str = ""
    column: str = "game_date"
    rows_in: int = 0
    rows_changed: int = 0
    dates: set[date] = field(default_factory=set)
    changed_dates: set[date] = field(default_factory=set)
    feeds_phases: bool = True
    concerns_games: bool = False
    bytes_processed: int = 0
    error: NbaError | None = None
    paths: set[str] = field(default_factory=set)
    current: set[str] = field(default_factory=set)

    @property
    def game_dates(self) -> set[date]:
        """The dates looked at, where they are game dates."""
        return self.dates if self.is_about_games else set()

    @property
    def is_about_games(self) -> bool:
        """Whether its dates are game dates."""
        return self.column == "game_date" or self.concerns_games


@dataclass(frozen=True)
class State:
    """What the warehouse has: (table part, scope) -> date -> (digest, newest fetch); payloads in quarantine;
    payload -> its account; (table part, scope) -> rows.
    """

    scopes: dict[tuple[str, str], dict[date, tuple[str, datetime]]]
    waiting: frozenset[str]
    accounts: dict[str, str]
    counts: Mapping[tuple[str, str], int] = field(default_factory=dict)


def read_state(warehouse: Warehouse, units: Sequence[ScopeRows], paths: Sequence[str]) -> State:
    """The state of all scopes of `units`, what waits of the feeds of `paths`, and their accounts, by one statement."""
    parts = [(_SQL / f"{name}.sql").read_text(encoding="utf-8") for name in ("waiting_payloads", "file_accounts")]
    fetched = [d for d in map(fetched_date, paths) if d is not None] or [clock.today()]
    params: dict[str, Any] = {
        # Nothing was fetched: nothing of a feed can wait.
        "feeds": Array("STRING", sorted({p.split("/", 1)[0] for p in paths})),
        "paths": Array("STRING", list(paths)),
        "fetched_first": min(fetched),
        "fetched_last": max(fetched),
    }
    template = (_SQL / "scope_state.sql").read_text(encoding="utf-8")
    for table, group in _by_table(units).items():
        bounds = _DATED.format(column=table.date_column, part=table.part) if table.dated else "TRUE"
        parts.append(template.format(part=table.part, table=table.name, column=table.date_column, bounds=bounds))
        params[f"{table.part}_scopes"] = [u.scope for u in group]
        if table.dated:
            dates = _dates(group)
            params |= {f"{table.part}_first": min(dates), f"{table.part}_last": max(dates)}
    scopes: dict[tuple[str, str], dict[date, tuple[str, datetime]]] = defaultdict(dict)
    counts: Counter[tuple[str, str]] = Counter()
    waiting = set()
    accounts = {}
    for row in warehouse.query("\nUNION ALL\n".join(parts), params).rows:
        if row["part"] == "waiting":
            waiting.add(row["scope"])
        elif row["part"] == "file":
            accounts[row["scope"]] = row["digest"]
        else:
            scopes[row["part"], row["scope"]][row["game_date"]] = row["digest"], row["fetched_at"]
            counts[row["part"], row["scope"]] += row["row_count"]
    return State(dict(scopes), frozenset(waiting), accounts, counts)


def land(warehouse: Warehouse, units: Sequence[ScopeRows], state: State, token: Sequence[object]) -> list[Landed]:
    """Bring the tables to what `units` say; equal scopes are not written, an older answer changes nothing.

    `token` makes the jobs of this delivery its own: a doubled one joins them, a later one does not. A table
    that could not be written carries its error; the others land.
    """
    landed = []
    for (table, _), group in _by_feed(units).items():
        group = _unique(table, group)
        for unit in group:
            for row in unit.rows:
                row["source_row_hash"] = row_hash(row)
        result = Landed(
            table.name,
            group[0].payload.feed,
            table.date_column,
            rows_in=sum(len(u.rows) for u in group),
            dates=_dates(group),
            feeds_phases=table.feeds_phases,
            concerns_games=table.concerns_games,
            paths={u.payload.path for u in group},
        )
        try:
            _land_table(warehouse, table, group, state, token, result)
        except NbaError as error:
            log.exception("raw table not written", extra={"table": table.name})
            result.error = error
        landed.append(result)
    return landed


def _land_table(
    warehouse: Warehouse,
    table: RawTable,
    group: list[ScopeRows],
    state: State,
    token: Sequence[object],
    result: Landed,
) -> None:
    changed: list[ScopeRows] = []
    differing: set[date] = set()
    for unit in group:
        there = state.scopes.get((table.part, unit.scope), {})
        if any(fetched_at > unit.payload.fetched_at for _, fetched_at in there.values()):
            log.info("older answer left aside", extra={"table": table.name, "raw_path": unit.payload.path})
            continue
        if unit.rows:
            result.current.add(unit.payload.path)
        dates = _differing_dates(unit, there)
        if dates:
            changed.append(unit)
            differing |= dates
    if not changed:
        return
    loaded_at = clock.wall_clock()
    rows = [row for unit in changed for row in with_lineage(unit.rows, unit, loaded_at)]
    scopes = sorted(u.scope for u in changed)
    # A row that a newer answer brought meanwhile is neither updated nor deleted.
    scope = "T.scope IN UNNEST(@scopes) AND T.fetched_at <= @fetched_at"
    params: dict[str, Any] = {"scopes": scopes, "fetched_at": max(u.payload.fetched_at for u in changed)}
    if table.dated:
        dates = _dates(changed) | differing
        scope += f" AND T.{table.date_column} BETWEEN @first AND @last"
        params |= {"first": min(dates), "last": max(dates)}
    before = [sorted((str(d), v[0]) for d, v in state.scopes.get((table.part, s), {}).items()) for s in scopes]
    with labelled(phase="phase2", processor=changed[0].payload.feed):
        done = warehouse.merge_rows(
            table.name,
            rows,
            key=table.key,
            scope=scope,
            params=params,
            work=[sorted({u.payload.path for u in changed}), scopes, before, *token],
            compare=["source_row_hash"],
            only_if="S.fetched_at >= T.fetched_at",
        )
    result.rows_changed = done.rows_changed
    result.bytes_processed = done.bytes_processed
    if done.rows_changed:
        result.changed_dates = differing


def _differing_dates(unit: ScopeRows, there: dict[date, tuple[str, datetime]]) -> set[date]:
    hashes: dict[date, list[str]] = defaultdict(list)
    for row in unit.rows:
        hashes[row[unit.table.date_column]].append(row["source_row_hash"])
    wanted = {day: digest(found) for day, found in hashes.items()}
    had = {day: found for day, (found, _) in there.items()}
    return {day for day in wanted.keys() | had.keys() if wanted.get(day) != had.get(day)}


def _by_table(units: Sequence[ScopeRows]) -> dict[RawTable, list[ScopeRows]]:
    """The units of each table; of several answers about one scope the newest."""
    newest: dict[tuple[RawTable, str], ScopeRows] = {}
    for unit in units:
        slot = unit.table, unit.scope
        if slot not in newest or newest[slot].newness < unit.newness:
            newest[slot] = unit
    grouped: dict[RawTable, list[ScopeRows]] = defaultdict(list)
    for unit in newest.values():
        grouped[unit.table].append(unit)
    return grouped


def _by_feed(units: Sequence[ScopeRows]) -> dict[tuple[RawTable, str], list[ScopeRows]]:
    """The units of each table, those of each feed apart: a write has one feed to its name."""
    grouped: dict[tuple[RawTable, str], list[ScopeRows]] = defaultdict(list)
    for table, group in _by_table(units).items():
        for unit in group:
            grouped[table, unit.payload.feed].append(unit)
    return grouped


def _unique(table: RawTable, group: list[ScopeRows]) -> list[ScopeRows]:
    """`group` with every natural key once, as a MERGE needs it: two scopes may quote the same thing."""
    owner: dict[tuple[Any, ...], Row] = {}
    doubled = 0
    for unit in sorted(group, key=lambda u: u.newness, reverse=True):
        kept = []
        for row in unit.rows:
            key = tuple(
                unit.scope if k == "scope" else unit.payload.feed if k == "source" else row[k] for k in table.key
            )
            if owner.setdefault(key, row) is row:
                kept.append(row)
        doubled += len(unit.rows) - len(kept)
        unit.rows = kept
    if doubled:
        log.warning("rows under one key in two scopes; the newer kept", extra={"table": table.name, "rows": doubled})
    return group


def _dates(units: Sequence[ScopeRows]) -> set[date]:
    return set().union(*(u.dates for u in units))
