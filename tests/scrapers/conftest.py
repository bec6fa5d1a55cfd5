"""A live fetcher that does not wait, a small archive, and a context that needs no warehouse and no broker."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from common.context import Context
from common.run_ledger import RunLedger
from common.settings import Settings
from scrapers.fetcher import Fetcher
from scrapers.transport import build_transport
from tests.fakes import RecordingPublisher
from tests.scrapers.misbehaving import MisbehavingSource
from tests.scrapers.stand_ins import ArchiveBuilder, KeptRuns


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> Iterator[MisbehavingSource]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server = MisbehavingSource()
    yield server
    server.stop()


@pytest.fixture
def naps() -> list[float]:
    """The seconds that the fetcher would have slept."""
    return []


@pytest.fixture
def live_fetcher(naps: list[float], tmp_path: Path) -> Iterator[Callable[..., Fetcher]]:
    """Makes fetchers over the live transport that note their waits instead of waiting."""
    made: list[Any] = []

    def make(*, body_seconds: float = 5, **overrides: Any) -> Fetcher:
        fields = {"source": "live", "data_dir": tmp_path, "http_read_timeout": 0.5, "http_max_attempts": 3}
        settings = Settings(**(fields | overrides))
        transport = build_transport(settings)
        made.append(transport.session)
        return Fetcher(settings, transport, sleep=naps.append, body_seconds=body_seconds)

    yield make
    for session in made:
        session.close()


@pytest.fixture
def make_context(tmp_path: Path) -> Callable[..., Context]:
    """Contexts whose publisher and ledger keep what they get, as `.publisher.sent` and `.kept_runs()`."""

    def make(**overrides: Any) -> Context:
        context = Context(Settings(**({"data_dir": tmp_path / "state"} | overrides)))
        context.publisher = RecordingPublisher()
        context.ledger = RunLedger(KeptRuns())  # type: ignore[arg-type]
        return context

    return make


@pytest.fixture
def archive(tmp_path: Path) -> ArchiveBuilder:
    return ArchiveBuilder(tmp_path / "archive")
