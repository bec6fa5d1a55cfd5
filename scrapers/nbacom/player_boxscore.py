"""Box score lines of players."""

from __future__ import annotations

from typing import ClassVar, Literal

from scrapers.nbacom.game_log import GameLog


class PlayerBoxscore(GameLog):
    """One row a player-game of the date."""

    name = "nbac_player_boxscore"
    tables = ("nba_raw.player_boxscores", "nba_raw.players")
    site = "stats.nba.com"
    asks = "stats/leaguegamelog?PlayerOrTeam=P&DateFrom=&DateTo="
    when = "game days, after the games"
    player_or_team: ClassVar[Literal["P", "T"]] = "P"
