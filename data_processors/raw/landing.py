"""Landing parsed scopes: one read of what is there, then one load and one MERGE a table that differs.

Between load and MERGE the audits judge the loaded rows, by one statement for all tables of a batch. A scope that a
blocking audit refuses is not merged: what the table had of it before stays, and the others land.
"""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from common import clock
from common.audit_log import AuditResult
from common.errors import AuditError, NbaError
from common.query_parameters import Array
from common.raw_store import RawPayload
from common.warehouse import Warehouse, labelled
from data_processors.raw.file_accounts import fetched_date
from data_processors.raw.raw_audits import Staged, audit
from data_processors.raw.raw_tables import RawTable, Row, ScopeRows, digest, row_hash, with_lineage

log = logging.getLogger(__name__)
_SQL = Path(__file__).with_name("sql")
_DATED = "{column} BETWEEN @{part}_first AND @{part}_last"


@dataclass
class Landed:
    """What became of a table's scopes.

    `dates` are those looked at, `changed_dates` those that changed, both of the partition `column`. `current`
    are the payloads that had something to say here which no newer answer has replaced; `paths` all of them;
    `refused` those of which a scope failed a blocking audit, with the reason.
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
    refused: dict[str, tuple[RawPayload, AuditError]] = field(default_factory=dict)
    audits: list[AuditResult] = field(default_factory=list)

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


@dataclass
class _Write:
    """The scopes of a table, of one feed, that differ from what is there."""

    table: RawTable
    landed: Landed
    units: list[ScopeRows] = field(default_factory=list)
    differing: dict[str, set[date]] = field(default_factory=dict)
    staged: str = ""

    def without(self, scopes: set[str]) -> None:
        self.units = [u for u in self.units if u.scope not in scopes]


def land(warehouse: Warehouse, units: Sequence[ScopeRows], state: State) -> list[Landed]:
    """Bring the tables to what `units` say; equal scopes are not written, an older answer changes nothing.

    A table that could not be written carries its error; the others land. So do the other scopes of a refused payload.
    """
    writes = [_compared(table, _unique(table, group), state) for (table, _), group in _by_feed(units).items()]
    with ExitStack() as staging:
        for write in writes:
            if write.units:
                _tried(write, lambda w: _stage(warehouse, w, staging))
        staged = [w for w in writes if w.staged and w.landed.error is None]
        _audit(warehouse, staged)
        for write in staged:
            if write.units and write.landed.error is None:
                _tried(write, lambda w: _merge(warehouse, w, state))
    return [w.landed for w in writes]


def _tried(write: _Write, step: Callable[[_Write], None]) -> None:
    try:
        with labelled(phase="phase2", processor=write.landed.feed):
            step(write)
    except NbaError as error:
        log.exception("raw table not written", extra={"table": write.table.name})
        write.landed.error = error


def _compared(table: RawTable, group: list[ScopeRows], state: State) -> _Write:
    """What of `group` differs from what is there."""
    landed = Landed(
        table.name,
        group[0].payload.feed,
        table.date_column,
        rows_in=sum(len(u.rows) for u in group),
        dates=_dates(group),
        feeds_phases=table.feeds_phases,
        concerns_games=table.concerns_games,
        paths={u.payload.path for u in group},
    )
    write = _Write(table, landed)
    for unit in group:
        for row in unit.rows:
            # Of the content alone, also where it is part of the row since an earlier try.
            row.pop("source_row_hash", None)
            row["source_row_hash"] = row_hash(row)
        there = state.scopes.get((table.part, unit.scope), {})
        if any(fetched_at > unit.payload.fetched_at for _, fetched_at in there.values()):
            log.info("older answer left aside", extra={"table": table.name, "raw_path": unit.payload.path})
            continue
        if unit.rows:
            landed.current.add(unit.payload.path)
        dates = _differing_dates(unit, there)
        if dates:
            write.units.append(unit)
            write.differing[unit.scope] = dates
    return write


def _stage(warehouse: Warehouse, write: _Write, staging: ExitStack) -> None:
    loaded_at = clock.wall_clock()
    rows = [row for unit in write.units for row in with_lineage(unit.rows, unit, loaded_at)]
    write.staged = staging.enter_context(warehouse.staged_rows(write.table.name, rows))


def _audit(warehouse: Warehouse, writes: Sequence[_Write]) -> None:
    """Judge what is staged; scopes that a blocking audit refuses are taken out of their write, their payloads noted.

    Where the audits themselves cannot be asked nothing is written.
    """
    staged = [Staged(w.table, w.staged, w.units, sum(len(u.rows) for u in w.units)) for w in writes]
    try:
        with labelled(phase="phase2", processor="audits"):
            verdicts = audit(warehouse, staged)
    except NbaError as error:
        log.exception("what is staged could not be audited", extra={"tables": [w.table.name for w in writes]})
        for write in writes:
            write.landed.error = error
        return
    for write, verdict in zip(writes, verdicts, strict=True):
        write.landed.audits = verdict.results
        for unit in write.units:
            if unit.scope in verdict.refused:
                write.landed.refused[unit.payload.path] = unit.payload, verdict.refused[unit.scope]
        write.without(set(verdict.refused))


def _merge(warehouse: Warehouse, write: _Write, state: State) -> None:
    table, units = write.table, write.units
    scopes = sorted(u.scope for u in units)
    differing = set().union(*(write.differing[s] for s in scopes))
    deletable, params = _deletable(write, state)
    if table.dated:
        dates = _dates(units) | differing
        deletable += f" AND T.{table.date_column} BETWEEN @first AND @last"
        params |= {"first": min(dates), "last": max(dates)}
    before = [sorted((str(d), v[0]) for d, v in state.scopes.get((table.part, s), {}).items()) for s in scopes]
    done = warehouse.merge_query(
        table.name,
        f"(SELECT * FROM `{write.staged}` WHERE scope IN UNNEST(@scopes))",  # noqa: S608 - a name of our own
        key=table.key,
        scope=deletable,
        params=params | {"scopes": scopes},
        work=["land", sorted({u.payload.path for u in units}), scopes, before],
        compare=["source_row_hash"],
        only_if="S.fetched_at >= T.fetched_at",
    )
    write.landed.rows_changed = done.rows_changed
    write.landed.bytes_processed = done.bytes_processed
    if done.rows_changed:
        write.landed.changed_dates = differing


def _deletable(write: _Write, state: State) -> tuple[str, dict[str, Any]]:
    """The condition of rows that may be deleted, and its parameters.

    Rows of the scopes that had any, each only while no newer answer than its own scope's has brought it: scopes of one
    age stand together.
    """
    ages: dict[datetime, list[str]] = defaultdict(list)
    for unit in write.units:
        if state.scopes.get((write.table.part, unit.scope)):
            ages[unit.payload.fetched_at].append(unit.scope)
    parts: list[str] = []
    params: dict[str, Any] = {}
    for number, (fetched_at, scopes) in enumerate(sorted(ages.items())):
        parts.append(f"(T.scope IN UNNEST(@scopes_{number}) AND T.fetched_at <= @fetched_at_{number})")
        params |= {f"scopes_{number}": sorted(scopes), f"fetched_at_{number}": fetched_at}
    return f"({' OR '.join(parts) or 'FALSE'})", params


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
