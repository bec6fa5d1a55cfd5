"""Phase 4: features as of the game, strictly before it."""
