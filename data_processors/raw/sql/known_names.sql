-- What names are known by, by one statement: who appeared for which team when (consecutive appearances of a player
-- for one team under one name in one season are one row, so that the teams and the latest team before any date can
-- be told), whom the player lists of the seasons name, and the aliases that people added.
WITH appearances AS (
  SELECT
    player_id, player_name, team, season, game_date, game_id,
    CONCAT(season, '|', team, '|', player_name) AS stay,
    LAG(CONCAT(season, '|', team, '|', player_name)) OVER (PARTITION BY player_id ORDER BY game_date, game_id)
      AS previous_stay
  FROM nba_raw.player_boxscores
  WHERE game_date >= @first AND game_date < @before
),
numbered AS (
  SELECT
    player_id, player_name, team, season, game_date,
    COUNTIF(previous_stay IS DISTINCT FROM stay) OVER (PARTITION BY player_id ORDER BY game_date, game_id) AS stint
  FROM appearances
)
SELECT
  'stint' AS kind,
  player_id,
  player_name,
  team,
  season,
  MIN(game_date) AS first_date,
  MAX(game_date) AS last_date,
  FALSE AS is_abbreviation
FROM numbered
GROUP BY player_id, player_name, team, season, stint
UNION ALL
SELECT
  'listed', player_id, player_name, team, season, CAST(NULL AS DATE), CAST(NULL AS DATE), FALSE
FROM nba_raw.player_list
WHERE season IN UNNEST(@seasons) AND snapshot_date >= @first
UNION ALL
SELECT
  'alias', player_id, alias, CAST(NULL AS STRING), CAST(NULL AS STRING), CAST(NULL AS DATE), CAST(NULL AS DATE),
  is_abbreviation
FROM nba_reference.player_aliases
WHERE added_by = 'person'
