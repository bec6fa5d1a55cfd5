-- The registry's rows of the players of some seasons: the name of the latest season, by box scores before the list,
-- and from when to when he is known; what the registry has of them already counts too.
WITH seen AS (
  SELECT player_id, player_name, name_key, season AS from_season, season AS to_season, 'nbac_player_boxscore' AS source, 1 AS place
  FROM nba_raw.players
  WHERE season IN UNNEST(@seasons) AND snapshot_date >= @first
  UNION ALL
  SELECT
    player_id,
    player_name,
    name_key,
    IF(first_season IS NULL, season, FORMAT('%d-%02d', first_season, MOD(first_season + 1, 100))),
    season,
    'nbac_player_list',
    2
  FROM nba_raw.player_list
  WHERE season IN UNNEST(@seasons) AND snapshot_date >= @first
),
known AS (
  SELECT player_id, player_name, name_key, from_season, to_season, source, place FROM seen
  UNION ALL
  SELECT player_id, player_name, name_key, from_season, to_season, source, 3
  FROM nba_reference.players
  WHERE player_id IN (SELECT player_id FROM seen)
),
spans AS (
  SELECT player_id, MIN(from_season) AS from_season, MAX(to_season) AS to_season
  FROM known
  GROUP BY player_id
),
named AS (
  SELECT player_id, player_name, name_key, source
  FROM known
  QUALIFY ROW_NUMBER() OVER (PARTITION BY player_id ORDER BY to_season DESC NULLS LAST, place, player_name) = 1
)
SELECT
  player_id,
  player_name,
  name_key,
  from_season,
  to_season,
  source,
  TO_HEX(SHA256(CONCAT(player_name, '|', from_season, '|', to_season, '|', source))) AS source_row_hash,
  @loaded_at AS loaded_at
FROM named
JOIN spans USING (player_id)
