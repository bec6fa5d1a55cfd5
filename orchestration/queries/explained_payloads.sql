-- The payloads behind a player-game's numbers, by the letter of source_flags: the raw rows that the as-of windows
-- (strictly before the date, no more than 365 days back) and the rules about quotes and reports let in, and the files
-- that these rows were last read from.
WITH b_player AS (
  SELECT game_date, raw_path, fetched_at
  FROM nba_raw.player_boxscores
  WHERE player_id = @player_id AND game_date >= DATE_SUB(@game_date, INTERVAL 365 DAY) AND game_date < @game_date
),
team_games AS (
  SELECT
    game_id, game_date, team, raw_path, fetched_at,
    ROW_NUMBER() OVER (PARTITION BY team ORDER BY game_date DESC, game_id DESC) AS nth_last
  FROM nba_raw.team_boxscores
  WHERE game_date >= DATE_SUB(@game_date, INTERVAL 365 DAY) AND game_date < @game_date
),
b_teams AS (
  -- Both teams' last 15 games, and all of the league of 30 days, to which pace and defence are compared.
  SELECT game_date, raw_path, fetched_at
  FROM team_games
  WHERE (team IN (@team, @opponent) AND nth_last <= 15) OR game_date >= DATE_SUB(@game_date, INTERVAL 30 DAY)
),
charted AS (
  SELECT game_id, game_date, DENSE_RANK() OVER (ORDER BY game_date DESC, game_id DESC) AS nth_last, raw_path, fetched_at
  FROM nba_raw.shots
  WHERE player_id = @player_id AND game_date >= DATE_SUB(@game_date, INTERVAL 365 DAY) AND game_date < @game_date
),
s_player AS (
  SELECT game_date, raw_path, fetched_at FROM charted WHERE nth_last <= 20
),
s_opponent AS (
  SELECT s.game_date, s.raw_path, s.fetched_at
  FROM nba_raw.shots AS s
  INNER JOIN team_games AS t ON t.game_id = s.game_id AND t.team = @opponent AND t.nth_last <= 15
  WHERE s.game_date >= DATE_SUB(@game_date, INTERVAL 365 DAY) AND s.game_date < @game_date
),
c_schedule AS (
  SELECT game_date, raw_path, fetched_at
  FROM nba_raw.schedule
  WHERE game_id = @game_id AND game_date = @game_date
),
p_quotes AS (
  SELECT game_date, raw_path, fetched_at
  FROM nba_raw.player_prop_lines
  WHERE game_id = @game_id AND game_date = @game_date AND player_id = @player_id AND market = 'player_points'
    AND snapshot_at < @before
),
g_lines AS (
  SELECT game_date, raw_path, fetched_at
  FROM nba_raw.game_lines
  WHERE game_id = @game_id AND game_date = @game_date AND snapshot_at < @before
),
r_reports AS (
  SELECT game_date, raw_path, fetched_at
  FROM nba_raw.injuries
  WHERE game_date = @game_date AND team IN (@team, @opponent) AND report_at < @before
),
used AS (
  SELECT 'B' AS letter, 'player_boxscores' AS raw_table, * FROM b_player
  UNION ALL SELECT 'B', 'team_boxscores', * FROM b_teams
  UNION ALL SELECT 'S', 'shots', * FROM s_player
  UNION ALL SELECT 'S', 'shots', * FROM s_opponent
  UNION ALL SELECT 'C', 'schedule', * FROM c_schedule
  UNION ALL SELECT 'P', 'player_prop_lines', * FROM p_quotes
  UNION ALL SELECT 'G', 'game_lines', * FROM g_lines
  UNION ALL SELECT 'R', 'injuries', * FROM r_reports
)
SELECT
  letter, CONCAT('nba_raw.', raw_table) AS raw_table, raw_path, fetched_at,
  COUNT(*) AS row_count,
  MIN(game_date) AS first_game_date,
  MAX(game_date) AS last_game_date
FROM used
GROUP BY letter, raw_table, raw_path, fetched_at
ORDER BY letter, raw_table, last_game_date DESC, raw_path
