"""Grades every prediction made before tip-off."""
