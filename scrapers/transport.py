"""What sits under the scrapers' one `requests` session: the live sites, a recorded archive, or the simulated league.

A further transport is a function of the settings here, entered in `_TRANSPORTS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import requests
from requests.adapters import BaseAdapter

from common.errors import ConfigurationError
from common.settings import Settings
from scrapers.bounded_connection import BoundedAdapter
from scrapers.recorded import RecordedAdapter, archive_of
from scrapers.simulated.adapter import SimulatedAdapter

# The hosts that block cloud addresses, which the proxy setting is for.
_PROXIED = ("https://stats.nba.com",)


@dataclass(frozen=True)
class Transport:
    """A session, whether its hosts must be spared (pacing), and whether they want our keys."""

    session: requests.Session
    real_sites: bool


def _session(adapter: BaseAdapter) -> requests.Session:
    session = requests.Session()
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


def _live(settings: Settings) -> Transport:
    # Retries are the fetcher's: it knows Retry-After, the cap and what is terminal.
    # The wait for the first bytes may last a read time-out; the headers as a whole twice that.
    adapter = BoundedAdapter(2 * settings.http_read_timeout, pool_connections=8, pool_maxsize=16, max_retries=0)
    session = _session(adapter)
    if settings.http_proxy:
        session.proxies.update(dict.fromkeys(_PROXIED, settings.http_proxy))
    return Transport(session, real_sites=True)


def _recorded(settings: Settings) -> Transport:
    return Transport(_session(RecordedAdapter(archive_of(settings))), real_sites=False)


def _simulated(settings: Settings) -> Transport:
    return Transport(_session(SimulatedAdapter(settings.seed)), real_sites=False)


_TRANSPORTS: Mapping[str, Callable[[Settings], Transport]] = {
    "live": _live,
    "recorded": _recorded,
    "simulated": _simulated,
}


def build_transport(settings: Settings) -> Transport:
    """The transport of `settings.source`; ConfigurationError for a source that has none."""
    factory = _TRANSPORTS.get(settings.source)
    if factory is None:
        raise ConfigurationError(
            f"source={settings.source} is not available here yet",
            setting="source",
            available=", ".join(sorted(_TRANSPORTS)),
        )
    return factory(settings)
