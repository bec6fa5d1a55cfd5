"""Grading: predictions against what happened and against the market."""
