"""Team box scores game by game, for games that the game log of their date lacks."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from datetime import date

from common.context import Context
from scrapers import stored, stored_ids
from scrapers.nbacom.stats_site import BASE_URL, HEADERS
from scrapers.scraper_base import Scraper
from scrapers.source_request import SourceAnswer, SourceRequest

log = logging.getLogger(__name__)
# The whole game, in the words of the endpoint.
_WHOLE_GAME: Mapping[str, str] = {
    "StartPeriod": "0",
    "EndPeriod": "0",
    "StartRange": "0",
    "EndRange": "0",
    "RangeType": "0",
}
_V2, _V3 = "boxscoretraditionalv2", "boxscoretraditionalv3"


class GameBoxscore(Scraper):
    """Version 2 of the box score, and version 3 where version 2 has no teams, as it began to in December 2025.

    A stand-in for nbac_team_boxscore, whose rows it feeds: a game is asked for only when it is over and the
    stored game log has not both its teams.
    """

    name = "nbac_game_boxscore"
    tables = ("nba_raw.team_boxscores",)
    site = "stats.nba.com"
    asks = "stats/boxscoretraditionalv2?GameID=, else v3"
    when = "game by game 4 h after tip-off, if nbac_team_boxscore lacks it"

    def requests(self, context: Context, day: date) -> list[SourceRequest]:
        """One request a game; NotReadyError without a schedule."""
        known = stored_ids.games_in_team_log(context.raw_store, day)
        over = stored.games_over(context.raw_store, day)
        return [_request(g.game_id, g.game_id, _V2) for g in over if g.game_id not in known]

    def instead(self, request: SourceRequest, answer: SourceAnswer) -> SourceRequest | None:
        """Version 3 for a version 2 without two teams; an empty version 3 is kept, and refused by its parser."""
        if not answer.readable or not request.url.endswith(_V2) or _teams(answer.body) == 2:
            return None
        log.warning("version 2 of a box score has no teams; asking version 3", extra={"game_id": request.name})
        return _request(f"{request.name}_v3", request.params["GameID"], _V3)


def _request(name: str, game_id: str, version: str) -> SourceRequest:
    return SourceRequest(name, f"{BASE_URL}/{version}", {"GameID": game_id, **_WHOLE_GAME}, HEADERS)


def _teams(body: bytes) -> int:
    """How many teams' lines a version 2 has; 0 for what has not its shape."""
    document = json.loads(body)
    sets = document.get("resultSets") if isinstance(document, dict) else None
    found = [s for s in sets or [] if isinstance(s, dict) and s.get("name") == "TeamStats"]
    return len(found[0].get("rowSet") or []) if found else 0
