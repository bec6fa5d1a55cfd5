-- Everybody who may play in a game, and what is known of him before tip-off.
-- Every look at results goes through the *_before functions, every look at points quotes through
-- points_lines_before_tip_off: the rules about time stand there.
WITH games AS (
  SELECT game_id, game_date, season, season_type, tip_off, home_team, away_team
  FROM nba_analytics.games
  WHERE game_date BETWEEN DATE_SUB(@start_date, INTERVAL 365 DAY) AND @end_date
),
slate AS (
  SELECT * FROM games WHERE game_date BETWEEN @start_date AND @end_date
),
calendar AS (
  -- Rest is a matter of the schedule alone, so that the row of a game days ahead has it too.
  SELECT
    game_id,
    team,
    DATE_DIFF(game_date, LAG(game_date) OVER (PARTITION BY team, season ORDER BY game_date, game_id), DAY) - 1 AS days_rest
  FROM games
  CROSS JOIN UNNEST([home_team, away_team]) AS team
),
appearances AS (
  SELECT as_of_date, nth_last, player_id, player_name, team, game_date, minutes, points
  FROM nba_analytics.player_games_before(@start_date, @end_date)
),
latest AS (
  SELECT as_of_date, player_id, player_name, team, game_date
  FROM appearances
  WHERE nth_last = 1
),
team_recent AS (
  SELECT as_of_date, team, MIN(game_date) AS since
  FROM nba_analytics.team_games_before(@start_date, @end_date)
  WHERE nth_last <= 15
  GROUP BY as_of_date, team
),
rotation AS (
  SELECT s.game_id, l.player_id
  FROM slate AS s
  JOIN latest AS l ON l.as_of_date = s.game_date AND l.team IN (s.home_team, s.away_team)
  JOIN team_recent AS r ON r.as_of_date = s.game_date AND r.team = l.team
  WHERE l.game_date >= r.since
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
    COALESCE(l.player_name, m.quoted_name) AS player_name,
    CASE
      WHEN l.team IN (s.home_team, s.away_team) THEN l.team
      WHEN m.quoted_team IN (s.home_team, s.away_team) THEN m.quoted_team
    END AS team
  FROM members AS m
  JOIN slate AS s ON s.game_id = m.game_id
  LEFT JOIN latest AS l ON l.as_of_date = s.game_date AND l.player_id = m.player_id
),
form AS (
  -- Means from sums of integers: the same bits in whatever order the rows come.
  SELECT
    as_of_date,
    player_id,
    COUNTIF(game_date >= DATE_SUB(as_of_date, INTERVAL 7 DAY)) AS games_last_7_days,
    COUNTIF(game_date >= DATE_SUB(as_of_date, INTERVAL 14 DAY)) AS games_last_14_days,
    SUM(IF(game_date >= DATE_SUB(as_of_date, INTERVAL 7 DAY), minutes, 0)) AS minutes_last_7_days,
    SUM(IF(game_date >= DATE_SUB(as_of_date, INTERVAL 14 DAY), minutes, 0)) AS minutes_last_14_days,
    SAFE_DIVIDE(SUM(IF(nth_last <= 5, points, NULL)), COUNT(IF(nth_last <= 5, points, NULL))) AS points_avg_last_5,
    SAFE_DIVIDE(SUM(IF(nth_last <= 10, points, NULL)), COUNT(IF(nth_last <= 10, points, NULL))) AS points_avg_last_10,
    COUNTIF(nth_last <= 10) AS games_last_10,
    MAX(game_date) AS last_game_date
  FROM appearances
  WHERE nth_last <= 10 OR game_date >= DATE_SUB(as_of_date, INTERVAL 14 DAY)
  GROUP BY as_of_date, player_id
),
game_quotes AS (
  -- The home side's spread and the over's total: the two sides of a spread cancel each other out.
  SELECT q.game_id, q.market, q.point, q.snapshot_at
  FROM nba_raw.game_lines AS q
  JOIN slate AS s ON s.game_id = q.game_id AND s.game_date = q.game_date
  WHERE q.game_date BETWEEN @start_date AND @end_date
    AND (q.market = 'spreads' AND q.outcome = 'home' OR q.market = 'totals' AND q.outcome = 'over')
    AND q.point IS NOT NULL
    AND q.snapshot_at < COALESCE(s.tip_off, q.tip_off)
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY q.game_id, q.bookmaker, q.market ORDER BY q.snapshot_at DESC, q.point) = 1
),
game_medians AS (
  SELECT DISTINCT
    game_id,
    PERCENTILE_DISC(IF(market = 'spreads', point, NULL), 0.5) OVER (PARTITION BY game_id) AS home_spread,
    PERCENTILE_DISC(IF(market = 'totals', point, NULL), 0.5) OVER (PARTITION BY game_id) AS game_total,
    MAX(snapshot_at) OVER (PARTITION BY game_id) AS snapshot_at
  FROM game_quotes
),
sided AS (
  SELECT
    p.*,
    CASE p.team WHEN p.home_team THEN p.away_team WHEN p.away_team THEN p.home_team END AS opponent,
    p.team = p.home_team AS is_home,
    CASE p.team WHEN p.home_team THEN g.home_spread WHEN p.away_team THEN 0 - g.home_spread END AS spread,
    g.game_total,
    g.snapshot_at AS game_lines_snapshot_at
  FROM placed AS p
  LEFT JOIN game_medians AS g ON g.game_id = p.game_id
)
SELECT
  p.game_id,
  p.player_id,
  p.game_date,
  p.season,
  p.season_type,
  p.tip_off,
  p.player_name,
  p.team,
  p.opponent,
  p.is_home,
  p.roster_source,
  own.days_rest,
  other.days_rest AS opponent_days_rest,
  own.days_rest = 0 AS back_to_back,
  COALESCE(f.games_last_7_days, 0) AS games_last_7_days,
  COALESCE(f.games_last_14_days, 0) AS games_last_14_days,
  COALESCE(f.minutes_last_7_days, 0) AS minutes_last_7_days,
  COALESCE(f.minutes_last_14_days, 0) AS minutes_last_14_days,
  f.points_avg_last_5,
  f.points_avg_last_10,
  COALESCE(f.games_last_10, 0) AS games_last_10,
  f.last_game_date,
  p.current_line AS current_points_line,
  p.opening_line AS opening_points_line,
  p.current_line - p.opening_line AS line_movement,
  COALESCE(p.bookmakers, 0) AS line_bookmakers,
  p.snapshot_at AS line_snapshot_at,
  p.spread,
  p.game_total,
  p.game_total / 2 - p.spread / 2 AS implied_team_total,
  p.game_lines_snapshot_at
FROM sided AS p
LEFT JOIN calendar AS own ON own.game_id = p.game_id AND own.team = p.team
LEFT JOIN calendar AS other ON other.game_id = p.game_id AND other.team = p.opponent
LEFT JOIN form AS f ON f.as_of_date = p.game_date AND f.player_id = p.player_id
