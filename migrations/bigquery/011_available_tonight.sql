-- Features, version v3: a player's role is told among those who are available tonight, by the last injury report before tip-off
-- where there is one, and no longer always among those who played in the team's last game. Without reports the numbers stay.

INSERT INTO nba_precompute.feature_catalog (feature_version, position, name, formula, unit, source_table, source_column, source_letter, null_means, since_version)
SELECT
  "v3",
  c.position,
  c.name,
  CASE c.name
    WHEN "share_of_team_points" THEN "His usual points over the sum over all who are available tonight"
    WHEN "share_of_team_minutes" THEN "His usual minutes over the sum over all who are available tonight"
    WHEN "points_rank_in_team" THEN "How many of those who are available tonight have more usual points than he; 0: the first option"
    WHEN "minutes_rank_in_team" THEN "How many of those who are available tonight have more usual minutes than he"
    ELSE c.formula
  END,
  c.unit,
  c.source_table,
  c.source_column,
  c.source_letter,
  c.null_means,
  IF(c.name IN ("share_of_team_points", "share_of_team_minutes", "points_rank_in_team", "minutes_rank_in_team"), "v3", c.since_version)
FROM nba_precompute.feature_catalog AS c
WHERE c.feature_version = "v2"
  AND NOT EXISTS (SELECT 1 FROM nba_precompute.feature_catalog WHERE feature_version = "v3");

ALTER TABLE nba_precompute.player_composite_factors ALTER COLUMN share_of_team_points SET OPTIONS (description = "His usual points over the sum over all who are available tonight: the rotation of the last 15 games without those whom the last report before tip-off calls out; without a report, those who played in the last game of the team");
ALTER TABLE nba_precompute.ml_feature_store ALTER COLUMN share_of_team_points SET OPTIONS (description = "His usual points over the sum over all who are available tonight; share; NULL: his team is unknown, or he has played no game for it within 365 days");

ALTER TABLE nba_precompute.player_composite_factors ALTER COLUMN share_of_team_minutes SET OPTIONS (description = "The same of minutes");
ALTER TABLE nba_precompute.ml_feature_store ALTER COLUMN share_of_team_minutes SET OPTIONS (description = "His usual minutes over the sum over all who are available tonight; share; NULL: his team is unknown, or he has played no game for it within 365 days");

ALTER TABLE nba_precompute.player_composite_factors ALTER COLUMN points_rank_in_team SET OPTIONS (description = "How many of those who are available tonight have more usual points than he; 0: the first option");
ALTER TABLE nba_precompute.ml_feature_store ALTER COLUMN points_rank_in_team SET OPTIONS (description = "How many of those who are available tonight have more usual points than he; 0: the first option; players; NULL: his team is unknown, or he has played no game for it within 365 days");

ALTER TABLE nba_precompute.player_composite_factors ALTER COLUMN minutes_rank_in_team SET OPTIONS (description = "The same of minutes");
ALTER TABLE nba_precompute.ml_feature_store ALTER COLUMN minutes_rank_in_team SET OPTIONS (description = "How many of those who are available tonight have more usual minutes than he; players; NULL: his team is unknown, or he has played no game for it within 365 days");
