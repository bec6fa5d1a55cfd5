"""Single real responses of the sources, read in place."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from common.raw_store import RawPayload
from data_processors.raw.raw_tables import Row, ScopeRows
from tests.data_processors.raw.archive import payload


def sample(shared: Path, folder: str, name: str, feed: str | None = None, scope: str = "2024-11-04") -> RawPayload:
    """One response as a payload of `feed` (default: named like its folder); skips where it is missing."""
    file = shared / "samples" / folder / name
    if not file.is_file():
        pytest.skip(f"no test data: {file} is missing")
    body = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    return payload(feed or folder, body, scope=scope)


def content(found: RawPayload) -> Any:
    """The body of a response as JSON, to be changed."""
    return json.loads(found.body)


def rows_of(units: list[ScopeRows]) -> list[Row]:
    """The rows of all scopes."""
    return [row for unit in units for row in unit.rows]
