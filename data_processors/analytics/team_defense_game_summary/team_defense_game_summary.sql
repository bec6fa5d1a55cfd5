-- A team's game on defence: what the opponent made of it. From the raw lines, so that it need not wait for the summary
-- of the opponent's offence.
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
  o.points AS points_allowed,
  o.fgm AS opp_fgm,
  o.fga AS opp_fga,
  o.fg3m AS opp_fg3m,
  o.fg3a AS opp_fg3a,
  o.ftm AS opp_ftm,
  o.fta AS opp_fta,
  o.oreb AS opp_oreb,
  o.dreb AS opp_dreb,
  o.ast AS opp_ast,
  o.tov AS turnovers_forced,
  b.stl AS steals,
  b.blk AS blocks,
  b.pf AS fouls,
  s.paint_attempts AS opp_paint_attempts,
  s.paint_makes AS opp_paint_makes,
  s.mid_range_attempts AS opp_mid_range_attempts,
  s.mid_range_makes AS opp_mid_range_makes,
  s.three_attempts AS opp_three_attempts,
  s.three_makes AS opp_three_makes,
  SAFE_DIVIDE(o.points, 2 * (o.fga + 0.44 * o.fta)) AS opp_ts_pct,
  SAFE_DIVIDE(o.fgm + 0.5 * o.fg3m, o.fga) AS opp_efg_pct,
  o.possessions AS opponent_possessions,
  SAFE_DIVIDE(100 * o.points, o.possessions) AS defensive_rating,
  SAFE_DIVIDE(48 * ((b.possessions + o.possessions) / 2), o.minutes / 5) AS opponent_pace,
  CONCAT(o.lines_source, IF(s.game_id IS NULL, '', '+shots')) AS source_quality
FROM boxes AS b
JOIN boxes AS o ON o.game_id = b.game_id AND o.team = b.opponent
LEFT JOIN nba_analytics.games AS g ON g.game_id = b.game_id
LEFT JOIN shots AS s ON s.game_id = o.game_id AND s.team = o.team
