"""Every setting, with its environment variable (prefix NBA_), default and meaning.

Settings come from the environment; the command line overrides some. `current()` is read once a process;
tests and the embedded stack pass their own `Settings`.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from common.errors import MissingKeyError
from common.logging import register_secret, register_secret_address

SourceKind = Literal["live", "recorded", "simulated"]


class Settings(BaseSettings):
    """All settings of all services. `docs/settings.md` is written from these descriptions."""

    model_config = SettingsConfigDict(env_prefix="NBA_", extra="ignore", frozen=True, populate_by_name=True)

    # Where things are
    project: str = Field("local", description="Google Cloud project of the datasets and topics.")
    location: str = Field("US", description="BigQuery location of the datasets.")
    data_dir: Path = Field(Path(".nba"), description="State of the embedded stack: warehouse, messages, raw store.")
    raw_store_url: str | None = Field(
        None, description="Where raw payloads are kept: file:// or gs:// URL; default: raw/ under the data folder."
    )
    dataset_prefix: str = Field("", description="Put before every dataset name; replays write beside the live tables.")
    bigquery_endpoint: str | None = Field(
        None, description="BigQuery REST endpoint of the embedded stack; unset: Google's."
    )
    pubsub_endpoint: str | None = Field(
        None, description="Pub/Sub REST endpoint of the embedded stack; unset: Google's."
    )

    # Sources
    source: SourceKind = Field(
        "live", description="Transport of the scrapers: live sites, a recorded archive, simulated."
    )
    archive: Path | None = Field(
        None, description="Folder of the recorded archive (index.jsonl inside), for source=recorded."
    )
    seed: int = Field(1, ge=0, description="Which simulated league to play, for source=simulated.")
    http_proxy: str | None = Field(None, description="Proxy for stats.nba.com, which blocks cloud addresses.")
    http_connect_timeout: float = Field(10, description="Seconds to wait for a connection to a source.")
    http_read_timeout: float = Field(60, description="Seconds to wait for a source's next bytes.")
    http_max_attempts: int = Field(5, description="Requests to a source before a scraper gives up.")
    http_backoff_cap: float = Field(
        60, description="Longest wait between two attempts, seconds; also caps Retry-After."
    )
    scraper_timeout: float = Field(
        600, description="Limit of one scraper over the dates of a call, unless the call says otherwise; seconds."
    )
    odds_api_key: SecretStr | None = Field(None, description="Key of the-odds-api.com.")
    bdl_api_key: SecretStr | None = Field(None, description="Key of balldontlie.io.")
    bettingpros_api_key: SecretStr | None = Field(None, description="Key of bettingpros.com.")
    bigdataball_key_file: SecretStr | None = Field(
        None, description="Path of the JSON key of the Google service account that BigDataBall's folder is shared with."
    )

    # Bounds of every warehouse call (seconds)
    bigquery_http_timeout: float = Field(60, description="Limit of one HTTP request to BigQuery.")
    bigquery_retry_deadline: float = Field(120, description="Limit of all retries of one request to BigQuery.")
    bigquery_job_timeout: float = Field(
        300, description="Limit of one job, on the server and at our end; then it is cancelled."
    )
    processor_timeout: float = Field(600, description="Limit of one analytics or precompute processor.")
    max_date_span: int = Field(
        400, ge=1, description="Longest range of dates that a request or an event may speak of, days."
    )
    # Pub/Sub's messages have at most 10 MB, which base64 makes 14.
    max_request_bytes: int = Field(
        15_000_000, ge=1, description="Longest body that a service reads; a longer one is answered with 413."
    )

    # Phase 5
    prediction_request_size: int = Field(500, description="Player-games a prediction request carries.")
    prediction_window_hour: int = Field(
        6, description="Eastern hour of the game date from which predictions are made without being asked for."
    )

    # Alerts
    alert_webhook_url: SecretStr | None = Field(
        None, description="Webhook that alerts are sent to (Slack's or one like it); a secret. Unset: none are sent."
    )
    alert_daily_limit: int = Field(
        5, ge=1, description="Messages a day to the webhook, Eastern; what is over it is kept and counted."
    )

    # Services
    push_concurrency: int = Field(
        4,
        ge=1,
        description="Messages of one subscription that the embedded stack has under way at once; on Cloud Run "
        "it is a service's concurrency times its instances.",
    )
    services_url: str | None = Field(
        None,
        description="Where the services call each other: http://host:port (each under its name), or an address with "
        "{service} in it, as Cloud Run's are.",
    )
    service: str | None = Field(None, description="Which service this container is (see topology.yaml).")
    bind: str = Field("127.0.0.1", description="Address to listen on; anything but loopback demands OIDC tokens.")
    oidc_audience: str | None = Field(
        None, description="Audience that a caller's OIDC token must carry: the service's URL."
    )
    oidc_service_accounts: str = Field("", description="E-mail addresses that may call, separated by commas.")
    code_version: str = Field("dev", description="Version of the code, kept in the run ledger (the image's revision).")
    revision: str = Field(
        "",
        validation_alias=AliasChoices("NBA_REVISION", "K_REVISION"),
        description="Revision that answers, shown by /health; Cloud Run's K_REVISION where it is not set.",
    )
    statement_log: Path | None = Field(
        None, description="File to which every statement sent to BigQuery is appended, one JSON line each; for tests."
    )
    log_level: str = Field("INFO", description="Level of the JSON logs.")

    def model_post_init(self, _context: object) -> None:
        for value in (self.odds_api_key, self.bdl_api_key, self.bettingpros_api_key):
            if value is not None:
                register_secret(value.get_secret_value())
        if self.alert_webhook_url is not None:
            register_secret_address(self.alert_webhook_url.get_secret_value().strip())
        if self.http_proxy and (password := urlsplit(self.http_proxy).password):
            register_secret(password)

    @property
    def raw_url(self) -> str:
        """The raw store's URL; a folder under the data folder unless set."""
        return self.raw_store_url or (self.data_dir.absolute() / "raw").as_uri()

    @property
    def auth_required(self) -> bool:
        """Whether push and manual endpoints demand a valid OIDC token: always, unless bound to loopback."""
        return self.bind not in {"127.0.0.1", "::1", "localhost"}

    def secret(self, field: str) -> str:
        """The value of a secret setting; MissingKeyError that names the variable when it is not set."""
        value = getattr(self, field)
        if value is None:
            raise MissingKeyError(
                f"no key for this source: set the environment variable NBA_{field.upper()}", setting=field
            )
        return str(value.get_secret_value())


@lru_cache(maxsize=1)
def current() -> Settings:
    """The settings of this process."""
    return Settings()
