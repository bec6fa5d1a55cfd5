"""The commands of `nba`, one module each."""
