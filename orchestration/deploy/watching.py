"""Log-based metrics and alert policies, from `alerts.yaml`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from orchestration.deploy.lines import Step, gcloud, update_or_create
from orchestration.deploy.target import Target
from orchestration.yaml_file import load_yaml

ALERTS_FILE = Path(__file__).with_name("alerts.yaml")
_CHANNEL = "NBA pipeline"


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Metric(_Model):
    """A log-based counter."""

    name: str
    description: str
    filter: str


class Policy(_Model):
    """An alert: the metric's value of `every_seconds` is greater than `above`."""

    name: str = Field(pattern=r"^[A-Za-z -]+$")
    why: str
    filter: str
    every_seconds: int = Field(ge=60, le=86400)
    aligner: Literal["ALIGN_SUM", "ALIGN_MAX"]
    above: float

    def resource(self) -> dict[str, object]:
        """The policy as Cloud Monitoring's API takes it."""
        return {
            "displayName": self.name,
            "combiner": "OR",
            "documentation": {"content": self.why, "mimeType": "text/markdown"},
            "conditions": [
                {
                    "displayName": self.name,
                    "conditionThreshold": {
                        "filter": self.filter,
                        "comparison": "COMPARISON_GT",
                        "thresholdValue": self.above,
                        "duration": "0s",
                        "aggregations": [
                            {"alignmentPeriod": f"{self.every_seconds}s", "perSeriesAligner": self.aligner}
                        ],
                    },
                }
            ],
        }


class Alerts(_Model):
    """All metrics and policies."""

    metrics: tuple[Metric, ...]
    policies: tuple[Policy, ...]


def watching(to: Target) -> Step:
    """Metrics first: a policy cannot be made of a metric that is not there. With an address to tell, a channel too."""
    alerts = load_yaml(ALERTS_FILE, Alerts)
    lines = []
    for metric in alerts.metrics:
        content: dict[str, str | int | bool] = {
            "description": metric.description,
            "log_filter": metric.filter,
            "project": to.project,
        }
        lines.append(
            update_or_create(
                gcloud("logging metrics describe", metric.name, project=to.project),
                gcloud("logging metrics update", metric.name, **content),
                gcloud("logging metrics create", metric.name, **content),
            )
        )
    if to.notify:
        lines.append(
            f"[ -n {_found('beta monitoring channels', _CHANNEL, to)} ] || "
            + gcloud(
                "beta monitoring channels create",
                display_name=_CHANNEL,
                type="email",
                channel_labels=f"email_address={to.notify}",
                project=to.project,
            )
        )
    for policy in alerts.policies:
        found = _found("alpha monitoring policies", policy.name, to)
        text = json.dumps(policy.resource(), separators=(",", ":"))
        channel = f" --{{}}={_found('beta monitoring channels', _CHANNEL, to)}" if to.notify else ""
        update = f"gcloud alpha monitoring policies update {found} " + _flags(text, to)
        create = "gcloud alpha monitoring policies create " + _flags(text, to)
        lines.append(
            f"if [ -n {found} ]; then {update}{channel.format('set-notification-channels')}; "
            f"else {create}{channel.format('notification-channels')}; fi"
        )
    return Step("Log-based metrics and alert policies", lines)


def _found(group: str, name: str, to: Target) -> str:
    """The resource name of what is displayed as `name`; empty where there is none."""
    listing = gcloud(f"{group} list", filter=f"displayName='{name}'", format="value(name)", limit=1, project=to.project)
    return f'"$({listing})"'


def _flags(policy: str, to: Target) -> str:
    return gcloud("", policy=policy, project=to.project).removeprefix("gcloud  ")
