"""Phase 2: raw payloads become rows of `nba_raw`, a parser a feed."""
