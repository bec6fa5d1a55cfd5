"""Every scraper, by name."""

from __future__ import annotations

from collections.abc import Mapping

from common.errors import ConfigurationError
from scrapers.nbacom.player_boxscore import PlayerBoxscore
from scrapers.nbacom.schedule import Schedule
from scrapers.nbacom.shot_chart import ShotChart
from scrapers.nbacom.team_boxscore import TeamBoxscore
from scrapers.oddsapi.events import OddsEvents
from scrapers.oddsapi.game_lines import GameLines
from scrapers.oddsapi.player_props import PlayerProps
from scrapers.scraper_base import Scraper

# In an order in which they can run: a scraper may read what those before it stored.
_ALL: tuple[Scraper, ...] = (
    Schedule(),
    PlayerBoxscore(),
    TeamBoxscore(),
    ShotChart(),
    OddsEvents(),
    PlayerProps(),
    GameLines(),
)
SCRAPERS: Mapping[str, Scraper] = {s.name: s for s in _ALL}


def scraper(name: str) -> Scraper:
    """The scraper of that name; ConfigurationError that lists the right names."""
    found = SCRAPERS.get(name)
    if found is None:
        raise ConfigurationError(f"no scraper is called {name!r}", known=", ".join(SCRAPERS))
    return found
