"""What cannot be read is kept whole, with the error, for a person; nothing is lost and the rest goes on."""

from __future__ import annotations

import base64
import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from common import clock
from common.errors import NbaError, TerminalError
from common.storable_text import storable
from common.warehouse import Warehouse

log = logging.getLogger(__name__)
TABLE = "nba_orchestration.quarantine"

_ATTEMPTS = f"SELECT item_id, attempts FROM {TABLE} WHERE item_id IN UNNEST(@ids)"  # noqa: S608 - a constant


@dataclass(frozen=True)
class QuarantinedPayload:
    """A payload of the raw store and why it could not be read."""

    feed: str
    raw_path: str
    error: NbaError
    content: bytes | None = None


# Of a row's 100 MB in a load job; the raw store has a payload whole.
_LONGEST_CONTENT = 8_000_000
_LONGEST_MESSAGE = 4_000


def _text(content: bytes) -> str:
    """The content as text; base64 where it is none, or has what a column can't hold."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = "\0"
    return storable(base64.b64encode(content).decode() if "\0" in text else text, _LONGEST_CONTENT)


class Quarantine:
    """Writes `nba_orchestration.quarantine`; one write a batch."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse

    def payloads(self, items: Sequence[QuarantinedPayload]) -> None:
        """Keep these payloads; one that is there already is counted up, not doubled."""
        self._write(
            [
                {
                    "item_id": item.raw_path,
                    "kind": "payload",
                    "feed": item.feed,
                    "raw_path": item.raw_path,
                    "error_type": item.error.kind,
                    "error_message": storable(str(item.error), _LONGEST_MESSAGE),
                    "content": _text(item.content) if item.content is not None else None,
                    "status": "waiting",
                }
                for item in items
            ]
        )

    def message(self, body: bytes, error: str, sender: str) -> None:
        """Keep a message that is no event of ours."""
        self._write(
            [
                {
                    "item_id": "message:" + hashlib.sha256(body).hexdigest(),
                    "kind": "message",
                    "feed": storable(sender, _LONGEST_MESSAGE),
                    "raw_path": None,
                    "error_type": "InvalidEventError",
                    "error_message": storable(error, _LONGEST_MESSAGE),
                    "content": _text(body),
                    "status": "waiting",
                }
            ]
        )

    def resolved(self, raw_paths: Sequence[str]) -> int:
        """Mark payloads as read after all; returns how many were waiting."""
        if not raw_paths:
            return 0
        return self._warehouse.execute(
            f"UPDATE {TABLE} SET status = 'resolved', loaded_at = @at "  # noqa: S608 - a constant
            "WHERE item_id IN UNNEST(@paths) AND status = 'waiting'",
            {"paths": list(raw_paths), "at": clock.wall_clock()},
            work=["resolve", sorted(raw_paths), clock.wall_clock()],
            table=TABLE,
        ).rows_changed

    def _write(self, rows: list[dict[str, object]]) -> None:
        if not rows:
            return
        at = clock.wall_clock()
        tried = {
            r["item_id"]: r["attempts"]
            for r in self._warehouse.query(_ATTEMPTS, {"ids": [str(r["item_id"]) for r in rows]}).rows
        }
        for row in rows:
            attempts = tried.get(str(row["item_id"]), 0) + 1
            row |= {"quarantined_date": at.date(), "attempts": attempts, "loaded_at": at}
            log.error("quarantined", extra={"item_id": row["item_id"], "error": row["error_message"]})
        try:
            self._merge(rows, at)
        except TerminalError:
            # One that the warehouse won't take must not lose the others: each alone, and its content last.
            log.exception("quarantine refused; its items go one by one", extra={"items": len(rows)})
            for row in rows:
                self._merge_alone(row, at)

    def _merge_alone(self, row: dict[str, object], at: datetime) -> None:
        try:
            self._merge([row], at)
        except TerminalError:
            log.exception("kept without its content", extra={"item_id": row["item_id"]})
            self._merge([row | {"content": None}], at)

    def _merge(self, rows: list[dict[str, object]], at: datetime) -> None:
        self._warehouse.merge_rows(
            TABLE,
            rows,
            key=["item_id"],
            scope="FALSE",
            params={},
            work=["quarantine", sorted(str(r["item_id"]) for r in rows), at, all(r["content"] is None for r in rows)],
            compare=["kind", "feed", "raw_path", "error_type", "error_message", "content", "status", "attempts"],
            delete_vanished=False,
        )
