"""One embedded stack a data folder: a lock that the operating system frees when its holder dies."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from common.errors import TerminalError


class FolderInUseError(TerminalError):
    """Another run uses the data folder; the message names its process id."""


class FolderLock:
    """An exclusive lock on `<data_dir>/stack.lock`; children don't inherit it, so orphans can't keep it."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / "stack.lock"
        self._file: int | None = None

    def acquire(self) -> None:
        """Take the lock; `FolderInUseError` when another process has it."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        # Not inherited by child processes: Python opens files close-on-exec.
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(descriptor, 32).decode(errors="replace").strip() or "unknown"
            os.close(descriptor)
            raise FolderInUseError(
                f"the data folder {self._path.parent} is in use by another run (process {holder}); "
                "stop that one, or choose another folder"
            ) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        self._file = descriptor

    def release(self) -> None:
        """Give the lock back; nothing happens when it is not held."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
