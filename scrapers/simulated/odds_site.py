"""What the-odds-api.com would answer: events and quotes as they stood at a moment, before tip-off."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

from common import clock
from common.ids import season_of_date
from scrapers.simulated.schedule import Game
from scrapers.simulated.season import Season, season_of
from scrapers.simulated.sportsbooks import Offer, game_offers, player_points
from scrapers.simulated.teams import teams

_SNAPSHOTS = timedelta(minutes=5)
# How far ahead the list of events reads.
_AHEAD = timedelta(days=2)
_MARKETS = ("player_points", "spreads", "totals", "h2h")


def snapshot_at(moment: datetime) -> datetime:
    """The last snapshot of the archive that was taken by `moment`."""
    start = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return start + (moment - start) // _SNAPSHOTS * _SNAPSHOTS


def wrapped(data: Any, snapshot: datetime, now: datetime) -> dict[str, Any]:
    """A historical answer around `data`; a next snapshot is named only when there is one by now."""
    following = snapshot + _SNAPSHOTS
    return {
        "timestamp": clock.iso_utc(snapshot),
        "previous_timestamp": clock.iso_utc(snapshot - _SNAPSHOTS),
        "next_timestamp": clock.iso_utc(following) if following <= now else None,
        "data": data,
    }


def events(seed: int, at: datetime) -> list[dict[str, Any]]:
    """The games that have not tipped off at `at`, two days ahead."""
    season = season_of(seed, season_of_date(clock.eastern_date(at)))
    games = season.games if season else []
    return [_event(seed, g) for g in games if at < g.tip_off <= at + _AHEAD]


def event_odds(seed: int, event_id: str, markets: list[str], at: datetime, *, american: bool) -> dict[str, Any] | None:
    """An event with its quotes at `at`; None for one that is not listed then (it has started, or it is none)."""
    season = season_of(seed, season_of_date(clock.eastern_date(at)))
    upcoming = [g for g in season.games if at < g.tip_off <= at + _AHEAD] if season else []
    game = next((g for g in upcoming if _event_id(seed, g) == event_id), None)
    if season is None or game is None:
        return None
    books: dict[str, dict[str, Any]] = {}
    for market in (m for m in markets if m in _MARKETS):
        for key, title, entry in _market(season, game, at, market, american):
            book = books.setdefault(key, {"key": key, "title": title, "last_update": "", "markets": []})
            book["last_update"] = max(book["last_update"], entry["last_update"])
            book["markets"].append(entry)
    return {**_event(seed, game), "bookmakers": list(books.values())}


def _market(
    season: Season, game: Game, at: datetime, market: str, american: bool
) -> list[tuple[str, str, dict[str, Any]]]:
    """(book's key, title, its quotes on a market)."""
    is_props = market == "player_points"
    offers = player_points(season, game, at) if is_props else game_offers(season, game, at, market)
    found: dict[str, tuple[str, str, dict[str, Any]]] = {}
    for offer in offers:
        empty = {"key": market, "last_update": clock.iso_utc(offer.updated_at), "outcomes": []}
        entry = found.setdefault(offer.book.key, (offer.book.key, offer.book.title, empty))
        entry[2]["outcomes"] += _outcomes(game, market, offer, american)
    return list(found.values())


def _outcomes(game: Game, market: str, offer: Offer, american: bool) -> list[dict[str, Any]]:
    sides = ("Over", "Under")
    if market in {"spreads", "h2h"}:
        sides = (teams()[game.home].full_name, teams()[game.away].full_name)
    outcomes = []
    for number, (side, price) in enumerate(zip(sides, (offer.first_price, offer.second_price), strict=True)):
        outcome: dict[str, Any] = {"name": side}
        if offer.name:
            outcome["description"] = offer.name
        outcome["price"] = _american(price) if american else price
        if offer.line is not None:
            outcome["point"] = -offer.line if market == "spreads" and number == 1 else offer.line
        outcomes.append(outcome)
    return outcomes


def _american(decimal: float) -> int:
    return round(100 * (decimal - 1)) if decimal >= 2 else round(-100 / (decimal - 1))


def _event(seed: int, game: Game) -> dict[str, Any]:
    return {
        "id": _event_id(seed, game),
        "sport_key": "basketball_nba",
        "sport_title": "NBA",
        "commence_time": clock.iso_utc(game.tip_off),
        "home_team": teams()[game.home].full_name,
        "away_team": teams()[game.away].full_name,
    }


def _event_id(seed: int, game: Game) -> str:
    """32 hexadecimal digits, as the site's."""
    return hashlib.blake2b(f"{seed}/{game.game_id}".encode(), digest_size=16).hexdigest()
