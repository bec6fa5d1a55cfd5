"""What fires when, read from `schedules.yaml` and checked: for Cloud Scheduler and for the local clock alike."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationInfo, field_validator, model_validator

from orchestration.cron import Cron
from orchestration.topology import ServiceName, Topology
from orchestration.yaml_file import load_yaml

SCHEDULES_FILE = Path(__file__).with_name("schedules.yaml")


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Retry(_Model):
    """How often, and how many seconds apart, a call is made again that was answered with 5xx or not at all."""

    # Cloud Scheduler's own limits.
    attempts: int = Field(ge=0, le=5)
    min_backoff_seconds: int = Field(default=60, ge=5, le=3600)
    max_backoff_seconds: int = Field(default=600, ge=5, le=3600)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min_backoff_seconds > self.max_backoff_seconds:
            raise ValueError("min_backoff_seconds is greater than max_backoff_seconds")
        return self


class Schedule(_Model):
    """One call: POST `body` to `path` of `service` whenever `cron` says so."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{2,99}$")]
    description: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    cron: str
    service: ServiceName
    path: Annotated[str, StringConstraints(pattern=r"^/[a-z0-9/_-]+$")]
    body: dict[str, Any]
    deadline_seconds: int = Field(ge=15, le=1800)
    retry: Retry

    @field_validator("service")
    @classmethod
    def _in_the_topology(cls, name: str, info: ValidationInfo) -> str:
        services = (info.context or {}).get("services", (name,))
        if name not in services:
            raise ValueError(f"there is no service {name!r}; there are {', '.join(services)}")
        return name

    @field_validator("cron")
    @classmethod
    def _readable(cls, text: str) -> str:
        Cron.parse(text)
        return text

    @cached_property
    def times(self) -> Cron:
        """The cron line, read."""
        return Cron.parse(self.cron)

    def due(self, now: datetime, last: datetime, zone: ZoneInfo) -> datetime | None:
        """The moment (UTC) since `last`, `now` included, at which it should have fired; the latest where several were
        missed, since every call catches up by itself. None: nothing is due. Both moments are aware."""
        return self.times.last_between(last, now, zone)


class Schedules(_Model):
    """All schedules and the time zone of their cron lines."""

    time_zone: str
    schedules: tuple[Schedule, ...] = Field(min_length=1)

    @classmethod
    def load(cls, path: Path = SCHEDULES_FILE, topology: Topology | None = None) -> Self:
        """Read and check `path`; ConfigurationError that names file, line and field."""
        return load_yaml(path, cls, context={"services": (topology or Topology.load()).services})

    @field_validator("time_zone")
    @classmethod
    def _known(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"{name!r} is no time zone") from error
        return name

    @model_validator(mode="after")
    def _named_once(self) -> Self:
        names = [s.name for s in self.schedules]
        repeated = sorted({n for n in names if names.count(n) > 1})
        if repeated:
            raise ValueError(f"schedules: named more than once: {', '.join(repeated)}")
        return self

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of all cron lines."""
        return ZoneInfo(self.time_zone)

    def due(self, now: datetime, last: datetime) -> list[tuple[datetime, Schedule]]:
        """The schedules that should have fired in (last, now], in the order of their times, each once."""
        found = [(moment, s) for s in self.schedules if (moment := s.due(now, last, self.zone)) is not None]
        return sorted(found, key=lambda pair: pair[0])
