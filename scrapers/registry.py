"""Every scraper, by name."""

from __future__ import annotations

from collections.abc import Mapping

from common.errors import ConfigurationError
from scrapers.balldontlie.active_players import BdlActivePlayers
from scrapers.balldontlie.box_scores import BdlBoxScores
from scrapers.balldontlie.games import BdlGames
from scrapers.balldontlie.injuries import BdlInjuries
from scrapers.balldontlie.player_box_scores import BdlPlayerBoxScores
from scrapers.balldontlie.standings import BdlStandings
from scrapers.basketball_reference.season_roster import SeasonRoster
from scrapers.bettingpros.events import BettingProsEvents
from scrapers.bettingpros.player_props import BettingProsPlayerProps
from scrapers.bigdataball.play_by_play import BigDataBallPlayByPlay
from scrapers.espn.boxscore import EspnBoxscore
from scrapers.espn.roster import EspnRoster
from scrapers.espn.scoreboard import EspnScoreboard
from scrapers.nbacom.game_boxscore import GameBoxscore
from scrapers.nbacom.gamebook import Gamebook
from scrapers.nbacom.injury_report import InjuryReport
from scrapers.nbacom.play_by_play import PlayByPlay
from scrapers.nbacom.player_boxscore import PlayerBoxscore
from scrapers.nbacom.player_list import PlayerList
from scrapers.nbacom.player_movement import PlayerMovement
from scrapers.nbacom.referee_assignments import RefereeAssignments
from scrapers.nbacom.schedule import Schedule
from scrapers.nbacom.schedule_cdn import ScheduleCdn
from scrapers.nbacom.scoreboard import Scoreboard
from scrapers.nbacom.shot_chart import ShotChart
from scrapers.nbacom.team_boxscore import TeamBoxscore
from scrapers.oddsapi.events import OddsEvents
from scrapers.oddsapi.game_lines import GameLines
from scrapers.oddsapi.player_props import PlayerProps
from scrapers.scraper_base import Scraper

# In an order in which they can run: a scraper may read what those before it stored.
_ALL: tuple[Scraper, ...] = (
    Schedule(),
    ScheduleCdn(),
    Scoreboard(),
    PlayerBoxscore(),
    TeamBoxscore(),
    GameBoxscore(),
    ShotChart(),
    PlayByPlay(),
    PlayerList(),
    PlayerMovement(),
    InjuryReport(),
    Gamebook(),
    RefereeAssignments(),
    BdlGames(),
    BdlBoxScores(),
    BdlPlayerBoxScores(),
    BdlActivePlayers(),
    BdlInjuries(),
    BdlStandings(),
    OddsEvents(),
    PlayerProps(),
    GameLines(),
    BettingProsEvents(),
    BettingProsPlayerProps(),
    EspnScoreboard(),
    EspnRoster(),
    EspnBoxscore(),
    BigDataBallPlayByPlay(),
    SeasonRoster(),
)
SCRAPERS: Mapping[str, Scraper] = {s.name: s for s in _ALL}


def scraper(name: str) -> Scraper:
    """The scraper of that name; ConfigurationError that lists the right names."""
    found = SCRAPERS.get(name)
    if found is None:
        raise ConfigurationError(f"no scraper is called {name!r}", known=", ".join(SCRAPERS))
    return found
