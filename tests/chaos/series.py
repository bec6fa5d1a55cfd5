"""One series: a run that is killed at random moments, and started again until it ends well."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos.victims import COMMAND, VICTIMS, descendants, pid_of, processes
from tests.end_to_end.pipeline import NBA

MAX_KILLS = 5
# A killed run that has not come to its end by then has lost its way.
MAX_ATTEMPTS = MAX_KILLS + 3
_LOOK_SECONDS = 0.1
# The first start of a folder takes about as long.
_START_SECONDS = 15.0


@dataclass(frozen=True)
class Limits:
    """Seconds: the longest attempt, and the longest time in which nothing happens."""

    attempt: float
    quiet: float

    @classmethod
    def beside(cls, clean_seconds: float) -> Limits:
        """By what a clean run takes here and now: the machine may have other work."""
        return cls(attempt=120 + 6 * clean_seconds, quiet=60 + 2 * clean_seconds)


@dataclass
class Attempt:
    """One start of the command: what was killed when (seconds since its start), how it ended, its longest silence."""

    kills: list[tuple[str, float]] = field(default_factory=list)
    code: int | None = None
    seconds: float = 0.0
    quiet: float = 0.0
    hung: bool = False
    last_words: str = ""


@dataclass
class Series:
    """All attempts of a seed."""

    seed: int
    attempts: list[Attempt] = field(default_factory=list)

    @property
    def ended_well(self) -> bool:
        """Whether the last attempt came to its end."""
        return bool(self.attempts) and self.attempts[-1].code == 0

    @property
    def kills(self) -> int:
        """How many processes were killed."""
        return sum(len(a.kills) for a in self.attempts)

    @property
    def words(self) -> str:
        """One line for people."""
        kills = [f"{who}@{at:.1f}s({n})" for n, a in enumerate(self.attempts, 1) for who, at in a.kills]
        codes = ["hung" if a.hung else str(a.code) for a in self.attempts]
        return (
            f"seed {self.seed}: kills {' '.join(kills) or '-'}; attempts {len(self.attempts)}, exit codes "
            f"{','.join(codes)}; longest quiet {max(a.quiet for a in self.attempts):.1f} s, "
            f"{sum(a.seconds for a in self.attempts):.0f} s in all"
        )


def play(seed: int, arguments: list[str], data_dir: Path, clean_seconds: float, *, fresh: bool = False) -> Series:
    """Kill and start `nba ARGUMENTS --data-dir` until it exits with 0, hangs, or has had its attempts.

    With `fresh` the first one to be killed is the command line, while it starts and migrates.
    """
    chance = random.Random(seed)  # noqa: S311 - not cryptography
    wanted = chance.randint(1, MAX_KILLS)
    series = Series(seed)
    while len(series.attempts) < MAX_ATTEMPTS:
        attempt = Attempt()
        series.attempts.append(attempt)
        with started(arguments, data_dir) as process:
            plan = _plan(chance, clean_seconds, starting=fresh and not series.kills)
            _attend(process, data_dir, attempt, plan, wanted - series.kills, Limits.beside(clean_seconds))
        attempt.last_words = last_words(data_dir)
        if attempt.hung or attempt.code == 0:
            break
    return series


def _attend(
    process: subprocess.Popen[bytes],
    data_dir: Path,
    attempt: Attempt,
    plan: Iterator[tuple[str, float]],
    kills: int,
    limits: Limits,
) -> None:
    """Until the attempt ends: kill up to `kills` victims, each at its moment, or the whole run when it hangs."""
    began = last_news = time.monotonic()
    news = _news(data_dir)
    victim, due = next(plan)
    while (code := process.poll()) is None:
        now = time.monotonic()
        if (latest := _news(data_dir)) != news:
            news, last_news = latest, now
        attempt.quiet = max(attempt.quiet, now - last_news)
        if now - last_news > limits.quiet or now - began > limits.attempt:
            attempt.hung = True
            os.killpg(process.pid, signal.SIGABRT if os.environ.get("CHAOS_DUMP") else signal.SIGKILL)
            process.wait(30)
            break
        if len(attempt.kills) < kills and now - began >= due:
            pid = pid_of(victim, process.pid, processes())
            if pid is not None:  # else it has not started yet: it is waited for
                os.kill(pid, signal.SIGKILL)
                attempt.kills.append((victim, now - began))
                victim, due = next(plan)
                due += now - began
        time.sleep(_LOOK_SECONDS)
    attempt.code = code if code is not None else process.returncode
    attempt.seconds = time.monotonic() - began


def _plan(chance: random.Random, clean_seconds: float, *, starting: bool) -> Iterator[tuple[str, float]]:
    """Whom to kill, and how many seconds after the start or the kill before."""
    if starting:
        yield COMMAND, chance.uniform(0.0, _START_SECONDS)
    while True:
        yield chance.choice(VICTIMS), chance.uniform(0.0, clean_seconds)


def _news(data_dir: Path) -> tuple[tuple[str, int, int], ...]:
    """What changes when anything happens: logs, messages, tables, payloads."""
    files = [*data_dir.glob("*"), *data_dir.glob("logs/*"), *data_dir.glob("bigquery/*"), *data_dir.glob("raw/*/*")]
    found = []
    for file in files:
        try:
            stat = file.stat()
        except FileNotFoundError:
            continue
        found.append((str(file), stat.st_size, stat.st_mtime_ns))
    return tuple(found)


@contextmanager
def started(arguments: list[str], data_dir: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The command, its words in `command.log`; at the end nothing of it lives but what is dying already."""
    (data_dir / "logs").mkdir(parents=True, exist_ok=True)
    with (data_dir / "logs" / "command.log").open("ab") as log:
        log.write(b"\n-- start\n")
        log.flush()
        process = subprocess.Popen(
            [NBA[0], "-X", "faulthandler", *NBA[1:], "--verbose", *arguments, "--data-dir", str(data_dir)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            family = descendants(process.pid, processes())
            process.kill()
            process.wait(30)
            for member in family:
                _kill(member.pid)


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return  # it has ended by itself


def last_words(data_dir: Path) -> str:
    """The end of what the last start has said."""
    text = (data_dir / "logs" / "command.log").read_text(encoding="utf-8", errors="replace")
    return text.rpartition("-- start\n")[2][-3000:]
