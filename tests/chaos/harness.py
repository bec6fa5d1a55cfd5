"""Series of killed runs beside a clean one: every table of data must be the same in the end."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from common.settings import Settings
from common.warehouse import Warehouse
from orchestration.session import warehouse_only
from tests.chaos.contents import Content, contents, in_words, rows_of
from tests.chaos.series import Series, play, started
from tests.migrated import migrated

# A date of the simulated league with five games, all phases and the grading, and a day before it for the features.
DAY, HISTORY = "2024-11-01", "2024-10-31"
RUN = ["run", "--source", "simulated", "--seed", "7", "--from", DAY, "--to", DAY, "--history-from", HISTORY, "--json"]
_CLEAN_SECONDS = 1800.0


@dataclass(frozen=True)
class Clean:
    """A run that nobody disturbed."""

    data_dir: Path
    seconds: float
    tables: dict[str, Content]


@dataclass(frozen=True)
class Verdict:
    """A series, and how its tables differ from a clean run's; empty when they are equal."""

    series: Series
    differences: dict[str, str]

    @property
    def good(self) -> bool:
        """Ended well, with the same tables."""
        return self.series.ended_well and not self.differences

    @property
    def words(self) -> str:
        """One line, and a line a table that differs."""
        if not self.series.ended_well:
            return f"{self.series.words}; NO GOOD END\n{self.series.attempts[-1].last_words}"
        if not self.differences:
            return f"{self.series.words}; equal"
        told = [f"    {table}: {words}" for table, words in self.differences.items()]
        return "\n".join([f"{self.series.words}; DIFFERENT: {', '.join(self.differences)}", *told])


def clean_run(data_dir: Path) -> Clean:
    """The run with nothing in its way; AssertionError with its words when it does not end well."""
    migrated(data_dir)
    began = time.monotonic()
    with started(RUN, data_dir) as process:
        code = process.wait(_CLEAN_SECONDS)
    assert code == 0, (data_dir / "logs" / "command.log").read_text()
    seconds = time.monotonic() - began
    with _opened(data_dir) as warehouse:
        return Clean(data_dir, seconds, contents(warehouse))


def disturbed_run(seed: int, data_dir: Path, clean: Clean, *, fresh: bool = False) -> Verdict:
    """A series on a folder of its own; with `fresh` migrations are what is disturbed first."""
    data_dir.mkdir(parents=True)
    if not fresh:
        migrated(data_dir)
    series = play(seed, RUN, data_dir, clean.seconds, fresh=fresh)
    return Verdict(series, differences(data_dir, clean) if series.ended_well else {})


def differences(data_dir: Path, clean: Clean) -> dict[str, str]:
    """By table, how the folder differs from the clean run's."""
    with _opened(data_dir) as warehouse:
        found = contents(warehouse)
        differing = sorted(t for t in found | clean.tables if found.get(t) != clean.tables.get(t))
        here = {t: rows_of(warehouse, t) for t in differing if t in found}
    if not differing:
        return {}
    with _opened(clean.data_dir) as warehouse:
        return {t: in_words(here[t], rows_of(warehouse, t)) for t in differing}


def forget(data_dir: Path) -> None:
    """Remove a folder that nothing is to be learned from."""
    shutil.rmtree(data_dir)


@contextmanager
def _opened(data_dir: Path) -> Iterator[Warehouse]:
    with warehouse_only(Settings(data_dir=data_dir)) as context:
        yield context.warehouse
