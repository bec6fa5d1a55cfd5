"""The part of Pub/Sub's REST v1 resources that the embedded broker understands, with Google's limits."""

from __future__ import annotations

import re
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic.alias_generators import to_camel

_DURATION = re.compile(r"^(\d+(?:\.\d{1,9})?)s$")

# What a push subscription without a retry policy does at Google: quick, growing retries.
_DEFAULT_BACKOFF_SECONDS = (0.1, 60.0)

# Accepting one of these and not honouring it would be worse than refusing it.
_UNSUPPORTED = (
    "filter",
    "enableMessageOrdering",
    "enableExactlyOnceDelivery",
    "bigqueryConfig",
    "cloudStorageConfig",
    "messageTransforms",
)


class BrokerError(Exception):
    """A request that the broker refuses, as the HTTP status and canonical code that Google would answer."""

    def __init__(self, http_status: int, status: str, message: str) -> None:
        super().__init__(message)
        self.http_status = http_status
        self.status = status


def not_found(name: str) -> BrokerError:
    """404 for a topic or subscription that does not exist."""
    return BrokerError(404, "NOT_FOUND", f"Resource not found (resource={name}).")


def already_exists(name: str) -> BrokerError:
    """409 for a topic or subscription that exists."""
    return BrokerError(409, "ALREADY_EXISTS", f"Resource already exists in the project (resource={name}).")


def invalid(message: str) -> BrokerError:
    """400 for a request that can't be understood."""
    return BrokerError(400, "INVALID_ARGUMENT", message)


def _seconds(value: str) -> float:
    match = _DURATION.match(value)
    if match is None or not 0 <= float(match[1]) <= 600:
        raise ValueError(f"{value!r} is not a duration of 0s to 600s")
    return float(match[1])


class _Resource(BaseModel):
    # Fields that the broker does not use (labels, oidcToken, ...) are kept, so that a get returns what was created.
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="allow", frozen=True)


class PushConfig(_Resource):
    """Where to POST messages; an empty endpoint means a pull subscription."""

    push_endpoint: str = ""


class RetryPolicy(_Resource):
    """Exponential backoff bounds as protobuf durations (`"10s"`)."""

    minimum_backoff: str = "10s"
    maximum_backoff: str = "600s"

    @field_validator("minimum_backoff", "maximum_backoff")
    @classmethod
    def _is_duration(cls, value: str) -> str:
        _seconds(value)
        return value


class DeadLetterPolicy(_Resource):
    """The topic that takes over a message after `max_delivery_attempts` deliveries."""

    dead_letter_topic: str
    max_delivery_attempts: int = Field(default=5, ge=5, le=100)


class Subscription(_Resource):
    """A subscription; `ack_deadline_seconds` is the time that one delivery may take."""

    name: str
    topic: str
    push_config: PushConfig = PushConfig()
    ack_deadline_seconds: int = Field(default=10, ge=10, le=600)
    retry_policy: RetryPolicy | None = None
    dead_letter_policy: DeadLetterPolicy | None = None

    @classmethod
    def parse(cls, resource: dict[str, Any]) -> Subscription:
        """Check a resource of a request; raises `BrokerError` 400 naming the field, 501 for what is not supported."""
        for field in _UNSUPPORTED:
            if resource.get(field):
                raise BrokerError(501, "UNIMPLEMENTED", f"{field} is not supported by the embedded broker.")
        if not resource.get("ackDeadlineSeconds", 10):  # 0 is Pub/Sub's way to say "the default"
            resource = {**resource, "ackDeadlineSeconds": 10}
        try:
            return cls.model_validate(resource)
        except ValidationError as error:
            problems = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
            raise invalid(problems) from error

    def resource(self) -> dict[str, Any]:
        """The REST form of the subscription."""
        return self.model_dump(by_alias=True, exclude_none=True)

    @property
    def is_push(self) -> bool:
        """True when the broker delivers; False when a client pulls."""
        return bool(self.push_config.push_endpoint)

    def backoff_seconds(self, attempt: int) -> float:
        """Seconds to wait after failed delivery number `attempt` (1 is the first)."""
        if self.retry_policy is not None:
            shortest = _seconds(self.retry_policy.minimum_backoff)
            longest = _seconds(self.retry_policy.maximum_backoff)
        elif self.is_push:
            shortest, longest = _DEFAULT_BACKOFF_SECONDS
        else:
            return 0.0
        doublings = min(attempt - 1, 40)
        return float(min(shortest * 2**doublings, max(shortest, longest)))
