"""Phase 5: a date's players and quotes go to the workers in requests, and come back as versioned predictions."""
