"""Box score lines of teams."""

from __future__ import annotations

from typing import ClassVar, Literal

from scrapers.nbacom.game_log import GameLog


class TeamBoxscore(GameLog):
    """Two rows a game of the date."""

    name = "nbac_team_boxscore"
    tables = ("nba_raw.team_boxscores",)
    site = "stats.nba.com"
    asks = "stats/leaguegamelog?PlayerOrTeam=T&DateFrom=&DateTo="
    when = "game days, after the games"
    player_or_team: ClassVar[Literal["P", "T"]] = "T"
