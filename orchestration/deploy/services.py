"""The Cloud Run services, read from `services.yaml` and checked: no figure without its reason."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from common.errors import ConfigurationError
from common.warehouse import DATASETS
from orchestration.deploy.target import secret_settings
from orchestration.topology import Topology
from orchestration.yaml_file import load_yaml

SERVICES_FILE = Path(__file__).with_name("services.yaml")
Reason = Annotated[str, StringConstraints(min_length=10)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Count(_Model):
    """A number and why it is that one."""

    value: int = Field(ge=0)
    why: Reason


class Memory(_Model):
    """Memory as Cloud Run writes it, and why so much."""

    value: Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]*(Mi|Gi)$")]
    why: Reason


class CloudService(_Model):
    """One service: its size, and the least that it must be allowed."""

    cpu: Count
    memory: Memory
    concurrency: Count
    timeout_seconds: Count
    min_instances: Count
    max_instances: Count
    bucket: Literal["none", "read", "write"]
    secrets: tuple[str, ...]
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    publishes: tuple[str, ...]
    calls: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _within_cloud_run(self) -> Self:
        for dataset in (*self.reads, *self.writes):
            if dataset not in DATASETS:
                raise ValueError(f"there is no dataset {dataset!r}; there are {', '.join(DATASETS)}")
        if not 1 <= self.timeout_seconds.value <= 3600:
            raise ValueError("timeout_seconds: Cloud Run takes 1 to 3600")
        if not 1 <= self.concurrency.value <= 1000:
            raise ValueError("concurrency: Cloud Run takes 1 to 1000")
        if self.cpu.value not in {1, 2, 4, 6, 8}:
            raise ValueError("cpu: Cloud Run takes 1, 2, 4, 6 or 8")
        if not self.min_instances.value <= self.max_instances.value or self.max_instances.value < 1:
            raise ValueError("max_instances: at least 1, and not below min_instances")
        return self


class CloudServices(_Model):
    """All services by name; `defaults` is only there to be referred to."""

    defaults: dict[str, Any] = {}
    services: dict[str, CloudService]

    @classmethod
    def load(cls, topology: Topology, path: Path = SERVICES_FILE) -> Self:
        """Read `path`; ConfigurationError when it and the topology do not name the same services and topics."""
        found = load_yaml(path, cls)
        if set(found.services) != set(topology.services):
            differing = ", ".join(sorted(set(found.services) ^ set(topology.services)))
            raise ConfigurationError(f"{path}: services: not the same as in topology.yaml: {differing}")
        for name, service in found.services.items():
            for topic in service.publishes:
                if topic not in topology.topics:
                    raise ConfigurationError(f"{path}: services.{name}.publishes: there is no topic {topic!r}")
            for other in service.calls:
                if other not in topology.services:
                    raise ConfigurationError(f"{path}: services.{name}.calls: there is no service {other!r}")
            for secret in service.secrets:
                if secret not in secret_settings():
                    raise ConfigurationError(f"{path}: services.{name}.secrets: no secret setting is called {secret!r}")
        nobody_s = set(secret_settings()) - {secret for s in found.services.values() for secret in s.secrets}
        if nobody_s:
            raise ConfigurationError(f"{path}: services: no service gets the secret {', '.join(sorted(nobody_s))}")
        for subscription in topology.subscriptions:
            limit = found.services[subscription.service].timeout_seconds.value
            if limit < subscription.ack_deadline_seconds:
                raise ConfigurationError(
                    f"{path}: services.{subscription.service}.timeout_seconds: {limit} is below the acknowledgement "
                    f"deadline of subscription {subscription.name} ({subscription.ack_deadline_seconds})"
                )
        return found
