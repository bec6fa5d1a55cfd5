"""Payloads of the raw store sent through Phase 2 again, by the message that Phase 1 sends when it has stored them."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from common.context import Context
from common.errors import TransientError
from common.events import Event
from common.settings import Settings
from orchestration.client import ServiceClient
from orchestration.session import Session, embedded, is_cloud, running_stack

TOPIC = "nba-phase1-scrapers-complete"
SETTLE_SECONDS = 1800
_PAYLOADS_A_MESSAGE = 500


@dataclass
class RawService:
    """Phase 2 within reach: by its push endpoint, or by Pub/Sub alone where it runs in the cloud."""

    context: Context
    services: ServiceClient | None = None
    own: Session | None = None

    def read_again(self, raw_paths: Sequence[str], why: str, *, accept_shrink: bool = False) -> list[dict[str, Any]]:
        """Have Phase 2 read these payloads; one entry a feed and message: status, rows, error.

        Reading twice changes nothing, so this may be repeated. With `accept_shrink` these payloads may take away
        most of what is there. In the cloud the entry says only that the message was sent. TransientError when the
        phases behind do not settle.
        """
        results: list[dict[str, Any]] = []
        paths = sorted(set(raw_paths))
        for start in range(0, len(paths), _PAYLOADS_A_MESSAGE):
            portion = paths[start : start + _PAYLOADS_A_MESSAGE]
            event = Event(
                phase="phase1",
                source=why,
                raw_paths=portion,
                trigger="manual",
                payload={"accept_shrink": True} if accept_shrink else {},
            )
            if self.services is None:
                self.context.publisher.publish(TOPIC, event)
                results.append({"processor": "phase2", "status": "sent", "rows": None, "error": None})
                continue
            data = base64.b64encode(event.model_dump_json().encode()).decode()
            message = {"data": data, "messageId": uuid.uuid4().hex}
            answer = self.services.post("raw", "process", {"message": message, "subscription": why})
            found = answer.get("results") or [
                {"processor": "phase2", "status": answer["status"], "rows": 0, "error": answer.get("error")}
            ]
            results += found
        if self.own is not None and not self.own.stack.broker.wait_idle(SETTLE_SECONDS):
            raise TransientError("the phases behind did not settle", seconds=SETTLE_SECONDS)
        return results


@contextmanager
def raw_service(settings: Settings) -> Iterator[RawService]:
    """Phase 2 of the running stack, of the cloud, or of an embedded stack that is started for this."""
    if is_cloud(settings):
        yield RawService(Context(settings))
        return
    running = running_stack(settings.data_dir)
    if running is not None:
        endpoints = {k: running[k] for k in ("bigquery_endpoint", "pubsub_endpoint")}
        yield RawService(Context(settings.model_copy(update=endpoints)), ServiceClient(running["services_url"]))
        return
    with embedded(settings) as session:
        yield RawService(session.context, session.services, session)
