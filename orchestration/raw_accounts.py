"""Every file of the raw store accounted for: the store's listing beside what Phase 2 says became of each."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from common import clock
from common.context import Context
from common.ids import season_of_date
from data_processors.raw.feeds import FEEDS
from data_processors.raw.file_accounts import fetched_date
from orchestration.sql_files import query_text

# What a file can be; "left over" is what nobody has looked at, or what could not be written.
KINDS = ("landed", "empty", "superseded", "waiting", "quarantined", "left over")


@dataclass(frozen=True)
class LeftOver:
    """A file without an account, or whose rows could not be written."""

    path: str
    reason: str


@dataclass
class Reconciled:
    """How many files of each feed are what, those left over, and those set apart because they are damaged."""

    feeds: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    left_over: list[LeftOver] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)

    @property
    def files(self) -> int:
        """All files looked at, each counted once."""
        return sum(c.total() for c in self.feeds.values())


def reconcile(context: Context, first: date | None, last: date | None) -> Reconciled:
    """Compare the files whose game date or season lies in the range (all without one) with their accounts.

    Two listings of the store and one statement.
    """
    paths, damaged = context.raw_store.list(), list(context.raw_store.damaged())
    if first is not None and last is not None:
        days = clock.dates_between(first, last)
        wanted = {str(d) for d in days} | {season_of_date(d) for d in days}
        paths, damaged = ([p for p in found if p.split("/")[1] in wanted] for found in (paths, damaged))
    fetched = [d for d in map(fetched_date, paths) if d is not None]
    if not paths:
        return Reconciled(damaged=damaged)
    bounds = {"first": min(fetched, default=clock.today()), "last": max(fetched, default=clock.today())}
    rows = context.warehouse.query(query_text("raw_files"), bounds).rows
    found = compared(paths, {r["path"]: (r["outcome"], r["detail"]) for r in rows})
    found.damaged = damaged
    return found


def compared(paths: Iterable[str], accounts: Mapping[str, tuple[str, str | None]]) -> Reconciled:
    """What each of `paths` is, by `accounts` (path -> outcome, detail).

    Of the answers to one request of a feed that tells a state only the newest is read; the others are superseded.
    """
    ordered = sorted(paths)
    newest = {p.rsplit("/", 1)[0]: p for p in ordered}
    found = Reconciled()
    for path in ordered:
        feed = path.split("/", 1)[0]
        outcome, detail = accounts.get(path, (None, None))
        if feed in FEEDS and FEEDS[feed].newest_only and newest[path.rsplit("/", 1)[0]] != path:
            kind = "superseded"
        elif outcome is None or outcome == "failed":
            kind = "left over"
            found.left_over.append(LeftOver(path, detail or "Phase 2 has not read it"))
        else:
            kind = outcome
        found.feeds[feed][kind] += 1
    return found
