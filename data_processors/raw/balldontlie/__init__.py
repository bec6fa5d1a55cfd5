"""Parsers of the feeds of balldontlie.io."""
