"""Parsers of the feeds of bigdataball.com."""
