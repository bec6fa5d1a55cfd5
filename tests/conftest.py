"""What tests share: the recorded archive where there is one, a warehouse of their own, and a clean context."""

from __future__ import annotations

import os
import re
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

from common.context import Context
from common.settings import Settings
from tests.fakes import RecordingPublisher
from tests.migrated import served

ROOT = Path(__file__).resolve().parents[1]

# What is made once a session and takes long: tests that share it run in one process.
_MADE_ONCE = ("five_days", "undisturbed", "real_days", "googlesql")
# The long ones first, so that two processes end together.
_LONG_FIRST = ("chaos", "end_to_end", "leaks", "data_processors", "predictions", "contract", "orchestration")


class _Together(LoadScopeScheduling):
    """Deals out whole files, and files that share something made once as one."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::", 1)[0]
        words = set(re.findall(r"\w+", (ROOT / file).read_text(encoding="utf-8")))
        return next((name for name in _MADE_ONCE if name in words), file)


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> _Together:
    """Two processes: a test mostly waits for a warehouse, which does one thing at a time."""
    return _Together(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start with the long ones."""
    items.sort(key=lambda item: _place(item.path))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What a test has logged may hold half surrogates on purpose; they can't go from one process to the other."""
    report = yield
    report.sections = [(name, text.encode(errors="backslashreplace").decode()) for name, text in report.sections]
    return report


def _place(path: Path) -> int:
    room = path.relative_to(ROOT / "tests").parts[0]
    return _LONG_FIRST.index(room) if room in _LONG_FIRST else len(_LONG_FIRST)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of test data beside the project; tests that need it skip where it is missing."""
    folder = Path(os.environ.get("NBA_SHARED", ROOT.parent / "shared"))
    if not folder.is_dir():
        pytest.skip(f"no test data: {folder} is missing (set NBA_SHARED)")
    return folder


@pytest.fixture(scope="session")
def recorded(shared: Path) -> Path:
    """The recorded archive."""
    return shared / "recorded"


@pytest.fixture(scope="session")
def warehouse_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings of a warehouse of the test session's own, migrated."""
    with served(tmp_path_factory.mktemp("warehouse")) as settings:
        yield settings


@pytest.fixture
def context(warehouse_settings: Settings, tmp_path: Path) -> Context:
    """A context on the session's warehouse with a raw store of its own and a publisher that only records."""
    made = Context(warehouse_settings.model_copy(update={"raw_store_url": (tmp_path / "raw").as_uri()}))
    made.publisher = RecordingPublisher()
    return made
