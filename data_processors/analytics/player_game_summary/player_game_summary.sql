-- A player's game: box score, shots by zone, rates, and the points line he was measured by.
WITH boxes AS (
  -- Whose name is not resolved yet has no row; his line counts in his team's.
  SELECT *
  FROM nba_analytics.player_lines(@start_date, @end_date)
  WHERE player_id IS NOT NULL
),
teams AS (
  SELECT game_id, team, win, minutes, plays, lines_source
  FROM nba_analytics.team_lines(@start_date, @end_date)
),
shots AS (
  SELECT *
  FROM nba_analytics.shots_by_zone(@start_date, @end_date)
  WHERE player_id IS NOT NULL
),
charted AS (
  SELECT DISTINCT game_id FROM shots
),
starters AS (
  SELECT game_id, player_id, LOGICAL_OR(starter) AS starter
  FROM nba_raw.source_player_boxscores
  WHERE game_date BETWEEN @start_date AND @end_date
    AND game_id IS NOT NULL AND player_id IS NOT NULL AND starter IS NOT NULL
  GROUP BY game_id, player_id
),
lines AS (
  SELECT game_id, player_id, current_line, bookmakers, snapshot_at
  FROM nba_analytics.points_lines_before_tip_off(@start_date, @end_date)
)
SELECT
  b.game_id,
  b.game_date,
  b.season,
  b.season_type,
  b.player_id,
  b.player_name,
  b.team,
  b.opponent,
  -- The schedule knows who is at home on a neutral floor, where the game logs may say "@" twice.
  COALESCE(b.team = g.home_team, b.is_home) AS is_home,
  r.starter,
  b.minutes,
  b.points,
  b.fgm,
  b.fga,
  b.fg3m,
  b.fg3a,
  b.ftm,
  b.fta,
  b.oreb,
  b.dreb,
  b.reb,
  b.ast,
  b.stl,
  b.blk,
  b.tov,
  b.pf,
  b.plus_minus,
  COALESCE(b.win, t.win) AS win,
  -- With a chart, a player who is not on it took no shot; without one nobody knows.
  IF(c.game_id IS NULL, NULL, COALESCE(s.paint_attempts, 0)) AS paint_attempts,
  IF(c.game_id IS NULL, NULL, COALESCE(s.paint_makes, 0)) AS paint_makes,
  IF(c.game_id IS NULL, NULL, COALESCE(s.mid_range_attempts, 0)) AS mid_range_attempts,
  IF(c.game_id IS NULL, NULL, COALESCE(s.mid_range_makes, 0)) AS mid_range_makes,
  IF(c.game_id IS NULL, NULL, COALESCE(s.three_attempts, 0)) AS three_attempts,
  IF(c.game_id IS NULL, NULL, COALESCE(s.three_makes, 0)) AS three_makes,
  SAFE_DIVIDE(100 * (b.fga + 0.44 * b.fta + b.tov) * (t.minutes / 5), b.minutes * t.plays) AS usage_rate,
  SAFE_DIVIDE(b.points, 2 * (b.fga + 0.44 * b.fta)) AS ts_pct,
  SAFE_DIVIDE(b.fgm + 0.5 * b.fg3m, b.fga) AS efg_pct,
  l.current_line AS points_line,
  COALESCE(l.bookmakers, 0) AS points_line_bookmakers,
  l.snapshot_at AS points_line_snapshot_at,
  CASE
    WHEN l.current_line IS NULL OR b.points IS NULL OR COALESCE(b.minutes, 0) = 0 THEN NULL
    WHEN b.points > l.current_line THEN 'OVER'
    WHEN b.points < l.current_line THEN 'UNDER'
    ELSE 'PUSH'
  END AS over_under_result,
  CONCAT(
    b.lines_source,
    CASE t.lines_source WHEN 'boxscore' THEN '+team' WHEN 'players' THEN '+players' ELSE '' END,
    IF(c.game_id IS NULL, '', '+shots')
  ) AS source_quality
FROM boxes AS b
LEFT JOIN nba_analytics.games AS g ON g.game_id = b.game_id
LEFT JOIN teams AS t ON t.game_id = b.game_id AND t.team = b.team
LEFT JOIN charted AS c ON c.game_id = b.game_id
LEFT JOIN shots AS s ON s.game_id = b.game_id AND s.player_id = b.player_id
LEFT JOIN starters AS r ON r.game_id = b.game_id AND r.player_id = b.player_id
LEFT JOIN lines AS l ON l.game_id = b.game_id AND l.player_id = b.player_id
