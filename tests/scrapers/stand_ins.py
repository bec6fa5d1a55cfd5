"""Stand-ins for the ledger's table and for a recorded archive."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from common.context import Context
from common.run_ledger import Run


class KeptRuns:
    """Stands where the ledger's table is."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []

    def append_telemetry(self, _table: str, rows: Sequence[Mapping[str, Any]], _ids: Sequence[str]) -> dict[int, str]:
        self.rows += [dict(r) for r in rows]
        return {}


def kept_runs(context: Context) -> list[Run]:
    """The runs that the ledger was given, flushed."""
    context.ledger.flush()
    return [Run(**row) for row in context.ledger._warehouse.rows]  # type: ignore[attr-defined]


class ArchiveBuilder:
    """Writes a small archive, an answer at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        (folder / "index.jsonl").touch()
        self._count = 0

    def add(self, url: str, params: Mapping[str, str], body: object, available_from: str) -> None:
        self._count += 1
        file = f"{self._count}.json.gz"
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        (self.folder / file).write_bytes(gzip.compress(content))
        entry = {"method": "GET", "url": url, "params": params, "file": file, "available_from": available_from}
        with (self.folder / "index.jsonl").open("a") as index:
            index.write(json.dumps(entry) + "\n")
