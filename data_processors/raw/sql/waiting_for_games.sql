-- Payloads with rows whose game the schedule did not have and has now.
SELECT DISTINCT 'payload' AS kind, source.raw_path AS value
FROM (
  SELECT raw_path, game_date, home_team AS team, away_team AS opponent
  FROM nba_raw.injuries
  WHERE game_id IS NULL AND game_date BETWEEN @schedule_first AND @schedule_last
  UNION ALL
  SELECT raw_path, game_date, team, opponent
  FROM nba_raw.source_player_boxscores
  WHERE game_id IS NULL AND game_date BETWEEN @schedule_first AND @schedule_last
  UNION ALL
  SELECT raw_path, game_date, home_team, away_team
  FROM nba_raw.source_games
  WHERE game_id IS NULL AND game_date BETWEEN @schedule_first AND @schedule_last
) AS source
JOIN nba_raw.schedule AS schedule
  ON schedule.game_date = source.game_date
  AND (
    (schedule.home_team = source.team AND schedule.away_team = source.opponent)
    OR (schedule.home_team = source.opponent AND schedule.away_team = source.team)
  )
WHERE schedule.game_date BETWEEN @schedule_first AND @schedule_last
UNION DISTINCT
-- Quotes on a game that was moved or called off: without any row.
SELECT 'payload', path
FROM (
  SELECT path, outcome, row_count
  FROM nba_orchestration.raw_files
  WHERE scope BETWEEN CAST(@schedule_first AS STRING) AND CAST(@schedule_last AS STRING)
  QUALIFY ROW_NUMBER() OVER (PARTITION BY path ORDER BY recorded_at DESC) = 1
)
WHERE outcome = 'waiting' AND row_count = 0
