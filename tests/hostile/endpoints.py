"""Every POST endpoint of every service, as the services' own URL maps tell them, on gateways that only write down."""

from __future__ import annotations

import base64
import importlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from common.context import Context
from common.events import Event
from common.settings import Settings
from common.warehouse import QueryResult
from orchestration.wsgi import _MODULES
from tests.fakes import RecordingPublisher

DAY = "2024-11-04"
_RANGE = {"start_date": DAY, "end_date": DAY}
# A body that the endpoint takes, for each that is no push endpoint; hostile ones are this one but for something.
GOOD_BODIES: Mapping[tuple[str, str], Mapping[str, Any]] = {
    ("scrapers", "/scrape"): {**_RANGE, "scrapers": ["nbac_schedule"]},
    ("raw", "/process-date-range"): _RANGE,
    ("analytics", "/process-date-range"): _RANGE,
    ("precompute", "/process-date-range"): _RANGE,
    ("grading", "/process-date-range"): _RANGE,
    ("coordinator", "/process-date-range"): _RANGE,
    ("coordinator", "/start"): {"game_date": DAY},
    ("orchestration", "/execute-workflow"): {"workflow": "betting_lines", "date": DAY},
    ("orchestration", "/reconcile"): _RANGE,
    ("orchestration", "/alert"): _RANGE,
}
PUSH_PATHS = frozenset({"/process", "/consolidate"})


def good_event() -> dict[str, Any]:
    """An event that every push endpoint can read."""
    event = Event(phase="phase1", source="nbac_schedule", game_dates=[DAY], correlation_id="c", event_id="e")
    found: dict[str, Any] = json.loads(event.model_dump_json())
    return found


def dumps_event(event: Mapping[str, Any]) -> bytes:
    """The event as a message's data."""
    return json.dumps(event).encode()


def envelope(data: bytes, **more: Any) -> dict[str, Any]:
    """Pub/Sub's push body around `data`."""
    message = {"data": base64.b64encode(data).decode(), "messageId": "1"}
    return {"message": message, "subscription": "s", "deliveryAttempt": 1} | more


class WatchedWarehouse:
    """Knows nothing; writes down whatever it is asked to write, and that it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.written: list[str] = []

    def query(self, sql: str, _params: object = None) -> QueryResult:
        self.asked.append(sql)
        return QueryResult()

    def __getattr__(self, name: str) -> Any:
        def write(*given: Any, **_: Any) -> Any:
            self.written.append(f"{name} {given[:1]}")
            raise LookupError(f"{name} of a warehouse that only watches")

        return write


@dataclass
class WatchedQuarantine:
    """Keeps messages, and cannot keep what a table could not."""

    messages: list[bytes] = field(default_factory=list)

    def message(self, body: bytes, error: str, sender: str) -> None:
        (error + sender).encode()
        assert len(error) + len(sender) < 2000
        self.messages.append(body)


@dataclass
class Endpoint:
    """A POST endpoint with its client and what could show that it did something."""

    service: str
    path: str
    client: FlaskClient
    context: Context

    @property
    def name(self) -> str:
        return f"{self.service}{self.path}"

    @property
    def is_push(self) -> bool:
        return self.path in PUSH_PATHS

    @property
    def kept(self) -> list[bytes]:
        """The messages in quarantine."""
        messages: list[bytes] = self.context.quarantine.messages  # type: ignore[attr-defined]
        return messages

    def done(self) -> list[str]:
        """Rows, files, messages and runs, and even questions to the warehouse, since `forget`."""
        warehouse: Any = self.context.warehouse
        publisher: Any = self.context.publisher
        files = [str(p) for p in Path(self.context.settings.data_dir).rglob("*")]
        pending = [*self.context.ledger.pending, *self.context.audit_log.pending]
        return [*warehouse.asked, *warehouse.written, *map(str, publisher.sent), *files, *map(str, pending)]

    def forget(self) -> None:
        self.kept.clear()


def endpoints(folder: Path) -> list[Endpoint]:
    """All of them, each service on a context of its own below `folder`."""
    found: list[Endpoint] = []
    for service, module in _MODULES.items():
        data_dir = folder / service
        settings = Settings(data_dir=data_dir, source="recorded", archive=folder / "no-archive")
        context = Context(settings)
        context.warehouse = WatchedWarehouse()  # type: ignore[assignment]
        context.publisher = RecordingPublisher()
        context.quarantine = WatchedQuarantine()  # type: ignore[assignment]
        app = importlib.import_module(module).create_app(context)
        paths = sorted(r.rule for r in app.url_map.iter_rules() if r.methods and "POST" in r.methods)
        found += [Endpoint(service, path, app.test_client(), context) for path in paths]
    return found
