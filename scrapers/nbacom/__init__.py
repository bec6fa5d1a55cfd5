"""stats.nba.com: schedule, box scores, shots."""
