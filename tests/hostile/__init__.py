"""Requests that nobody should send, sent to every endpoint: `python -m tests.hostile`."""
