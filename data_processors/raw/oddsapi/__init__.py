"""Parsers of the feeds of the-odds-api.com."""
