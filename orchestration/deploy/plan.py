"""A deployment from its first line to its last."""

from __future__ import annotations

from common.errors import ConfigurationError
from common.settings import Settings
from orchestration.deploy import foundations, messaging, running, watching
from orchestration.deploy.lines import Step
from orchestration.deploy.services import CloudServices
from orchestration.deploy.target import Target
from orchestration.schedules import Schedules
from orchestration.topology import Topology


def plan(to: Target) -> list[Step]:
    """All steps in order; ConfigurationError where the files that it is made of do not fit together."""
    unknown = [s for s in to.without_secrets if s not in Settings.model_fields]
    if unknown:
        raise ConfigurationError(f"no such setting: {', '.join(unknown)}; see docs/settings.md")
    topology = Topology.load()
    schedules = Schedules.load(topology=topology)
    services = CloudServices.load(topology)
    return [
        foundations.apis(to),
        foundations.accounts(to, services),
        foundations.image(to),
        foundations.tables(to, services),
        foundations.bucket(to, services),
        foundations.secrets(to, services),
        messaging.topics(to, topology, services),
        running.run_services(to, topology, schedules, services),
        messaging.subscriptions(to, topology),
        running.scheduler_jobs(to, schedules),
        watching.watching(to),
        running.verification(to, services),
    ]
