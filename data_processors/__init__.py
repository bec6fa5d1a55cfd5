"""Phases 2 to 4 and grading: what turns raw payloads into tables, and tables into tables."""
