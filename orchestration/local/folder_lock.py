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
            holder = _noted(descriptor)
            os.close(descriptor)
            raise in_use(self._path.parent, holder) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        self._file = descriptor

    def holder(self) -> str | None:
        """The id of the process that holds the lock, as it noted it; None when nobody does, or there is no folder."""
        try:
            descriptor = os.open(self._path, os.O_RDONLY)
        except FileNotFoundError:
            return None
        try:
            # Shared, so that two who ask don't take each other for the holder; given back at once.
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return _noted(descriptor)
        finally:
            os.close(descriptor)
        return None

    def release(self) -> None:
        """Give the lock back; nothing happens when it is not held."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


def in_use(data_dir: Path, holder: object) -> FolderInUseError:
    """The error for a folder that process `holder` has."""
    return FolderInUseError(
        f"the data folder {data_dir} is in use by another run (process {holder}); "
        "stop that one, or choose another folder"
    )


def _noted(descriptor: int) -> str:
    return os.read(descriptor, 32).decode(errors="replace").strip() or "unknown"
