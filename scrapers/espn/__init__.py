"""ESPN: scoreboard, rosters, box scores."""
