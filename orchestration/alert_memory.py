"""Remembers what was told: who sends a finding claims it first, so that two instances or a restart don't tell it twice.

A claim is a row written by a MERGE; of two calls at once BigQuery lets one be first, and the other sees its rows. A
claim that was never marked as sent (its call died) is free again after some minutes. So a finding is sent at least
once, and a second time only when the call died between the webhook's answer and the mark.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal

from common import clock
from common.context import Context
from orchestration.alert_findings import Finding
from orchestration.alert_webhook import LEASE_SECONDS
from orchestration.sql_files import query_text

TABLE = "nba_orchestration.alerts"
_FREE = "T.status IN ('unsent', 'held') OR (T.status = 'claimed' AND T.claimed_at < @expired)"
Status = Literal["claimed", "sent", "unsent", "held"]


@dataclass(frozen=True)
class Day:
    """What is known of an Eastern date: keys that were told or are being told, messages that went out or are about to,
    keys over the limit, and how many were over the limit of the date before."""

    told: frozenset[str]
    messages: frozenset[str]
    held: frozenset[str]
    held_yesterday: int


@dataclass
class AlertMemory:
    """The table of one Eastern date, for one call; `message_id` is the call's own."""

    context: Context
    today: date = field(default_factory=clock.today)
    message_id: str = field(default_factory=lambda: uuid.uuid4().hex)

    def read(self) -> Day:
        """The date as it stands; one statement. TerminalError that says what to do where the table is missing."""
        self.context.warehouse.schema(TABLE)
        return self._day(self._rows())

    def _day(self, rows: Sequence[Mapping[str, Any]]) -> Day:
        mine = [r for r in rows if r["alert_date"] == self.today]
        busy = [r for r in mine if r["status"] == "sent" or self._is_live(r)]
        return Day(
            told=frozenset(r["alert_key"] for r in busy),
            messages=frozenset(r["message_id"] for r in busy),
            held=frozenset(r["alert_key"] for r in mine if r["status"] == "held"),
            held_yesterday=sum(r["alert_date"] < self.today for r in rows),
        )

    def claim(self, wanted: Sequence[Finding]) -> tuple[list[Finding], Day]:
        """Take on those that nobody has; returns them and the date as the others have left it."""
        self._write(wanted, "claimed")
        rows = self._rows()
        mine = {r["alert_key"] for r in rows if r["message_id"] == self.message_id}
        others = self._day([r for r in rows if r["message_id"] != self.message_id])
        return [f for f in wanted if f.key in mine], others

    def hold(self, findings: Sequence[Finding]) -> None:
        """Keep findings that are over the limit; they are free to be claimed once there is room."""
        self._write(findings, "held")

    def mark(self, status: Status) -> None:
        """Say what became of this call's message."""
        at = clock.wall_clock()
        self.context.warehouse.execute(
            query_text("mark_alerts"),
            {"status": status, "at": at, "today": self.today, "message_id": self.message_id},
            work=["mark", self.message_id, status, at],
            table=TABLE,
        )

    def _rows(self) -> list[dict[str, Any]]:
        return self.context.warehouse.query(query_text("alerts_of_day"), {"today": self.today}).rows

    def _is_live(self, row: Mapping[str, Any]) -> bool:
        return bool(row["status"] == "claimed" and row["claimed_at"] >= self._expired())

    def _write(self, findings: Sequence[Finding], status: Status) -> None:
        if not findings:
            return
        at = clock.wall_clock()
        rows = [
            {
                "alert_date": self.today,
                "alert_key": f.key,
                "kind": f.kind,
                "game_date": f.game_date,
                "subject": f.subject,
                "words": f.words,
                "status": status,
                "message_id": self.message_id,
                "claimed_at": at,
                "sent_at": None,
                "loaded_at": at,
            }
            for f in findings
        ]
        self.context.warehouse.merge_rows(
            TABLE,
            rows,
            key=["alert_date", "alert_key"],
            scope="FALSE",
            params={"expired": self._expired()},
            # The call's own: two calls with the same findings must not share a job, or both would own them.
            work=["alerts", self.message_id, status, at],
            only_if=_FREE,
            delete_vanished=False,
        )

    @staticmethod
    def _expired() -> datetime:
        return clock.wall_clock() - timedelta(seconds=LEASE_SECONDS)
