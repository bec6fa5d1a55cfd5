"""Quotes on games."""

from __future__ import annotations

from scrapers.oddsapi.event_odds import EventOdds


class GameLines(EventOdds):
    """Spreads and totals, by bookmaker."""

    name = "oddsa_game_lines"
    tables = ("nba_raw.game_lines",)
    asks = "v4/…/events/{id}/odds?markets=spreads,totals"
    when = "game days, game by game until tip-off; after oddsa_events"
    markets = "spreads,totals"
