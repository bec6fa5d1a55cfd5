-- What the feed's flag says, beside what its status text says: where they differ for most games people are told.
ALTER TABLE nba_raw.schedule ADD COLUMN IF NOT EXISTS flagged_postponed BOOL;
ALTER TABLE nba_raw.schedule ALTER COLUMN flagged_postponed SET OPTIONS (description = "Whether the feed's flag says postponed; nothing is decided by it");
ALTER TABLE nba_raw.schedule ALTER COLUMN postponed SET OPTIONS (description = "Whether the status text says that the game does not take place as listed");
