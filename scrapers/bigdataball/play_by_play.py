"""Every play of the games of a date with the ten players on the floor."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

from common.context import Context
from common.errors import RequestError
from scrapers import stored
from scrapers.bigdataball.drive import FILES_URL, access_token
from scrapers.scraper_base import Scraper
from scrapers.source_request import SourceAnswer, SourceRequest


class BigDataBallPlayByPlay(Scraper):
    """One CSV file a game, hours after it; found by the game id in its name, then fetched by the file's id."""

    name = "bigdataball_pbp"
    tables = ("nba_raw.play_by_play",)
    site = "www.googleapis.com"
    asks = "drive/v3/files?q=name contains {game_id}, then files/{id}?alt=media"
    when = "game by game 4 h after tip-off"
    key_setting = "bigdataball_key_file"
    missing_statuses = frozenset({404})

    def requests(self, context: Context, day: date) -> list[SourceRequest]:
        """One search a game; NotReadyError without a schedule."""
        return [
            SourceRequest(
                g.game_id,
                FILES_URL,
                {"q": f"name contains '{g.game_id}' and trashed = false", "fields": "files(id,name)"},
            )
            for g in stored.games_over(context.raw_store, day)
        ]

    def instead(self, request: SourceRequest, answer: SourceAnswer) -> SourceRequest | None:
        """The file that the search found; RequestError with status 404 when there is none yet."""
        if request.url != FILES_URL or not answer.readable:
            return None
        document = json.loads(answer.body)
        listed = document.get("files") if isinstance(document, dict) else None
        found = [f for f in listed or [] if request.name in str(f.get("name")) and str(f["name"]).endswith(".csv")]
        if not found:
            raise RequestError("the folder has no file of the game yet", status=404, game_id=request.name)
        # A file of the whole season would not carry one game's id; of two copies the first by name.
        file_id = min(found, key=lambda f: str(f["name"]))["id"]
        return SourceRequest(request.name, f"{FILES_URL}/{file_id}", {"alt": "media"}, expects="csv")

    def authenticated(self, request: SourceRequest, key: str) -> SourceRequest:
        """`request` with a token of the service account whose key file is `key`."""
        return replace(request, headers={**request.headers, "Authorization": f"Bearer {access_token(key)}"})
