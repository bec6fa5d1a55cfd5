"""Where a deployment goes, and what everything is called there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import SecretStr

from common.settings import Settings


@dataclass(frozen=True)
class Target:
    """A project and region; `version` names the image and is what /health answers."""

    project: str
    region: str
    version: str
    location: str = "US"
    # Known, every line is shorter; unknown, each line that needs it asks for it.
    project_number: str | None = None
    notify: str | None = None
    without_secrets: tuple[str, ...] = ()

    @property
    def number(self) -> str:
        """The project number, or the command that finds it."""
        return self.project_number or f"$(gcloud projects describe {self.project} --format='value(projectNumber)')"

    def service(self, name: str) -> str:
        """The Cloud Run service."""
        return f"nba-{name}"

    def url(self, name: str) -> str:
        """The service's address, known before it exists: Cloud Run's deterministic URL."""
        return f"https://{self.service(name)}-{self.number}.{self.region}.run.app"

    def account(self, name: str) -> str:
        """E-mail address of a service account: a service's own, or push, or scheduler."""
        return f"nba-{name}@{self.project}.iam.gserviceaccount.com"

    def member(self, name: str) -> str:
        """The service account as IAM names it."""
        return f"serviceAccount:{self.account(name)}"

    @property
    def pubsub_agent(self) -> str:
        """Pub/Sub's own service account, which moves dead letters and signs the push tokens."""
        return f"serviceAccount:service-{self.number}@gcp-sa-pubsub.iam.gserviceaccount.com"

    @property
    def bucket(self) -> str:
        """URL of the bucket of raw payloads."""
        return f"gs://{self.project}-nba-raw"

    @property
    def image(self) -> str:
        """The one image of all services."""
        return f"{self.region}-docker.pkg.dev/{self.project}/nba/nba-props:{self.version}"

    @property
    def secrets(self) -> dict[str, str]:
        """Environment variable to Secret Manager secret, for every secret setting."""
        return self.secrets_of(secret_settings())

    def secrets_of(self, settings: Iterable[str]) -> dict[str, str]:
        """Environment variable to Secret Manager secret, for some secret settings; those done without left out."""
        return {f"NBA_{n.upper()}": f"nba-{n.replace('_', '-')}" for n in settings if n not in self.without_secrets}


def secret_settings() -> list[str]:
    """The names of all settings that are secrets."""
    return [n for n, f in Settings.model_fields.items() if SecretStr in _types(f.annotation)]


def _types(annotation: object) -> tuple[object, ...]:
    return (annotation, *getattr(annotation, "__args__", ()))
