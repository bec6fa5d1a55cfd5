"""The simulated transport: the league's answers under the scrapers' `requests` session, no connection opened.

Every answer carries `X-NBA-Source: simulated` and the seed. It knows no more than the sites would at
`common.clock.now()`, whatever moment a request names.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
from requests.adapters import BaseAdapter

from common import clock
from scrapers.made_response import MISSING_HEADER, NO_ENTRY, made_response
from scrapers.simulated import injury_site, odds_site, stats_site
from scrapers.simulated.player_index import player_index

SOURCE = "simulated"
SEED_HEADER = "X-NBA-Seed"
_STATS: Mapping[str, Callable[[int, Mapping[str, str], datetime], dict[str, Any]]] = {
    "/stats/scheduleleaguev2int": stats_site.schedule,
    "/stats/leaguegamelog": stats_site.game_log,
    "/stats/shotchartdetail": stats_site.shot_chart,
    "/stats/playerindex": player_index,
}
_INJURY_REPORT = re.compile(r"/referee/injury/Injury-Report_([0-9A-Z_-]+)\.pdf")
_ODDS, _ODDS_THEN = ["v4", "sports", "basketball_nba"], ["v4", "historical", "sports", "basketball_nba"]


class SimulatedAdapter(BaseAdapter):
    """Answers for the league of one seed."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self._seed = seed

    def send(self, request: requests.PreparedRequest, *_args: object, **_kwargs: object) -> requests.Response:
        """The answer that the site would give; 404 for what the league does not play."""
        parts = urlsplit(request.url or "")
        if named := _INJURY_REPORT.fullmatch(parts.path):
            return self._injury_report(request, named[1])
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        query.pop("apiKey", None)
        try:
            found = self._answer(parts.netloc, parts.path, query)
        except ValueError as error:
            return self._json(request, 422, {"message": f"a parameter cannot be read: {error}"})
        if found is not None:
            return self._json(request, 200, found)
        message = f"the simulated league has no answer to {parts.netloc}{parts.path}"
        return self._json(request, 404, {"message": message}, {MISSING_HEADER: NO_ENTRY})

    def close(self) -> None:
        """Nothing to close."""

    def _answer(self, host: str, path: str, query: Mapping[str, str]) -> Any:
        if host == "stats.nba.com" and path in _STATS:
            return _STATS[path](self._seed, query, clock.now())
        steps = path.strip("/").split("/")
        if host == "api.the-odds-api.com" and steps[:3] == _ODDS:
            return self._odds(steps[3:], query, clock.now())
        if host == "api.the-odds-api.com" and steps[:4] == _ODDS_THEN and "date" in query:
            # Nobody has the archive of a moment that is still to come.
            at = odds_site.snapshot_at(min(clock.parse_utc(query["date"]), clock.now()))
            found = self._odds(steps[4:], query, at)
            return None if found is None else odds_site.wrapped(found, at, clock.now())
        return None

    def _odds(self, steps: list[str], query: Mapping[str, str], at: datetime) -> Any:
        match steps:
            case ["events"]:
                return odds_site.events(self._seed, at)
            case ["events", event_id, "odds"]:
                markets = query.get("markets", "h2h").split(",")
                american = query.get("oddsFormat", "decimal") == "american"
                return odds_site.event_odds(self._seed, event_id, markets, at, american=american)
            case _:
                return None

    def _injury_report(self, request: requests.PreparedRequest, name: str) -> requests.Response:
        found = injury_site.report(self._seed, name, clock.now())
        if found is None:
            # As the real site says it: there is no such file (yet).
            return self._json(request, 404, {"message": f"the simulated league has no report {name}"})
        return self._response(request, 200, found, {"Content-Type": "application/pdf"})

    def _json(
        self, request: requests.PreparedRequest, status: int, body: Any, headers: Mapping[str, str] | None = None
    ) -> requests.Response:
        return self._response(request, status, json.dumps(body, ensure_ascii=False).encode(), headers or {})

    def _response(
        self, request: requests.PreparedRequest, status: int, content: bytes, headers: Mapping[str, str]
    ) -> requests.Response:
        return made_response(request, SOURCE, status, content, {SEED_HEADER: str(self._seed), **headers})
