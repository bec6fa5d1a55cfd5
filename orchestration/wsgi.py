"""The WSGI apps by name. In a container NBA_SERVICE chooses one; the embedded stack mounts them all.
`orchestration.serve` runs a container's app behind gunicorn.
"""

from __future__ import annotations

import importlib
from functools import lru_cache

from flask import Flask

from common import auth
from common import logging as json_logs
from common import settings as all_settings
from common.context import Context
from common.errors import ConfigurationError
from common.settings import Settings

# The module of each service; every one has create_app(context).
_MODULES = {
    "scrapers": "scrapers.main_scraper_service",
    "raw": "data_processors.raw.main_processor_service",
    "analytics": "data_processors.analytics.main_analytics_service",
    "precompute": "data_processors.precompute.main_precompute_service",
    "coordinator": "predictions.coordinator.main_coordinator_service",
    "worker": "predictions.worker.main_worker_service",
    "grading": "data_processors.grading.main_grading_service",
    "orchestration": "orchestration.main_orchestration_service",
}
SERVICES = tuple(_MODULES)


@lru_cache(maxsize=1)
def _context() -> Context:
    # One context a process: mounted together, the services share gates and connections.
    return Context(all_settings.current())


def service_app(name: str) -> Flask:
    """The WSGI app of the service `name`; ConfigurationError that lists the services when there is none."""
    _check_name(name)
    settings = all_settings.current()
    json_logs.configure(settings.service or "all", settings.log_level)
    app: Flask = importlib.import_module(_MODULES[name]).create_app(_context())
    return app


def container_app() -> Flask:
    """The app of a container: the service that NBA_SERVICE names. ConfigurationError as from `check_container`."""
    settings = all_settings.current()
    check_container(settings)
    return service_app(settings.service or "")


def check_container(settings: Settings) -> None:
    """ConfigurationError when no service is named, or when others could reach it and it could not tell who calls."""
    _check_name(settings.service or "")
    auth.check_settings(settings)


def _check_name(name: str) -> None:
    if name not in _MODULES:
        raise ConfigurationError(f"NBA_SERVICE must be one of {', '.join(SERVICES)}", given=name)
