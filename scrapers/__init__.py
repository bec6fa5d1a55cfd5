"""Phase 1: asks the sources and keeps every answer as it came in the raw store."""
