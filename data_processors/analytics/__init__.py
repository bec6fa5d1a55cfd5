"""Phase 3: one row a player-game, a team-game, an upcoming player-game."""
