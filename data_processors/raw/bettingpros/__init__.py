"""Parsers of the feeds of bettingpros.com."""
