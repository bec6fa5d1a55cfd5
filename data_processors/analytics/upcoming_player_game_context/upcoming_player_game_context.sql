-- Everybody who may play in a game, and what is known of him before tip-off.
-- Every look at results, quotes and reports goes through functions that keep the rules about time.
-- BigQuery works a WITH query out at every place that names it: what is read twice is read once and told apart by windows.
WITH slate AS (
  SELECT
    game_id,
    game_date,
    season,
    season_type,
    tip_off,
    team AS home_team,
    opponent AS away_team,
    days_rest AS home_days_rest,
    away_days_rest
  FROM (
    SELECT *, MAX(IF(is_home, NULL, days_rest)) OVER (PARTITION BY game_id) AS away_days_rest
    FROM nba_analytics.team_calendar(@start_date, @end_date)
  )
  WHERE is_home
),
form AS (
  SELECT * FROM nba_analytics.player_form_before(@start_date, @end_date)
),
listed AS (
  -- Whom the last report names; of the regulars who are out, what they usually bring. Sums of averages over at most 10
  -- games are exact in 2520ths, so they have the same bits in whatever order they come.
  SELECT
    r.game_id,
    r.team,
    r.player_id,
    r.report_at,
    r.status,
    r.reason,
    f.player_id IS NOT NULL AS is_regular_out,
    DIV(2520, f.role_games) * f.role_minutes AS minutes_2520ths,
    DIV(2520, f.role_games) * f.role_points AS points_2520ths
  FROM nba_analytics.injury_reports_before_tip_off(@start_date, @end_date) AS r
  LEFT JOIN form AS f
    ON f.as_of_date = r.game_date AND f.player_id = r.player_id AND f.team = r.team
    AND r.status = 'Out' AND f.role_games > 0 AND f.role_minutes >= 15 * f.role_games
),
reported AS (
  -- Each with the sums of his team.
  SELECT
    *,
    MAX(report_at) OVER (PARTITION BY game_id, team) AS team_report_at,
    COUNTIF(is_regular_out) OVER (PARTITION BY game_id, team) AS regulars_out,
    COALESCE(SUM(minutes_2520ths) OVER (PARTITION BY game_id, team), 0) AS team_minutes_2520ths,
    COALESCE(SUM(points_2520ths) OVER (PARTITION BY game_id, team), 0) AS team_points_2520ths
  FROM listed
),
rotation AS (
  -- Who has appeared for the team in its last 15 games.
  SELECT g.game_id, f.player_id
  FROM slate AS g
  CROSS JOIN UNNEST([g.home_team, g.away_team]) AS side
  JOIN form AS f ON f.as_of_date = g.game_date AND f.team = side
  WHERE f.team_games_missed < 15
),
quoted AS (
  SELECT game_id, player_id, player_name, team, current_line, opening_line, bookmakers, snapshot_at
  FROM nba_analytics.points_lines_before_tip_off(@start_date, @end_date)
),
members AS (
  SELECT
    COALESCE(r.game_id, q.game_id) AS game_id,
    COALESCE(r.player_id, q.player_id) AS player_id,
    CASE WHEN q.game_id IS NULL THEN 'recent_games' WHEN r.game_id IS NULL THEN 'quoted' ELSE 'both' END AS roster_source,
    q.player_name AS quoted_name,
    q.team AS quoted_team,
    q.current_line,
    q.opening_line,
    q.bookmakers,
    q.snapshot_at
  FROM rotation AS r
  FULL OUTER JOIN quoted AS q ON q.game_id = r.game_id AND q.player_id = r.player_id
),
placed AS (
  SELECT
    m.*,
    s.game_date,
    s.season,
    s.season_type,
    s.tip_off,
    s.home_team,
    s.away_team,
    s.home_days_rest,
    s.away_days_rest,
    f.player_name,
    f.games_last_7_days,
    f.games_last_14_days,
    f.minutes_last_7_days,
    f.minutes_last_14_days,
    f.points_last_5,
    f.games_last_5,
    f.points_last_10,
    f.games_last_10,
    f.last_game_date,
    f.line_streak,
    f.overs_last_10_lines,
    f.games_last_10_lines,
    CASE
      WHEN f.team IN (s.home_team, s.away_team) THEN f.team
      WHEN m.quoted_team IN (s.home_team, s.away_team) THEN m.quoted_team
    END AS team
  FROM members AS m
  JOIN slate AS s ON s.game_id = m.game_id
  LEFT JOIN form AS f ON f.as_of_date = s.game_date AND f.player_id = m.player_id
),
sided AS (
  SELECT
    p.*,
    CASE p.team WHEN p.home_team THEN p.away_team WHEN p.away_team THEN p.home_team END AS opponent,
    p.team = p.home_team AS is_home,
    CASE p.team WHEN p.home_team THEN p.home_days_rest WHEN p.away_team THEN p.away_days_rest END AS days_rest,
    CASE p.team WHEN p.home_team THEN p.away_days_rest WHEN p.away_team THEN p.home_days_rest END AS opponent_days_rest,
    CASE p.team WHEN p.home_team THEN g.home_spread WHEN p.away_team THEN 0 - g.home_spread END AS spread,
    g.game_total,
    g.snapshot_at AS game_lines_snapshot_at
  FROM placed AS p
  LEFT JOIN nba_analytics.game_lines_before_tip_off(@start_date, @end_date) AS g ON g.game_id = p.game_id
)
SELECT
  p.game_id,
  p.player_id,
  p.game_date,
  p.season,
  p.season_type,
  p.tip_off,
  COALESCE(p.player_name, p.quoted_name) AS player_name,
  p.team,
  p.opponent,
  p.is_home,
  p.roster_source,
  p.days_rest,
  p.opponent_days_rest,
  p.days_rest = 0 AS back_to_back,
  COALESCE(p.games_last_7_days, 0) AS games_last_7_days,
  COALESCE(p.games_last_14_days, 0) AS games_last_14_days,
  COALESCE(p.minutes_last_7_days, 0) AS minutes_last_7_days,
  COALESCE(p.minutes_last_14_days, 0) AS minutes_last_14_days,
  SAFE_DIVIDE(p.points_last_5, p.games_last_5) AS points_avg_last_5,
  SAFE_DIVIDE(p.points_last_10, p.games_last_10) AS points_avg_last_10,
  COALESCE(p.games_last_10, 0) AS games_last_10,
  p.last_game_date,
  p.current_line AS current_points_line,
  p.opening_line AS opening_points_line,
  p.current_line - p.opening_line AS line_movement,
  COALESCE(p.bookmakers, 0) AS line_bookmakers,
  p.snapshot_at AS line_snapshot_at,
  p.spread,
  p.game_total,
  p.game_total / 2 - p.spread / 2 AS implied_team_total,
  p.game_lines_snapshot_at,
  t.team_report_at AS injury_report_at,
  IF(t.player_id = p.player_id, t.status, NULL) AS player_status,
  IF(t.player_id = p.player_id, t.reason, NULL) AS player_status_reason,
  -- A teammate is somebody else.
  t.regulars_out - IF(t.player_id = p.player_id AND t.is_regular_out, 1, 0) AS teammates_out,
  (t.team_minutes_2520ths - IF(t.player_id = p.player_id, COALESCE(t.minutes_2520ths, 0), 0)) / 2520
    AS teammates_out_minutes_avg,
  (t.team_points_2520ths - IF(t.player_id = p.player_id, COALESCE(t.points_2520ths, 0), 0)) / 2520
    AS teammates_out_points_avg,
  p.line_streak,
  COALESCE(p.overs_last_10_lines, 0) AS overs_last_10_lines,
  COALESCE(p.games_last_10_lines, 0) AS games_last_10_lines
FROM sided AS p
LEFT JOIN reported AS t ON t.game_id = p.game_id AND t.team = p.team
WHERE TRUE
-- Of a team's report the player's own line, where there is one; any of them has the sums.
QUALIFY ROW_NUMBER() OVER (
  PARTITION BY p.game_id, p.player_id ORDER BY IF(t.player_id = p.player_id, 0, 1), t.player_id
) = 1
