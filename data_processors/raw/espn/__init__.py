"""Parsers of the feeds of ESPN."""
