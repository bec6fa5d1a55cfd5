-- Who belonged to which team in some seasons: appearances by the box scores, and the player list as it stands.
WITH played AS (
  SELECT
    season,
    player_id,
    team,
    ARRAY_AGG(player_name ORDER BY game_date DESC LIMIT 1)[OFFSET(0)] AS player_name,
    MIN(game_date) AS first_game_date,
    MAX(game_date) AS last_game_date,
    COUNT(*) AS games
  FROM nba_raw.player_boxscores
  WHERE season IN UNNEST(@seasons) AND game_date >= @first
  GROUP BY season, player_id, team
),
listed AS (
  SELECT season, player_id, team, player_name AS listed_name
  FROM nba_raw.player_list
  WHERE season IN UNNEST(@seasons) AND snapshot_date >= @first AND team IS NOT NULL
),
spells AS (
  SELECT
    season,
    player_id,
    team,
    COALESCE(player_name, listed_name) AS player_name,
    first_game_date,
    last_game_date,
    COALESCE(games, 0) AS games,
    listed_name IS NOT NULL AS is_listed
  FROM played
  FULL OUTER JOIN listed USING (season, player_id, team)
)
SELECT
  spells.*,
  TO_HEX(SHA256(CONCAT(
    player_name, '|', IFNULL(CAST(first_game_date AS STRING), ''), '|', IFNULL(CAST(last_game_date AS STRING), ''), '|',
    CAST(games AS STRING), '|', CAST(is_listed AS STRING)
  ))) AS source_row_hash,
  @loaded_at AS loaded_at
FROM spells
