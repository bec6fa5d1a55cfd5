"""What became of every payload: `nba_orchestration.raw_files`, a row a change of outcome, streamed once a batch."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Literal

from common import clock
from common.telemetry import Row, append
from common.warehouse import Warehouse

TABLE = "nba_orchestration.raw_files"
# landed: its rows, or equal ones, are in the tables; empty: read, and it has none; superseded: a newer answer
# about the same was there; waiting: for the schedule or for a name; failed: a table could not be written.
Outcome = Literal["landed", "empty", "superseded", "waiting", "quarantined", "failed"]
_DETAIL = 2000


@dataclass(frozen=True)
class FileAccount:
    """The outcome of one payload; `row_count` is of those that it has for the tables, `detail` says what is wrong:
    of one that has landed, which of its parts could not be read.
    """

    path: str
    outcome: Outcome
    row_count: int = 0
    detail: str | None = None

    @property
    def state(self) -> str:
        """What makes two accounts of a path equal; the same as `file_accounts.sql` reads."""
        return f"{self.outcome}|{self.row_count}|{(self.detail or '')[:_DETAIL]}"


def fetched_date(path: str) -> date | None:
    """The UTC date on which the payload at `path` was fetched; None where its file's name does not say so."""
    try:
        return datetime.strptime(path.rsplit("/", 1)[-1][:8], "%Y%m%d").replace(tzinfo=UTC).date()
    except ValueError:
        return None


def append_accounts(warehouse: Warehouse, accounts: Sequence[FileAccount], known: Mapping[str, str]) -> int:
    """Write the accounts that differ from the `known` states; returns how many.

    What could not be written is logged and no more: the work is done, and a payload without an account is found
    by `nba reconcile-raw`.
    """
    at, batch_id = clock.wall_clock(), uuid.uuid4().hex
    rows = [
        {
            **asdict(account),
            "detail": account.detail[:_DETAIL] if account.detail else None,
            "feed": account.path.split("/")[0],
            "scope": account.path.split("/")[1] if "/" in account.path else "",
            "fetched_date": fetched_date(account.path),
            "batch_id": batch_id,
            "recorded_at": at,
        }
        for account in accounts
        if known.get(account.path) != account.state
    ]
    written, _ = append(warehouse, TABLE, [Row(f"{batch_id}:{r['path']}"[-512:], r) for r in rows])
    return written
