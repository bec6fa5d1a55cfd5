"""A season of the simulated league, made whole in a second or two and kept: the state behind every answer."""

from __future__ import annotations

import threading
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property, lru_cache

import numpy as np

from common.ids import season_label
from scrapers.simulated.arrays import Floats, stream
from scrapers.simulated.box_scores import BoxScores, make_box_scores
from scrapers.simulated.expectation import Expectation, expect, points_distributions
from scrapers.simulated.players import Players, make_players
from scrapers.simulated.plays import Played, play
from scrapers.simulated.rosters import Rosters, make_rosters
from scrapers.simulated.schedule import Game, make_schedule
from scrapers.simulated.shots import ShotChart, make_chart

# A game's box score and shots are public this long after tip-off.
GAME_LASTS = timedelta(hours=3)
# Game ids carry two digits of the year; the project reads them as 20xx.
# The years that two digits of a game id tell apart from the last century.
_YEARS = range(2000, 2046)
_making = threading.Lock()


@dataclass(frozen=True)
class Season:
    """The season that starts in `year`. What is costly is made when it is first asked for."""

    seed: int
    year: int
    games: list[Game]
    players: Players
    rosters: Rosters
    # What was known before tip-off, and what before the late news of the day (the same rows where there is none).
    known: Expectation
    known_early: Expectation
    played: Played
    box_scores: BoxScores
    by_date: dict[date, list[Game]] = field(default_factory=dict)
    by_id: dict[str, Game] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """As "2024-25"."""
        return season_label(self.year)

    @cached_property
    def chart(self) -> ShotChart:
        """Places and times of the shots."""
        return make_chart(self.played.shots, stream("shots", self.seed, self.year))

    @cached_property
    def points(self) -> Floats:
        """P(points) by team-game and place in the rotation, of what was known before tip-off."""
        return points_distributions(self.known)

    @cached_property
    def points_early(self) -> Floats:
        """P(points) of what was known before the late news of the day."""
        found = self.points.copy()
        changed = (self.known.player != self.known_early.player).any(axis=1)
        # The other team's rows too: the chance of an overtime depends on both.
        rows = np.flatnonzero(np.repeat(changed[0::2] | changed[1::2], 2))
        if len(rows):
            found[rows] = points_distributions(self.known_early.take(rows))
        return found

    @cached_property
    def news_hours(self) -> Floats:
        """The Eastern hour of the day's last news by team-game; 0 where there is none."""
        days = np.repeat([g.day for g in self.games], 2)
        teams = np.array([[g.home, g.away] for g in self.games]).ravel()
        hours = np.where(self.rosters.is_late, self.rosters.news_hour, 0)[:, days]
        found: Floats = np.where(self.rosters.team[:, days] == teams, hours, 0).max(axis=0)
        return found


def season_of(seed: int, label: str) -> Season | None:
    """The season "2024-25" of a seed's league; None for what is no season that the league can play."""
    first = label[:4]
    if not first.isdigit() or int(first) not in _YEARS or season_label(int(first)) != label:
        return None
    # Two first questions at once must not make it twice.
    with _making:
        return _made(seed, int(first))


@lru_cache(maxsize=4)
def _made(seed: int, year: int) -> Season:
    games = make_schedule(seed, year)
    players = make_players(seed, year)
    rosters = make_rosters(seed, year, players, games)
    known = expect(seed, year, games, players, rosters, rosters.is_out)
    early = expect(seed, year, games, players, rosters, rosters.is_out & ~rosters.is_late)
    played = play(known, stream("games", seed, year))
    by_date: dict[date, list[Game]] = defaultdict(list)
    for game in games:
        by_date[game.game_date].append(game)
    return Season(
        seed=seed,
        year=year,
        games=games,
        players=players,
        rosters=rosters,
        known=known,
        known_early=early,
        played=played,
        box_scores=make_box_scores(players, known, played, stream("box", seed, year)),
        by_date=dict(by_date),
        by_id={g.game_id: g for g in games},
    )
