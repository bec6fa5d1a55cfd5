-- A team's game on offence: box score, possessions, pace, rating, shots by zone.
WITH boxes AS (
  SELECT * FROM nba_analytics.team_lines(@start_date, @end_date)
),
shots AS (
  SELECT *
  FROM nba_analytics.shots_by_zone(@start_date, @end_date)
  WHERE player_id IS NULL
)
SELECT
  b.game_id,
  b.game_date,
  b.season,
  b.season_type,
  b.team,
  b.opponent,
  -- The schedule knows who is at home on a neutral floor, where the game logs may say "@" twice.
  COALESCE(b.team = g.home_team, b.is_home) AS is_home,
  b.win,
  b.minutes,
  -- Team minutes are sums of rounded minutes: 239 and 241 are games without overtime.
  CAST(ROUND((b.minutes - 240) / 25) AS INT64) AS overtime_periods,
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
  b.possessions,
  o.possessions AS opponent_possessions,
  SAFE_DIVIDE(48 * ((b.possessions + o.possessions) / 2), b.minutes / 5) AS pace,
  SAFE_DIVIDE(100 * b.points, b.possessions) AS offensive_rating,
  SAFE_DIVIDE(b.points, 2 * (b.fga + 0.44 * b.fta)) AS ts_pct,
  SAFE_DIVIDE(b.fgm + 0.5 * b.fg3m, b.fga) AS efg_pct,
  s.paint_attempts,
  s.paint_makes,
  s.mid_range_attempts,
  s.mid_range_makes,
  s.three_attempts,
  s.three_makes,
  CONCAT(b.lines_source, IF(s.game_id IS NULL, '', '+shots')) AS source_quality
FROM boxes AS b
LEFT JOIN nba_analytics.games AS g ON g.game_id = b.game_id
LEFT JOIN boxes AS o ON o.game_id = b.game_id AND o.team = b.opponent
LEFT JOIN shots AS s ON s.game_id = b.game_id AND s.team = b.team
