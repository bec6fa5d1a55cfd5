"""How a path inside the raw store may be written: nothing that could name a file anywhere else."""

from __future__ import annotations

import re

_SEGMENT = r"(?!\.{1,2}(?:/|$))[A-Za-z0-9_.-]+"
_PATH = re.compile(rf"{_SEGMENT}(?:/{_SEGMENT})*", re.ASCII)
# feed, scope, request, file: as `RawStore.put` lays them.
_PARTS = 4
_LONGEST = 1024


def is_inside(path: str) -> bool:
    """Whether `path` is relative, has only segments of plain characters, and none of them leads upwards."""
    return len(path) <= _LONGEST and _PATH.fullmatch(path) is not None


def payload_path(path: str) -> str:
    """`path` if it may be a stored payload's; ValueError that says how one is written."""
    if not is_inside(path) or path.count("/") != _PARTS - 1:
        raise ValueError(
            "not a path of the raw store: <feed>/<scope>/<request>/<file> of letters, digits, '_', '.', '-'"
        )
    return path


def segment(text: str) -> str:
    """`text` as a folder's name inside the store; other characters, and a name that leads upwards, become '_'."""
    plain = re.sub(r"[^A-Za-z0-9_.-]+", "_", text)
    return plain if is_inside(plain) else "_"
