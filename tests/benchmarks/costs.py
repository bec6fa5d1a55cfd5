"""What BigQuery would bill for recorded game days: from the tables' bytes and the statements really sent.

python -m tests.benchmarks.costs ../shared/recorded

On-demand pricing charges the bytes of the columns read, at least 10 MB a table and statement. Two bounds are computed
for each statement: `pruned`, where partitions and clusters leave no more than the minimum of each table, and `whole`,
where every table is read from end to end. A MERGE always counts its target whole: its join has no partition in it.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.table import Table

from common import clock
from common.settings import Settings
from common.warehouse import Job, Warehouse
from orchestration.day import DayWalker
from orchestration.session import embedded

FIRST, LAST = date(2024, 11, 4), date(2024, 11, 8)
MINIMUM = 10 * 2**20
DOLLARS_A_TEBIBYTE = 6.25
GAMES_A_SEASON = 1230
GAME_DAYS_A_SEASON = 165
_TABLE = re.compile(r"\bnba_[a-z]+\.[a-z_0-9]+\b")
_TARGET = re.compile(r"^\s*(?:--[^\n]*\n)*\s*MERGE\s+`?(nba_[a-z]+\.[a-z_0-9]+)")


@dataclass(frozen=True)
class Size:
    """A table's rows and bytes now, and its bytes when a whole season is in it."""

    rows: int
    bytes: int
    season_bytes: int


def sizes(warehouse: Warehouse) -> dict[str, Size]:
    """The tables that hold rows, with their bytes now and at the end of a season."""
    found: dict[str, Size] = {}
    for dataset in ("raw", "reference", "analytics", "precompute", "predictions", "orchestration"):
        listed = warehouse.query(
            f"SELECT table_name, ARRAY_AGG(column_name) AS columns FROM nba_{dataset}.INFORMATION_SCHEMA.COLUMNS "
            f"WHERE table_name IN (SELECT table_name FROM nba_{dataset}.INFORMATION_SCHEMA.TABLES "
            "WHERE table_type = 'BASE TABLE') GROUP BY table_name"
        ).rows
        for row in listed:
            name = f"nba_{dataset}.{row['table_name']}"
            described = warehouse.describe(name)
            rows, size = int(described["rows"] or 0), int(described["bytes"] or 0)
            if not rows:
                continue
            games = 0
            if "game_id" in row["columns"]:
                games = warehouse.query(f"SELECT COUNT(DISTINCT game_id) AS n FROM {name}").rows[0]["n"]
            # The schedule knows all games from the first day; other tables grow with the games played.
            found[name] = Size(rows, size, max(size, size * GAMES_A_SEASON // games) if games else size)
    return found


def billed(job: Job, bytes_of: Mapping[str, int], *, pruned: bool) -> int:
    """The bytes billed for a statement; loads are free."""
    tables = set(_TABLE.findall(job.sql)) & set(bytes_of)
    target = _TARGET.match(job.sql)
    merged = target[1] if target else None
    return sum(MINIMUM if pruned and t != merged else max(MINIMUM, bytes_of[t]) for t in tables)


def dollars(amount: float) -> str:
    """Bytes in dollars."""
    return f"{amount / 2**40 * DOLLARS_A_TEBIBYTE:.4f}"


def main(archive: Path) -> None:
    """Walk the days on a fresh data folder and print tables, statements and bills."""
    console = Console(width=120)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), source="recorded", archive=archive.absolute())
        with embedded(settings) as session:
            walker = DayWalker(session)
            since = clock.wall_clock()
            walker.walk(FIRST, LAST, None)
            jobs = session.context.warehouse.jobs(since)
            tables = sizes(session.context.warehouse)
    shown = Table("table", "rows", "MB", "MB a season", title="Tables")
    for name, size in sorted(tables.items(), key=lambda t: -t[1].season_bytes):
        shown.add_row(name, f"{size.rows:,}", f"{size.bytes / 2**20:.1f}", f"{size.season_bytes / 2**20:.1f}")
    console.print(shown)
    console.print(f"all tables, a season: {sum(s.season_bytes for s in tables.values()) / 2**20:.0f} MB\n")

    days = (LAST - FIRST).days + 1
    now = {n: s.bytes for n, s in tables.items()}
    season = {n: s.season_bytes for n, s in tables.items()}
    by_kind: dict[str, Counter[str]] = defaultdict(Counter)
    totals: Counter[str] = Counter()
    for job in jobs:
        kind = f"{job.labels.get('service', 'the walker')} {job.kind}"
        by_kind[kind]["statements"] += 1
        for column, sized, pruned in (
            ("now pruned", now, True),
            ("season pruned", season, True),
            ("season whole", season, False),
        ):
            amount = billed(job, sized, pruned=pruned)
            by_kind[kind][column] += amount
            totals[column] += amount
    bill = Table("service and kind", "statements a date", "MB a date", "MB a date, season", title="Bytes billed a date")
    bill.add_column("MB a date, season, nothing pruned")
    for kind, found in sorted(by_kind.items(), key=lambda k: -k[1]["season pruned"]):
        columns = ("now pruned", "season pruned", "season whole")
        bill.add_row(kind, f"{found['statements'] / days:.1f}", *(f"{found[c] / days / 2**20:.0f}" for c in columns))
    console.print(bill)
    at_minimum = sum(
        MINIMUM * len(set(_TABLE.findall(j.sql)) & set(season)) for j in jobs if billed(j, season, pruned=True)
    )
    console.print(f"{len(jobs) / days:.0f} statements a date")
    for column, amount in totals.items():
        a_date = amount / days
        console.print(
            f"{column}: {a_date / 2**30:.2f} GB and ${dollars(a_date)} a date, "
            f"${dollars(a_date * GAME_DAYS_A_SEASON)} a season"
        )
    console.print(
        f"of the season pruned, {at_minimum / totals['season pruned']:.0%} is the minimum of 10 MB a table; "
        f"pruning saves {1 - totals['season pruned'] / totals['season whole']:.0%}"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/recorded"))
