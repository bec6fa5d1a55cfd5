"""The SELECTs of this room, by name."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).with_name("queries")


@cache
def query_text(name: str) -> str:
    """The text of `queries/<name>.sql`."""
    return (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")
