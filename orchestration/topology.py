"""Topics and push subscriptions of the pipeline, read from `topology.yaml` and checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

TOPOLOGY_FILE = Path(__file__).with_name("topology.yaml")

# Pub/Sub's own rule for topic and subscription ids.
ResourceId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9._~+%-]{2,254}$")]
ServiceName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$")]


class TopologyError(ValueError):
    """The topology file can't be used; the message names the file and the field."""


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Retry(_Model):
    """Exponential backoff between deliveries of one message, in seconds."""

    min_backoff_seconds: int = Field(ge=10, le=600)
    max_backoff_seconds: int = Field(ge=10, le=600)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min_backoff_seconds > self.max_backoff_seconds:
            raise ValueError("min_backoff_seconds is greater than max_backoff_seconds")
        return self


class DeadLetter(_Model):
    """Where a message goes that was not acknowledged, and the pull subscription that keeps it there."""

    topic: ResourceId
    subscription: ResourceId


class PushSubscription(_Model):
    """One push subscription: a topic's messages are POSTed to `path` of `service`."""

    name: ResourceId
    topic: ResourceId
    service: ServiceName
    path: Annotated[str, StringConstraints(pattern=r"^/[a-z0-9/_-]+$")]
    ack_deadline_seconds: int = Field(ge=10, le=600)
    retry: Retry
    max_delivery_attempts: int = Field(default=5, ge=5, le=100)
    dead_letter: DeadLetter


class Topology(_Model):
    """Every service, topic and subscription of the pipeline."""

    services: tuple[ServiceName, ...] = Field(min_length=1)
    topics: tuple[ResourceId, ...] = Field(min_length=1)
    subscriptions: tuple[PushSubscription, ...]

    @classmethod
    def load(cls, path: Path = TOPOLOGY_FILE) -> Self:
        """Read and check `path`; raises `TopologyError` naming the file and the field."""
        try:
            return cls.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            raise TopologyError(f"{path}: {error}") from error
        except ValidationError as error:
            problems = "; ".join(f"{_field(e['loc'])}: {e['msg']}" for e in error.errors())
            raise TopologyError(f"{path}: {problems}") from error

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for index, subscription in enumerate(self.subscriptions):
            where = f"subscriptions[{index}] ({subscription.name})"
            if subscription.topic not in self.topics:
                raise ValueError(f"{where}.topic: {subscription.topic!r} is not in topics")
            if subscription.service not in self.services:
                raise ValueError(f"{where}.service: {subscription.service!r} is not in services")
        _refuse_repeats("services", self.services)
        _refuse_repeats("topics and dead_letter.topic", self.all_topics)
        _refuse_repeats("subscriptions", self.all_subscriptions)
        return self

    @property
    def all_topics(self) -> tuple[str, ...]:
        """Ids of the topics, dead-letter topics last."""
        return (*self.topics, *(s.dead_letter.topic for s in self.subscriptions))

    @property
    def all_subscriptions(self) -> tuple[str, ...]:
        """Ids of the subscriptions, those that keep dead letters last."""
        return (*(s.name for s in self.subscriptions), *(s.dead_letter.subscription for s in self.subscriptions))

    def subscription(self, name: str) -> PushSubscription:
        """The push subscription called `name`; raises `KeyError`."""
        for subscription in self.subscriptions:
            if subscription.name == name:
                return subscription
        raise KeyError(f"no push subscription {name!r} in the topology")

    def endpoint(self, subscription: str, base_urls: Mapping[str, str]) -> str:
        """The URL that `subscription` pushes to.

        `base_urls` maps a service to its address: `http://127.0.0.1:PORT/<service>` on one machine, the Cloud Run
        URL in the cloud. Raises `KeyError` for an unknown subscription or a service without an address.
        """
        wanted = self.subscription(subscription)
        if wanted.service not in base_urls:
            raise KeyError(f"no base URL for service {wanted.service!r} of subscription {subscription!r}")
        return base_urls[wanted.service].rstrip("/") + wanted.path

    def topic_names(self, project: str) -> tuple[str, ...]:
        """Full names (`projects/P/topics/T`) of all topics, dead-letter topics too."""
        return tuple(topic_name(project, topic) for topic in self.all_topics)

    def subscription_resources(
        self, project: str, base_urls: Mapping[str, str], push_service_account: str | None = None
    ) -> list[dict[str, Any]]:
        """All subscriptions as resources of Pub/Sub's REST v1 API, dead-letter ones last.

        With `push_service_account` each push carries an OIDC token of it, with the service's base URL as audience.
        """
        resources: list[dict[str, Any]] = []
        for s in self.subscriptions:
            push: dict[str, Any] = {"pushEndpoint": self.endpoint(s.name, base_urls)}
            if push_service_account:
                push["oidcToken"] = {
                    "serviceAccountEmail": push_service_account,
                    "audience": base_urls[s.service].rstrip("/"),
                }
            resources.append(
                {
                    "name": subscription_name(project, s.name),
                    "topic": topic_name(project, s.topic),
                    "pushConfig": push,
                    "ackDeadlineSeconds": s.ack_deadline_seconds,
                    # Never expires: a season has months without a message.
                    "expirationPolicy": {},
                    "retryPolicy": {
                        "minimumBackoff": f"{s.retry.min_backoff_seconds}s",
                        "maximumBackoff": f"{s.retry.max_backoff_seconds}s",
                    },
                    "deadLetterPolicy": {
                        "deadLetterTopic": topic_name(project, s.dead_letter.topic),
                        "maxDeliveryAttempts": s.max_delivery_attempts,
                    },
                }
            )
        resources.extend(
            {
                "name": subscription_name(project, s.dead_letter.subscription),
                "topic": topic_name(project, s.dead_letter.topic),
                "ackDeadlineSeconds": 60,
                "expirationPolicy": {},
            }
            for s in self.subscriptions
        )
        return resources


def topic_name(project: str, topic: str) -> str:
    """The full name `projects/P/topics/T`."""
    return f"projects/{project}/topics/{topic}"


def subscription_name(project: str, subscription: str) -> str:
    """The full name `projects/P/subscriptions/S`."""
    return f"projects/{project}/subscriptions/{subscription}"


def _field(location: tuple[int | str, ...]) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return text.lstrip(".") or "(file)"


def _refuse_repeats(where: str, names: Iterable[str]) -> None:
    repeated = sorted(name for name, count in Counter(names).items() if count > 1)
    if repeated:
        raise ValueError(f"{where}: named more than once: {', '.join(repeated)}")
