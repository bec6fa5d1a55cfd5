-- What a team's defence has allowed from each zone of the floor before a game, against the league.
-- A row for both teams of every game. Positive differences mean a weaker defence than the league's mean.
WITH slate AS (
  SELECT game_id, team, IF(team = home_team, away_team, home_team) AS opponent, game_date, season
  FROM nba_analytics.games
  CROSS JOIN UNNEST([home_team, away_team]) AS team
  WHERE game_date BETWEEN @start_date AND @end_date
),
allowed AS (
  -- Games without a shot chart have NULL zones and stay out of their sums.
  SELECT
    as_of_date,
    team,
    COUNT(*) AS games,
    COUNT(opp_paint_attempts) AS charted,
    SUM(opp_paint_attempts) AS paint_attempts,
    SUM(opp_paint_makes) AS paint_makes,
    SUM(opp_mid_range_attempts) AS mid_range_attempts,
    SUM(opp_mid_range_makes) AS mid_range_makes,
    SUM(opp_three_attempts) AS three_attempts,
    SUM(opp_three_makes) AS three_makes,
    SAFE_DIVIDE(SUM(points_allowed), COUNT(points_allowed)) AS points_allowed_avg,
    SAFE_DIVIDE(SUM(CAST(ROUND(defensive_rating * 1e10) AS INT64)) / 1e10, COUNT(defensive_rating)) AS defensive_rating,
    SAFE_DIVIDE(SUM(CAST(ROUND(pace * 1e10) AS INT64)) / 1e10, COUNT(pace)) AS pace,
    MAX(game_date) AS last_game_date
  FROM nba_precompute.team_history(@start_date, @end_date)
  WHERE nth_last <= 15
  GROUP BY as_of_date, team
)
SELECT
  s.game_id,
  s.team,
  s.opponent,
  s.game_date,
  s.season,
  COALESCE(a.games, 0) AS games_behind,
  COALESCE(a.charted, 0) AS shot_chart_games,
  COALESCE(l.team_games, 0) AS league_team_games,
  COALESCE(l.shot_chart_team_games, 0) AS league_shot_chart_team_games,
  SAFE_DIVIDE(a.paint_attempts, a.charted) AS paint_attempts_allowed,
  SAFE_DIVIDE(a.mid_range_attempts, a.charted) AS mid_range_attempts_allowed,
  SAFE_DIVIDE(a.three_attempts, a.charted) AS three_attempts_allowed,
  SAFE_DIVIDE(a.paint_makes, a.paint_attempts) AS paint_fg_pct_allowed,
  SAFE_DIVIDE(a.mid_range_makes, a.mid_range_attempts) AS mid_range_fg_pct_allowed,
  SAFE_DIVIDE(a.three_makes, a.three_attempts) AS three_fg_pct_allowed,
  l.paint_fg_pct AS league_paint_fg_pct,
  l.mid_range_fg_pct AS league_mid_range_fg_pct,
  l.three_fg_pct AS league_three_fg_pct,
  100 * (SAFE_DIVIDE(a.paint_makes, a.paint_attempts) - l.paint_fg_pct) AS paint_vs_league,
  100 * (SAFE_DIVIDE(a.mid_range_makes, a.mid_range_attempts) - l.mid_range_fg_pct) AS mid_range_vs_league,
  100 * (SAFE_DIVIDE(a.three_makes, a.three_attempts) - l.three_fg_pct) AS three_vs_league,
  a.points_allowed_avg,
  a.defensive_rating,
  a.pace,
  l.pace AS league_pace,
  l.offensive_rating AS league_off_rating,
  (SELECT MAX(d) FROM UNNEST([a.last_game_date, l.last_game_date]) AS d) AS history_through
FROM slate AS s
LEFT JOIN allowed AS a ON a.as_of_date = s.game_date AND a.team = s.team
LEFT JOIN nba_precompute.league_history(@start_date, @end_date) AS l ON l.as_of_date = s.game_date
