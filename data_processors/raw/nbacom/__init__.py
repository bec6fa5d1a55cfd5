"""Parsers of the feeds of stats.nba.com."""
