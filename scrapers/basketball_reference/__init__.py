"""basketball-reference.com: rosters."""
