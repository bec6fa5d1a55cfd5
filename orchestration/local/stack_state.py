"""Which stack is up on a data folder: its lock proves that one is, `stack.json` says where its parts listen.

The file alone proves nothing: a copied folder has it, too, a killed run leaves it behind, and process ids come again.
"""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from orchestration.local.folder_lock import FolderInUseError, FolderLock

_FILE = "stack.json"
_POLL_SECONDS = 0.25
_CONNECT_SECONDS = 2.0


def write(data_dir: Path, fields: Mapping[str, Any]) -> None:
    """Say that a stack of this process is up on `data_dir`; `fields` must have `bigquery_endpoint`."""
    state = {**fields, "pid": os.getpid(), "data_dir": str(data_dir.absolute()), "folder": _identity(data_dir)}
    draft = data_dir / f"{_FILE}.new"
    draft.write_text(json.dumps(state, indent=2) + "\n", encoding="utf-8")
    draft.replace(data_dir / _FILE)


def remove(data_dir: Path) -> None:
    """The stack is down."""
    (data_dir / _FILE).unlink(missing_ok=True)


def running_stack(data_dir: Path) -> dict[str, Any] | None:
    """What `stack.json` says of the stack that is up on this very folder; None when none is, or none yet."""
    holder = FolderLock(data_dir).holder()
    if holder is None:
        return None
    try:
        state: dict[str, Any] = json.loads((data_dir / _FILE).read_text(encoding="utf-8"))
        ours = str(state["pid"]) == holder and state["folder"] == _identity(data_dir)
        return state if ours and _listens(state["bigquery_endpoint"]) else None
    except (FileNotFoundError, KeyError, ValueError, TypeError):
        return None


@contextmanager
def alone(data_dir: Path, patience: float, until: Callable[[], object]) -> Iterator[bool]:
    """Hold the folder's lock inside the block; yields True.

    While another run holds it, waits up to `patience` seconds: a look at the tables takes some, and so does a start.
    Yields False, without the lock, when meanwhile `until()` is true; `FolderInUseError` when the time is up.
    """
    lock = FolderLock(data_dir)
    deadline = time.monotonic() + patience
    while True:
        if until():
            yield False
            return
        try:
            lock.acquire()
            break
        except FolderInUseError:
            if time.monotonic() >= deadline:
                raise
        time.sleep(_POLL_SECONDS)
    try:
        remove(data_dir)  # what a killed run left behind
        yield True
    finally:
        lock.release()


def _identity(data_dir: Path) -> list[int]:
    """A folder under whatever name; a copy is another one."""
    found = data_dir.stat()
    return [found.st_dev, found.st_ino]


def _listens(endpoint: str) -> bool:
    address = urlsplit(endpoint)
    try:
        socket.create_connection((address.hostname, address.port), _CONNECT_SECONDS).close()
    except OSError:
        return False
    return True
