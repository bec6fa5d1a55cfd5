-- Two players of one name in a team are two people.
ALTER TABLE nba_raw.gamebook_players ADD COLUMN IF NOT EXISTS name_order INT64;
ALTER TABLE nba_raw.gamebook_players ALTER COLUMN name_order SET OPTIONS (description = "1 for the first player of this name in the team's lists, 2 for the second; the inactive are printed by their last names alone");
