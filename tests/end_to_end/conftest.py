from __future__ import annotations

from pathlib import Path

import pytest

from tests.end_to_end.pipeline import Finished, run


@pytest.fixture(scope="session")
def five_days(recorded: Path, tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """Five game dates (one without games) from the recorded archive, in order, in one run."""
    return run("2024-11-04", "2024-11-08", recorded, tmp_path_factory.mktemp("five-days"))


@pytest.fixture(scope="session")
def small_archive_days() -> tuple[str, str, str]:
    """First date, last date and start of history of the small runs: three games."""
    return "2024-11-07", "2024-11-07", "2024-11-01"


@pytest.fixture(scope="session")
def undisturbed(
    recorded: Path, small_archive_days: tuple[str, str, str], tmp_path_factory: pytest.TempPathFactory
) -> Finished:
    """The small run with nothing in its way."""
    first, last, history = small_archive_days
    return run(first, last, recorded, tmp_path_factory.mktemp("undisturbed"), "--history-from", history)
