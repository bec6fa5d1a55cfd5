-- The players of some seasons by their games: latest name and team, first and last game, number of games;
-- their positions by the player list of the season, where there is one.
-- name_key is common.ids.normalise_name of an official name (those have no parentheses and no commas).
WITH appearances AS (
  SELECT season, player_id, player_name, team, game_id, game_date, raw_path, fetched_at
  FROM nba_raw.player_boxscores
  WHERE season IN UNNEST(@seasons) AND game_date >= @first
),
latest AS (
  SELECT *
  FROM appearances
  QUALIFY ROW_NUMBER() OVER (PARTITION BY season, player_id ORDER BY game_date DESC, game_id DESC) = 1
),
spans AS (
  SELECT season, player_id, MIN(game_date) AS first_game_date, MAX(game_date) AS last_game_date, COUNT(*) AS games
  FROM appearances
  GROUP BY season, player_id
),
listed AS (
  SELECT season, player_id, position
  FROM nba_raw.player_list
  WHERE season IN UNNEST(@seasons) AND snapshot_date >= @first
),
players AS (
  SELECT
    season,
    player_id,
    DATE(CAST(SUBSTR(season, 1, 4) AS INT64), 8, 1) AS snapshot_date,
    player_name,
    TRIM(REGEXP_REPLACE(
      REGEXP_REPLACE(
        REPLACE(REPLACE(REPLACE(REPLACE(
          LOWER(REGEXP_REPLACE(NORMALIZE(player_name, NFKD), r'\pM', '')),
          'ı', 'i'), 'ł', 'l'), 'đ', 'd'), 'ø', 'o'),
        r"[.'’`´]", ''),
      r'[^a-z0-9]+', ' ')) AS name_key,
    team,
    position,
    first_game_date,
    last_game_date,
    games,
    'nbac_player_boxscore' AS source,
    CONCAT('season:', season) AS scope,
    raw_path,
    fetched_at
  FROM latest
  JOIN spans USING (season, player_id)
  LEFT JOIN listed USING (season, player_id)
)
SELECT
  players.*,
  TO_HEX(SHA256(CONCAT(
    season, '|', CAST(player_id AS STRING), '|', player_name, '|', team, '|', CAST(first_game_date AS STRING), '|',
    CAST(last_game_date AS STRING), '|', CAST(games AS STRING), IF(position IS NULL, '', CONCAT('|', position))
  ))) AS source_row_hash,
  @loaded_at AS loaded_at
FROM players
