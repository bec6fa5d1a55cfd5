"""The processes of a run that may be killed, found as the operating system lists them."""

from __future__ import annotations

import subprocess
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

COMMAND, WAREHOUSE, SERVICES, WORKER = VICTIMS = ("command", "warehouse", "services", "worker")


@dataclass(frozen=True)
class Process:
    """A line of `ps`."""

    pid: int
    parent: int
    words: str


def processes() -> list[Process]:
    """All that live; what is dead and not yet asked for its exit code is left out."""
    listed = subprocess.run(
        ["ps", "-eo", "pid=,ppid=,stat=,args="], capture_output=True, text=True, check=True, timeout=30
    )
    rows = (line.split(None, 3) for line in listed.stdout.splitlines())
    return [Process(int(r[0]), int(r[1]), r[3]) for r in rows if len(r) == 4 and not r[2].startswith("Z")]


def descendants(pid: int, listed: Sequence[Process]) -> list[Process]:
    """The children of `pid`, theirs, and so on."""
    children: dict[int, list[Process]] = defaultdict(list)
    for process in listed:
        children[process.parent].append(process)
    found: list[Process] = []
    waiting = [pid]
    while waiting:
        mine = children[waiting.pop()]
        found += mine
        waiting += [p.pid for p in mine]
    return found


def pid_of(victim: str, command: int, listed: Sequence[Process]) -> int | None:
    """The process id of a victim of the run whose command line is process `command`; None while there is none."""
    family = descendants(command, listed)
    return _FIND[victim](command, family)


def _with(module: str, parent: int, family: Sequence[Process]) -> int | None:
    return next((p.pid for p in family if p.parent == parent and module in p.words), None)


def _worker(command: int, family: Sequence[Process]) -> int | None:
    master = _with("services_process", command, family)
    return None if master is None else _with("services_process", master, family)


_FIND: Mapping[str, Callable[[int, Sequence[Process]], int | None]] = {
    COMMAND: lambda command, _family: command,
    WAREHOUSE: lambda command, family: _with("bigquery_process", command, family),
    SERVICES: lambda command, family: _with("services_process", command, family),
    WORKER: _worker,
}
