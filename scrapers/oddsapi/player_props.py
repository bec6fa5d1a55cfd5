"""Quotes on players' points."""

from __future__ import annotations

from scrapers.oddsapi.event_odds import EventOdds


class PlayerProps(EventOdds):
    """Over and under on points, by player and bookmaker."""

    name = "oddsa_player_props"
    tables = ("nba_raw.player_prop_lines",)
    markets = "player_points"
