"""The Cloud Run services, who may call them, the schedules, and the proof that the right version answers."""

from __future__ import annotations

import json

from orchestration.deploy.lines import Step, gcloud, update_or_create
from orchestration.deploy.services import CloudService, CloudServices
from orchestration.deploy.target import Target
from orchestration.schedules import Schedule, Schedules
from orchestration.topology import Topology


def callers(name: str, topology: Topology, schedules: Schedules, services: CloudServices) -> list[str]:
    """The accounts that call a service: push, scheduler, other services; each only where it does."""
    found = ["push"] if any(s.service == name for s in topology.subscriptions) else []
    found += ["scheduler"] if any(s.service == name for s in schedules.schedules) else []
    return found + [other for other, s in services.services.items() if name in s.calls]


def run_services(to: Target, topology: Topology, schedules: Schedules, services: CloudServices) -> Step:
    """Each service as its own, from the one image."""
    lines = []
    for name, service in services.services.items():
        allowed = callers(name, topology, schedules, services)
        lines.append(_deploy(to, name, service, allowed))
        lines += [
            gcloud(
                "run services add-iam-policy-binding",
                to.service(name),
                member=to.member(caller),
                role="roles/run.invoker",
                region=to.region,
                project=to.project,
            )
            for caller in allowed
        ]
    return Step("Cloud Run services, and who may call them", lines)


def _deploy(to: Target, name: str, service: CloudService, allowed: list[str]) -> str:
    environment = {
        "NBA_SERVICE": name,
        "NBA_PROJECT": to.project,
        "NBA_LOCATION": to.location,
        "NBA_RAW_STORE_URL": to.bucket,
        "NBA_CODE_VERSION": to.version,
        "NBA_THREADS": str(service.concurrency.value),
        "NBA_OIDC_AUDIENCE": to.url(name),
        "NBA_OIDC_SERVICE_ACCOUNTS": ",".join(to.account(a) for a in allowed),
    }
    if service.calls:
        # {service} is put in by who calls.
        environment["NBA_SERVICES_URL"] = to.url("{service}")
    flags: dict[str, str | int | bool] = {
        "image": to.image,
        "region": to.region,
        "project": to.project,
        "service_account": to.account(name),
        "no_allow_unauthenticated": True,
        "cpu": service.cpu.value,
        "memory": service.memory.value,
        "concurrency": service.concurrency.value,
        "timeout": service.timeout_seconds.value,
        "min_instances": service.min_instances.value,
        "max_instances": service.max_instances.value,
    }
    if secrets := to.secrets_of(service.secrets):
        mounts = {v: f"/secrets/{s}/key" for v, s in secrets.items() if v.endswith("_FILE")}
        # A key that the code reads from a file is mounted as one; the others are environment variables.
        environment |= mounts
        flags["set_secrets"] = ",".join(f"{mounts.get(v, v)}={s}:latest" for v, s in secrets.items())
    # Values hold commas: another delimiter, as `gcloud topic escaping` says.
    flags["set_env_vars"] = "^;^" + ";".join(f"{k}={v}" for k, v in environment.items())
    return gcloud("run deploy", to.service(name), **flags)


def scheduler_jobs(to: Target, schedules: Schedules) -> Step:
    """A Cloud Scheduler job a schedule."""
    return Step("Cloud Scheduler jobs", [_job(to, s, schedules.time_zone) for s in schedules.schedules])


def _job(to: Target, schedule: Schedule, time_zone: str) -> str:
    name = f"nba-{schedule.name}"
    url = to.url(schedule.service)
    where = {"location": to.region, "project": to.project}
    flags: dict[str, str | int | bool] = {
        "description": schedule.description,
        "schedule": schedule.cron,
        "time_zone": time_zone,
        "uri": url + schedule.path,
        "http_method": "POST",
        "message_body": json.dumps(schedule.body, separators=(",", ":")),
        "oidc_service_account_email": to.account("scheduler"),
        "oidc_token_audience": url,
        "attempt_deadline": f"{schedule.deadline_seconds}s",
        "max_retry_attempts": schedule.retry.attempts,
        "min_backoff": f"{schedule.retry.min_backoff_seconds}s",
        "max_backoff": f"{schedule.retry.max_backoff_seconds}s",
        **where,
    }
    content = "Content-Type=application/json"
    return update_or_create(
        gcloud("scheduler jobs describe", name, **where),
        gcloud("scheduler jobs update http", name, update_headers=content, **flags),
        gcloud("scheduler jobs create http", name, headers=content, **flags),
    )


def verification(to: Target, services: CloudServices) -> Step:
    """Each service is asked who it is; the line fails unless the right one answers, in the version deployed."""
    asked = 'curl --fail --silent --show-error --max-time 60 --header "Authorization: Bearer $({})"'.format(
        gcloud("auth print-identity-token")
    )
    lines = [
        f'{asked} "{to.url(name)}/health" | .venv/bin/python -m orchestration.deploy.health {name} {to.version}'
        for name in services.services
    ]
    return Step("Does the right service answer, in the right version?", lines)
