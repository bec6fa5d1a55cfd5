"""Publishing events, through Google's client; the embedded broker speaks the same API at another endpoint."""

from __future__ import annotations

import logging
from typing import Protocol

import requests
from google.api_core import exceptions as google_errors
from google.api_core.retry import Retry
from google.auth.credentials import AnonymousCredentials
from google.pubsub_v1 import PublisherClient
from google.pubsub_v1.types import PubsubMessage

from common.errors import TransientError
from common.events import Event
from common.settings import Settings

log = logging.getLogger(__name__)
_TRANSIENT = (
    google_errors.ServerError,
    google_errors.TooManyRequests,
    google_errors.DeadlineExceeded,
    google_errors.Aborted,
    # Over REST (the embedded broker) the client lets these through as they are.
    requests.ConnectionError,
    requests.Timeout,
)
_RETRY_SECONDS = 60.0


class Publisher(Protocol):
    """What a service needs to send an event on."""

    def publish(self, topic: str, event: Event) -> str:
        """Send `event` to `topic`; returns the message id once the broker has it for good."""


class PubSubPublisher:
    """Publishes synchronously: a handler must not answer 2xx before its message is safe."""

    def __init__(self, settings: Settings) -> None:
        self._project = settings.project
        if settings.pubsub_endpoint:
            self._client = PublisherClient(
                transport="rest",
                credentials=AnonymousCredentials(),
                client_options={"api_endpoint": settings.pubsub_endpoint},
            )
        else:
            self._client = PublisherClient()

    def publish(self, topic: str, event: Event) -> str:
        """Send `event`; TransientError when the broker did not take it within 60 s."""
        message = PubsubMessage(data=event.model_dump_json().encode(), attributes=event.attributes())
        try:
            answer = self._client.publish(
                topic=f"projects/{self._project}/topics/{topic}",
                messages=[message],
                retry=Retry(predicate=lambda e: isinstance(e, _TRANSIENT), timeout=_RETRY_SECONDS),
                timeout=20,
            )
        except (google_errors.GoogleAPICallError, google_errors.RetryError, requests.RequestException) as error:
            raise TransientError("the message broker did not take the event", topic=topic, cause=str(error)) from error
        log.info("published", extra={"topic": topic, "event_id": event.event_id, "message_id": answer.message_ids[0]})
        return str(answer.message_ids[0])
