"""Sportsbooks: each quotes near an estimate of its own of the true distribution, with a margin, and moves.

All draws of a game come from the game's own stream, so that a quote depends on the game and the moment only.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from common import clock
from scrapers.simulated.arrays import Floats, Ints, stream
from scrapers.simulated.names import bookmaker_name
from scrapers.simulated.players import SLOTS
from scrapers.simulated.schedule import Game
from scrapers.simulated.season import Season

_STEP = timedelta(minutes=45)
# Errors of the estimate, in standard deviations of the player's points: the market's at the opening and at
# tip-off, the book's own, and what all put on top, as more people bet on over.
_MARKET_OPENS, _MARKET_CLOSES, _OWN, _SHADE = 0.13, 0.06, 0.05, 0.02
# The same for games, in points.
_GAME_OPENS, _GAME_CLOSES, _GAME_OWN = 2.5, 1.5, 0.5
_TOTAL_SD, _MARGIN_SD = 18.0, 14.0
_LOWEST_LINE, _LINES = 4.5, 60


@dataclass(frozen=True)
class Book:
    """A sportsbook: its margin (overround), and how many of the players it quotes."""

    key: str
    title: str
    margin: float
    coverage: float
    spells_its_own_way: bool = False


BOOKS = (
    Book("sim_harbor", "Harbor (simulated)", 0.046, 0.98),
    Book("sim_summit", "Summit (simulated)", 0.051, 0.95),
    Book("sim_prairie", "Prairie (simulated)", 0.058, 0.9, spells_its_own_way=True),
    Book("sim_lantern", "Lantern (simulated)", 0.06, 0.85),
    Book("sim_canyon", "Canyon (simulated)", 0.063, 0.8),
    Book("sim_meridian", "Meridian (simulated)", 0.066, 0.7, spells_its_own_way=True),
    Book("sim_juniper", "Juniper (simulated)", 0.07, 0.55),
)


@dataclass(frozen=True)
class Offer:
    """Two sides at decimal prices; `name` is the player's, "" for games. `line` is None for the winner."""

    book: Book
    name: str
    line: float | None
    first_price: float
    second_price: float
    updated_at: datetime


def player_points(season: Season, game: Game, at: datetime) -> list[Offer]:
    """Over (first) and under on points, as the books quote them at `at`."""
    rng = stream("books", season.seed, season.year, game.index, 0)
    opens_at = [clock.eastern(game.game_date, 6) + timedelta(minutes=int(m)) for m in rng.integers(0, 210, len(BOOKS))]
    market, own = rng.normal(size=(SLOTS, 2)), rng.normal(size=(SLOTS, len(BOOKS)))
    appetite = rng.random((SLOTS, len(BOOKS)))
    offers: list[Offer] = []
    for row in (2 * game.index, 2 * game.index + 1):
        news_at, is_early = _news(season, game, row, at)
        known = season.known_early if is_early else season.known
        chances = (season.points_early if is_early else season.points)[row]
        who, wanted = known.player[row], _appeal(known.minutes[row])
        for number, book in enumerate(BOOKS):
            if at < opens_at[number]:
                continue
            done, updated_at = _progress(opens_at[number], game.tip_off, at, news_at)
            errors = _MARKET_OPENS * (1 - done) * market[who, 0] + _MARKET_CLOSES * done * market[who, 1]
            lines, over = _lines(chances, errors + _OWN * own[who, number] + _SHADE)
            for place in np.flatnonzero((appetite[who, number] < wanted * book.coverage) & (lines >= _LOWEST_LINE)):
                name = _spelled(season, int(who[place]), number)
                prices = _prices(float(over[place]), book.margin)
                offers.append(Offer(book, name, float(lines[place]), *prices, updated_at))
    return offers


def game_offers(season: Season, game: Game, at: datetime, market: str) -> list[Offer]:
    """`totals` (over first), `spreads` (home first, the line is the home side's) or `h2h` (home first)."""
    rng = stream("books", season.seed, season.year, game.index, 1)
    opens_at = clock.eastern(game.game_date - timedelta(days=1), 12)
    common, own = rng.normal(size=(2, 2)), rng.normal(size=(2, len(BOOKS)))
    if at < opens_at:
        return []
    news = [_news(season, game, row, at) for row in (2 * game.index, 2 * game.index + 1)]
    home, away = (
        float((season.points_early if early else season.points)[2 * game.index + n].sum(axis=0) @ np.arange(128))
        for n, (_, early) in enumerate(news)
    )
    kind = 0 if market == "totals" else 1
    done, updated_at = _progress(opens_at, game.tip_off, at, max(n for n, _ in news))
    error = _GAME_OPENS * (1 - done) * common[kind, 0] + _GAME_CLOSES * done * common[kind, 1]
    expected, spread = (home + away, _TOTAL_SD) if kind == 0 else (home - away, _MARGIN_SD)
    offers = []
    for number, book in enumerate(BOOKS):
        estimate = expected + error + _GAME_OWN * own[kind, number]
        # Half a point never ties.
        line = math.floor(estimate) + 0.5
        first = _above(estimate, 0 if market == "h2h" else line, spread)
        shown = {"totals": line, "spreads": -line}.get(market)
        offers.append(Offer(book, "", shown, *_prices(first, book.margin), updated_at))
    return offers


def _news(season: Season, game: Game, row: int, at: datetime) -> tuple[datetime, bool]:
    """When the last news of the team's day came, and whether it is still to come at `at`."""
    news_at = clock.eastern(game.game_date, 0) + timedelta(hours=float(season.news_hours[row]))
    # Nobody is withdrawn later than the line-ups are handed in.
    news_at = min(news_at, game.tip_off - timedelta(minutes=30)).replace(second=0, microsecond=0)
    return news_at, at < news_at


def _progress(opens_at: datetime, tip_off: datetime, at: datetime, news_at: datetime) -> tuple[float, datetime]:
    """How far from opening (0) to tip-off (1) a book's line is, and when it was last looked at."""
    step = (at - opens_at) // _STEP * _STEP
    updated_at = opens_at + step
    if updated_at < news_at <= at:
        updated_at = news_at
    return step / (tip_off - opens_at), updated_at


def _appeal(minutes: Floats) -> Floats:
    """How likely a book is to quote a player at all, by his expected minutes."""
    found: Floats = np.interp(minutes, [11.0, 16.0, 24.0, 28.0], [0.0, 0.25, 0.85, 1.0])
    return found


def _lines(chances: Floats, errors: Floats) -> tuple[Floats, Floats]:
    """The half-point line nearest to an even chance by a book's shifted view of `chances`, and P(over) there."""
    values = np.arange(chances.shape[1])
    mean = chances @ values
    deviation = np.sqrt(chances @ values**2 - mean**2)
    # P(more than k), a broken line through the half points, seen `shift` points higher.
    survival = 1 - np.cumsum(chances, axis=1)
    shift = (errors * deviation)[:, None]
    wanted = np.arange(_LINES) - shift
    below: Ints = np.clip(np.floor(wanted), 0, chances.shape[1] - 2).astype(np.int64)
    part = np.clip(wanted - below, 0, 1)
    rows = np.arange(len(chances))[:, None]
    over = (1 - part) * survival[rows, below] + part * survival[rows, below + 1]
    best = np.abs(over - 0.5).argmin(axis=1)
    lines: Floats = best.astype(np.float64) + 0.5
    return lines, over[rows[:, 0], best]


def _prices(first: float, margin: float) -> tuple[float, float]:
    """Decimal prices of two sides whose inverse sum is 1 + margin, up to rounding."""
    chance = min(max(first, 0.02), 0.98)
    return _price(chance, margin), _price(1 - chance, margin)


def _price(chance: float, margin: float) -> float:
    return max(1.01, round(1 / (chance * (1 + margin)), 2))


def _above(mean: float, line: float, spread: float) -> float:
    return 0.5 * math.erfc((line - mean) / (spread * math.sqrt(2)))


def _spelled(season: Season, player: int, number: int) -> str:
    name = season.players.name[player]
    if not BOOKS[number].spells_its_own_way:
        return name
    # By the player, so that a book spells him the same way every day of every season.
    return bookmaker_name(
        name, float(stream("books", season.seed, int(season.players.player_id[player]), number).random())
    )
