"""What everything stands on: APIs, accounts, image, tables with their grants, bucket, secrets."""

from __future__ import annotations

import re

from orchestration.deploy.lines import Step, create_if_missing, demand, gcloud, line
from orchestration.deploy.services import CloudServices
from orchestration.deploy.target import Target
from orchestration.migrate import read_migrations

_APIS = (
    "artifactregistry",
    "bigquery",
    "cloudbuild",
    "cloudresourcemanager",
    "cloudscheduler",
    "iam",
    "logging",
    "monitoring",
    "pubsub",
    "run",
    "secretmanager",
    "storage",
)
_SCHEMA = re.compile(r"^CREATE SCHEMA IF NOT EXISTS nba_(\w+)", re.MULTILINE)
LIFECYCLE_FILE = "orchestration/deploy/bucket_lifecycle.json"
# What a service may do in the bucket; writing moves a file to its final name, which needs deletion too.
_BUCKET_ROLES = {"read": "roles/storage.objectViewer", "write": "roles/storage.objectUser"}


def datasets() -> list[str]:
    """The datasets that the migrations make, without their "nba_"."""
    return sorted({name for m in read_migrations() for name in _SCHEMA.findall(m.sql)})


def apis(to: Target) -> Step:
    """The project's APIs, and Pub/Sub's own account, which is made when first asked for."""
    return Step(
        "APIs of the project",
        [
            gcloud("services enable", *(f"{name}.googleapis.com" for name in _APIS), project=to.project),
            gcloud("beta services identity create", service="pubsub.googleapis.com", project=to.project),
        ],
    )


def accounts(to: Target, services: CloudServices) -> Step:
    """A service account a service, one that pushes messages, one that keeps the schedule."""
    purposes = {name: f"NBA pipeline, {name} service" for name in services.services}
    purposes |= {"push": "NBA pipeline, Pub/Sub push", "scheduler": "NBA pipeline, Cloud Scheduler"}
    lines = [
        create_if_missing(
            gcloud("iam service-accounts describe", to.account(name), project=to.project),
            gcloud("iam service-accounts create", f"nba-{name}", display_name=purpose, project=to.project),
        )
        for name, purpose in purposes.items()
    ]
    # A job belongs to the project, not to a dataset; running one gives no right to any table.
    lines += [
        gcloud(
            "projects add-iam-policy-binding",
            to.project,
            member=to.member(name),
            role="roles/bigquery.jobUser",
            condition="None",
        )
        for name in services.services
    ]
    return Step("Service accounts: one a service, one for pushes, one for schedules", lines)


def image(to: Target) -> Step:
    """The repository of images and the one image."""
    where = {"location": to.region, "project": to.project}
    return Step(
        "The image of all services",
        [
            create_if_missing(
                gcloud("artifacts repositories describe", "nba", **where),
                gcloud(
                    "artifacts repositories create",
                    "nba",
                    repository_format="docker",
                    description="Images of the NBA pipeline",
                    **where,
                ),
            ),
            create_if_missing(
                gcloud("artifacts docker images describe", to.image, project=to.project),
                gcloud("builds submit", ".", tag=to.image, project=to.project),
            ),
        ],
    )


def tables(to: Target, services: CloudServices) -> Step:
    """Datasets and tables by the migrations, then who may read and write which dataset."""
    lines = [line("bin/nba migrate", project=to.project, location=to.location)]
    for name, service in services.services.items():
        grants = [_grant(to, "bigquery.dataViewer", dataset, name) for dataset in service.reads]
        grants += [_grant(to, "bigquery.dataEditor", dataset, name) for dataset in service.writes]
        bq = f"bq --project_id={to.project} --location={to.location} query --use_legacy_sql=false"
        lines.append(line(bq, " ".join(grants)))
    return Step("Datasets and tables, and who may read and write them", lines)


def _grant(to: Target, role: str, dataset: str, service: str) -> str:
    return f'GRANT `roles/{role}` ON SCHEMA `{to.project}`.nba_{dataset} TO "{to.member(service)}";'


def bucket(to: Target, services: CloudServices) -> Step:
    """The archive of raw payloads: kept for good, cheaper with age."""
    lines = [
        create_if_missing(
            gcloud("storage buckets describe", to.bucket, project=to.project),
            gcloud(
                "storage buckets create",
                to.bucket,
                location=to.region,
                uniform_bucket_level_access=True,
                public_access_prevention=True,
                project=to.project,
            ),
        ),
        gcloud("storage buckets update", to.bucket, lifecycle_file=LIFECYCLE_FILE, project=to.project),
    ]
    lines += [
        gcloud(
            "storage buckets add-iam-policy-binding",
            to.bucket,
            member=to.member(name),
            role=_BUCKET_ROLES[service.bucket],
            project=to.project,
        )
        for name, service in services.services.items()
        if service.bucket != "none"
    ]
    return Step("The bucket of raw payloads", lines)


def secrets(to: Target, services: CloudServices) -> Step:
    """Keys of the data sources and the webhook's address: made empty, filled by a person, read by who needs them."""
    lines = []
    for secret in to.secrets.values():
        lines.append(
            create_if_missing(
                gcloud("secrets describe", secret, project=to.project),
                gcloud("secrets create", secret, replication_policy="automatic", project=to.project),
            )
        )
        lines.append(
            demand(
                gcloud("secrets versions describe", "latest", secret=secret, project=to.project),
                f"secret {secret} has no value yet: printf %s KEY | gcloud secrets versions add {secret} --data-file=- "
                f"--project={to.project}; or deploy with --without-secret",
            )
        )
        lines += [
            gcloud(
                "secrets add-iam-policy-binding",
                secret,
                member=to.member(name),
                role="roles/secretmanager.secretAccessor",
                project=to.project,
            )
            for name, service in services.services.items()
            if secret in to.secrets_of(service.secrets).values()
        ]
    return Step("Keys of the data sources and the address of the webhook, in Secret Manager", lines)
