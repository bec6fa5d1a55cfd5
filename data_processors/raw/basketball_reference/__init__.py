"""Parsers of the feeds of basketball-reference.com."""
