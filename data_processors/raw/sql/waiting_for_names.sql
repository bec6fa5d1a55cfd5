-- Payloads with a name that nobody had and somebody has now: a player whose first game of the season has just come,
-- or one whom the player list has just brought. Seasons with players whom the registry does not have so.
WITH waiting AS (
  SELECT raw_path, game_date, loaded_at, REGEXP_REPLACE(name_key, r' (jr|sr|ii|iii|iv|v)$', '') AS bare_key
  FROM nba_reference.unresolved_names
  WHERE reason = 'unknown' AND game_date >= @first
),
come AS (
  SELECT season, player_id, first_game_date, REGEXP_REPLACE(name_key, r' (jr|sr|ii|iii|iv|v)$', '') AS bare_key
  FROM nba_raw.players
  WHERE season IN UNNEST(@seasons) AND snapshot_date >= @first
),
listed AS (
  SELECT loaded_at, REGEXP_REPLACE(name_key, r' (jr|sr|ii|iii|iv|v)$', '') AS bare_key
  FROM nba_raw.player_list
  WHERE season IN UNNEST(@seasons) AND snapshot_date >= @first
)
SELECT DISTINCT 'payload' AS kind, waiting.raw_path AS value
FROM waiting
JOIN come USING (bare_key)
WHERE come.first_game_date BETWEEN @box_first AND @box_last AND waiting.game_date >= come.first_game_date
UNION DISTINCT
SELECT 'payload', waiting.raw_path
FROM waiting
JOIN listed USING (bare_key)
WHERE waiting.loaded_at < listed.loaded_at
UNION DISTINCT
SELECT 'season', come.season
FROM come
LEFT JOIN nba_reference.players AS known USING (player_id)
WHERE known.player_id IS NULL OR known.to_season IS NULL OR known.to_season < come.season
  OR known.from_season > come.season
  -- A list came before his box scores, whose name for him goes before the list's.
  OR (known.to_season = come.season AND known.source <> 'nbac_player_boxscore')
