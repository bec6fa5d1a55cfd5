"""Child processes of the embedded stack: started with a log file, awaited, stopped; they die with their parent."""

from __future__ import annotations

import logging
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from common.errors import TransientError

log = logging.getLogger(__name__)

_PROJECT_ROOT = Path(__file__).resolve().parents[2]
_POLL_SECONDS = 0.05
_TAIL_LINES = 30
_KILL_SECONDS = 10.0
_GRACE_AFTER_PARENT_SECONDS = 5.0


class StartupError(TransientError):
    """A part of the embedded stack did not come up; the message has the end of its log."""


def free_port() -> int:
    """A loopback TCP port that is free now; somebody else may take it before it is used."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def die_with_parent() -> None:
    """In a child: when the parent is gone, end this process, politely at first.

    The parent holds the other end of this process's standard input, so its death, SIGKILL included, is an end of
    file here. The parent's process id is watched too: a fork of the parent may have inherited the pipe.
    """
    parent = os.getppid()
    threading.Thread(target=_watch_parent, args=(parent,), name="parent-watchdog", daemon=True).start()


def _watch_parent(parent: int) -> None:
    stdin = sys.stdin.fileno()
    while os.getppid() == parent:
        readable, _, _ = select.select([stdin], [], [], 1.0)
        if readable and not os.read(stdin, 4096):
            break
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_GRACE_AFTER_PARENT_SECONDS)
    os._exit(1)


class Child:
    """One `python -m module arguments...` with its output in `log_path` (appended)."""

    def __init__(
        self,
        module: str,
        arguments: Sequence[str],
        log_path: Path,
        environment: Mapping[str, str],
        pass_fds: Sequence[int] = (),
    ) -> None:
        log_path.parent.mkdir(parents=True, exist_ok=True)
        self._module = module
        self._log_path = log_path
        self._log_start = log_path.stat().st_size if log_path.exists() else 0
        search_path = [str(_PROJECT_ROOT), *filter(None, [environment.get("PYTHONPATH")])]
        with log_path.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: S603 - this interpreter, our own module
                [sys.executable, "-m", module, *arguments],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**environment, "PYTHONPATH": os.pathsep.join(search_path)},
                pass_fds=pass_fds,
                # Ctrl-C reaches the whole foreground group; the parent alone decides in which order to stop.
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def log(self) -> str:
        """Where its output goes."""
        return str(self._log_path)

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._process.poll()

    def wait_ready(self, probe: Callable[[], bool], timeout: float) -> None:
        """Ask `probe` until it says true; `StartupError` with the log's end when the child exits or time is up."""
        deadline = time.monotonic() + timeout
        while not probe():
            if self.exit_code is not None:
                raise StartupError(f"{self._module} exited with code {self.exit_code}; {self.log_tail()}")
            if time.monotonic() >= deadline:
                raise StartupError(f"{self._module} was not ready after {timeout:g} s; {self.log_tail()}")
            time.sleep(_POLL_SECONDS)

    def stop(self, timeout: float) -> None:
        """SIGTERM, and SIGKILL to it and its own children after `timeout` seconds.

        Of one that has ended by itself nothing is left, either: its own children are killed.
        """
        if self.exit_code is not None:
            self._kill_group()
        else:
            self._process.terminate()
            try:
                self._process.wait(timeout)
            except subprocess.TimeoutExpired:
                log.warning("%s (pid %s) did not stop in %g s; killed", self._module, self.pid, timeout)
                self._kill_group()
                self._process.wait(_KILL_SECONDS)
        if self._process.stdin is not None:
            self._process.stdin.close()

    def _kill_group(self) -> None:
        # It leads a group of its own; see start_new_session. An empty group is what one hopes for.
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)

    def log_tail(self) -> str:
        """The last lines that this run wrote to its log."""
        with self._log_path.open("rb") as written:
            written.seek(self._log_start)
            lines = _last_lines(written)
        return f"end of {self._log_path}:\n" + "\n".join(lines)


def _last_lines(written: IO[bytes]) -> list[str]:
    return written.read().decode(errors="replace").splitlines()[-_TAIL_LINES:]
