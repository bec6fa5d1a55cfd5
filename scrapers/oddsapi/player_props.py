"""Quotes on players' points."""

from __future__ import annotations

from datetime import timedelta

from scrapers.oddsapi.event_odds import EventOdds


class PlayerProps(EventOdds):
    """Over and under on points, by player and bookmaker."""

    name = "oddsa_player_props"
    tables = ("nba_raw.player_prop_lines",)
    asks = "v4/…/events/{id}/odds?markets=player_points"
    when = "game days, game by game until tip-off; after oddsa_events"
    markets = "player_points"
    # When a game is predicted for the last time: later quotes would be of no use to a backtest.
    before = timedelta(minutes=30)
