-- Form of a player and of both teams before a game, a row for every row of the context.
-- Every look at results goes through nba_precompute.player_history and team_history: the rules about time stand there.
-- Means and spreads come from exact sums of integers (a rate counts in units of 1e-10), so that they are
-- the same bits in whatever order the rows come and however long the range is.
WITH players AS (
  SELECT game_id, player_id, game_date, season, team, opponent
  FROM nba_analytics.upcoming_player_game_context
  WHERE game_date BETWEEN @start_date AND @end_date
),
appearances AS (
  SELECT * FROM nba_precompute.player_history(@start_date, @end_date)
),
windowed AS (
  SELECT a.target_id, a.player_id, w AS game_window, a.points, a.minutes, a.usage_rate
  FROM appearances AS a
  CROSS JOIN UNNEST(['last_5', 'last_10', 'last_20', 'season']) AS w
  WHERE CASE w
    WHEN 'last_5' THEN a.nth_last <= 5
    WHEN 'last_10' THEN a.nth_last <= 10
    WHEN 'last_20' THEN a.nth_last <= 20
    ELSE a.same_season
  END
),
sums AS (
  SELECT
    target_id,
    player_id,
    game_window,
    COUNT(*) AS games,
    COUNT(points) AS points_n,
    SUM(points) AS points_sum,
    SUM(points * points) AS points_squares,
    SUM(minutes) AS minutes_sum,
    SUM(minutes * minutes) AS minutes_squares,
    COUNT(usage_rate) AS usage_n,
    -- In units of 1e-12, so that small spreads come out right too; rates of up to 300 percent stay within INT64.
    SUM(CAST(ROUND(usage_rate * 1e12) AS INT64)) / 1e12 AS usage_sum,
    SUM(CAST(ROUND(usage_rate * usage_rate * 1e12) AS INT64)) / 1e12 AS usage_squares
  FROM windowed
  GROUP BY target_id, player_id, game_window
),
moments AS (
  -- Sample variance = (n * sum of squares - square of the sum) / (n * (n - 1)); NULL below two games.
  SELECT
    target_id,
    player_id,
    game_window,
    games,
    SAFE_DIVIDE(points_sum, points_n) AS points_avg,
    SQRT(SAFE_DIVIDE(points_n * points_squares - points_sum * points_sum, points_n * (points_n - 1))) AS points_std,
    minutes_sum / games AS minutes_avg,
    SQRT(SAFE_DIVIDE(games * minutes_squares - minutes_sum * minutes_sum, games * (games - 1))) AS minutes_std,
    SAFE_DIVIDE(usage_sum, usage_n) AS usage_avg,
    -- Equal rates may come out a hair below zero.
    SQRT(GREATEST(SAFE_DIVIDE(usage_n * usage_squares - usage_sum * usage_sum, usage_n * (usage_n - 1)), 0)) AS usage_std
  FROM sums
),
spread_out AS (
  SELECT
    target_id,
    player_id,
    MAX(IF(game_window = 'last_5', games, NULL)) AS games_behind_last_5,
    MAX(IF(game_window = 'last_10', games, NULL)) AS games_behind_last_10,
    MAX(IF(game_window = 'last_20', games, NULL)) AS games_behind_last_20,
    MAX(IF(game_window = 'season', games, NULL)) AS games_behind_season,
    MAX(IF(game_window = 'last_5', points_avg, NULL)) AS points_avg_last_5,
    MAX(IF(game_window = 'last_5', points_std, NULL)) AS points_std_last_5,
    MAX(IF(game_window = 'last_10', points_avg, NULL)) AS points_avg_last_10,
    MAX(IF(game_window = 'last_10', points_std, NULL)) AS points_std_last_10,
    MAX(IF(game_window = 'last_20', points_avg, NULL)) AS points_avg_last_20,
    MAX(IF(game_window = 'last_20', points_std, NULL)) AS points_std_last_20,
    MAX(IF(game_window = 'season', points_avg, NULL)) AS points_avg_season,
    MAX(IF(game_window = 'season', points_std, NULL)) AS points_std_season,
    MAX(IF(game_window = 'last_5', minutes_avg, NULL)) AS minutes_avg_last_5,
    MAX(IF(game_window = 'last_5', minutes_std, NULL)) AS minutes_std_last_5,
    MAX(IF(game_window = 'last_10', minutes_avg, NULL)) AS minutes_avg_last_10,
    MAX(IF(game_window = 'last_10', minutes_std, NULL)) AS minutes_std_last_10,
    MAX(IF(game_window = 'last_20', minutes_avg, NULL)) AS minutes_avg_last_20,
    MAX(IF(game_window = 'last_20', minutes_std, NULL)) AS minutes_std_last_20,
    MAX(IF(game_window = 'season', minutes_avg, NULL)) AS minutes_avg_season,
    MAX(IF(game_window = 'season', minutes_std, NULL)) AS minutes_std_season,
    MAX(IF(game_window = 'last_5', usage_avg, NULL)) AS usage_avg_last_5,
    MAX(IF(game_window = 'last_5', usage_std, NULL)) AS usage_std_last_5,
    MAX(IF(game_window = 'last_10', usage_avg, NULL)) AS usage_avg_last_10,
    MAX(IF(game_window = 'last_10', usage_std, NULL)) AS usage_std_last_10,
    MAX(IF(game_window = 'last_20', usage_avg, NULL)) AS usage_avg_last_20,
    MAX(IF(game_window = 'last_20', usage_std, NULL)) AS usage_std_last_20,
    MAX(IF(game_window = 'season', usage_avg, NULL)) AS usage_avg_season,
    MAX(IF(game_window = 'season', usage_std, NULL)) AS usage_std_season
  FROM moments
  GROUP BY target_id, player_id
),
shooting AS (
  SELECT
    target_id,
    player_id,
    SAFE_DIVIDE(SUM(IF(nth_last <= 10, points, 0)),
      2 * (SUM(IF(nth_last <= 10, fga, 0)) + 0.44 * SUM(IF(nth_last <= 10, fta, 0)))) AS ts_pct_last_10,
    SAFE_DIVIDE(SUM(IF(nth_last <= 10, fgm, 0)) + 0.5 * SUM(IF(nth_last <= 10, fg3m, 0)),
      SUM(IF(nth_last <= 10, fga, 0))) AS efg_pct_last_10,
    SAFE_DIVIDE(SUM(IF(nth_last <= 10, fg3a, 0)), SUM(IF(nth_last <= 10, fga, 0))) AS fg3a_rate_last_10,
    SAFE_DIVIDE(SUM(IF(nth_last <= 10, fta, 0)), SUM(IF(nth_last <= 10, fga, 0))) AS fta_rate_last_10,
    SAFE_DIVIDE(SUM(IF(nth_last <= 10, points, 0)), SUM(IF(nth_last <= 10, minutes, 0))) AS ppm_avg_last_10,
    SAFE_DIVIDE(SUM(points), 2 * (SUM(fga) + 0.44 * SUM(fta))) AS ts_pct_last_20,
    SAFE_DIVIDE(SUM(fgm) + 0.5 * SUM(fg3m), SUM(fga)) AS efg_pct_last_20,
    SAFE_DIVIDE(SUM(fg3a), SUM(fga)) AS fg3a_rate_last_20,
    SAFE_DIVIDE(SUM(fta), SUM(fga)) AS fta_rate_last_20,
    SAFE_DIVIDE(SUM(points), SUM(minutes)) AS ppm_avg_last_20,
    -- Games without a shot chart have NULL zones and stay out of these sums.
    COUNT(paint_attempts) AS shot_chart_games_last_20,
    SAFE_DIVIDE(SUM(paint_attempts), SUM(paint_attempts + mid_range_attempts + three_attempts)) AS pct_paint,
    SAFE_DIVIDE(SUM(mid_range_attempts), SUM(paint_attempts + mid_range_attempts + three_attempts)) AS pct_mid_range,
    SAFE_DIVIDE(SUM(three_attempts), SUM(paint_attempts + mid_range_attempts + three_attempts)) AS pct_three,
    SAFE_DIVIDE(SUM(ftm), SUM(points)) AS pct_free_throw
  FROM appearances
  WHERE nth_last <= 20
  GROUP BY target_id, player_id
),
meetings AS (
  SELECT
    target_id,
    player_id,
    SAFE_DIVIDE(SUM(IF(same_opponent, points, NULL)), COUNT(IF(same_opponent, points, NULL))) AS avg_points_vs_opponent,
    COUNTIF(same_opponent) AS games_vs_opponent,
    SAFE_DIVIDE(SUM(IF(same_season, points, NULL)), SUM(IF(same_season, minutes, NULL))) AS ppm_avg_season,
    MAX(game_date) AS last_game_date
  FROM appearances
  GROUP BY target_id, player_id
),
medians AS (
  SELECT DISTINCT target_id, player_id, PERCENTILE_CONT(points, 0.5) OVER (PARTITION BY target_id, player_id) AS points_median_last_20
  FROM appearances
  WHERE nth_last <= 20
),
-- Recent games count more: a game's weight halves every 3, 8 or 20 games. Weights are whole numbers of 1e-12, so that
-- these sums are exact too.
weighted AS (
  SELECT
    *,
    SAFE_DIVIDE(fga + 0.44 * fta, team_fga + 0.44 * team_fta) AS plays_share,
    CAST(ROUND(POW(0.5, (nth_last - 1) / 3) * 1e12) AS INT64) AS w3,
    CAST(ROUND(POW(0.5, (nth_last - 1) / 8) * 1e12) AS INT64) AS w8,
    CAST(ROUND(POW(0.5, (nth_last - 1) / 20) * 1e12) AS INT64) AS w20
  FROM appearances
  WHERE nth_last <= 60
),
decayed AS (
  SELECT
    target_id,
    player_id,
    SAFE_DIVIDE(SUM(w3 * points), SUM(IF(points IS NULL, NULL, w3))) AS points_ewma_hl3,
    SAFE_DIVIDE(SUM(w8 * points), SUM(IF(points IS NULL, NULL, w8))) AS points_ewma_hl8,
    SAFE_DIVIDE(SUM(w20 * points), SUM(IF(points IS NULL, NULL, w20))) AS points_ewma_hl20,
    SAFE_DIVIDE(SUM(w3 * minutes), SUM(IF(minutes IS NULL, NULL, w3))) AS minutes_ewma_hl3,
    SAFE_DIVIDE(SUM(w8 * minutes), SUM(IF(minutes IS NULL, NULL, w8))) AS minutes_ewma_hl8,
    SAFE_DIVIDE(SUM(w20 * minutes), SUM(IF(minutes IS NULL, NULL, w20))) AS minutes_ewma_hl20,
    SAFE_DIVIDE(SUM(w8 * fga), SUM(IF(fga IS NULL, NULL, w8))) AS fga_ewma_hl8,
    SAFE_DIVIDE(SUM(w8 * fta), SUM(IF(fta IS NULL, NULL, w8))) AS fta_ewma_hl8,
    SAFE_DIVIDE(SUM(w8 * fg3a), SUM(IF(fg3a IS NULL, NULL, w8))) AS fg3a_ewma_hl8,
    SAFE_DIVIDE(SUM(w20 * fga) + 0.44 * SUM(w20 * fta), SUM(w20)) AS plays_ewma_hl20,
    SAFE_DIVIDE(SUM(w8 * points), SUM(w8 * minutes)) AS ppm_ewma_hl8,
    SAFE_DIVIDE(SUM(w20 * points), SUM(w20 * minutes)) AS ppm_ewma_hl20,
    SAFE_DIVIDE(SUM(w20 * points), 2 * (SUM(w20 * fga) + 0.44 * SUM(w20 * fta))) AS ts_pct_ewma_hl20,
    SAFE_DIVIDE(SUM(CAST(ROUND(w8 * usage_rate) AS INT64)), SUM(IF(usage_rate IS NULL, NULL, w8))) AS usage_ewma_hl8,
    SAFE_DIVIDE(SUM(CAST(ROUND(w8 * plays_share) AS INT64)), SUM(IF(plays_share IS NULL, NULL, w8))) AS plays_share_ewma_hl8,
    SAFE_DIVIDE(SUM(CAST(ROUND(w20 * plays_share) AS INT64)), SUM(IF(plays_share IS NULL, NULL, w20))) AS plays_share_ewma_hl20,
    MAX(IF(nth_last = 1, minutes, NULL)) AS minutes_last_game,
    SAFE_DIVIDE(SUM(IF(nth_last <= 2, minutes, NULL)), COUNTIF(nth_last <= 2)) AS minutes_avg_last_2,
    SAFE_DIVIDE(COUNTIF(nth_last <= 10 AND starter), COUNT(IF(nth_last <= 10, starter, NULL))) AS starter_share_last_10
  FROM weighted
  GROUP BY target_id, player_id
),
team_games AS (
  SELECT
    *,
    points - points_allowed AS margin,
    IF(nth_last <= 60, CAST(ROUND(POW(0.5, (nth_last - 1) / 15) * 1e12) AS INT64), 0) AS w15
  FROM nba_precompute.team_history(@start_date, @end_date)
),
team_form AS (
  SELECT
    as_of_date,
    team,
    SAFE_DIVIDE(SUM(IF(nth_last <= 10, CAST(ROUND(pace * 1e10) AS INT64), NULL)) / 1e10,
      COUNT(IF(nth_last <= 10, pace, NULL))) AS pace_last_10,
    SAFE_DIVIDE(SUM(IF(nth_last <= 10, CAST(ROUND(offensive_rating * 1e10) AS INT64), NULL)) / 1e10,
      COUNT(IF(nth_last <= 10, offensive_rating, NULL))) AS off_rating_last_10,
    COUNTIF(nth_last <= 10) AS games_last_10,
    SAFE_DIVIDE(SUM(IF(nth_last <= 15, CAST(ROUND(pace * 1e10) AS INT64), NULL)) / 1e10,
      COUNT(IF(nth_last <= 15, pace, NULL))) AS pace_last_15,
    SAFE_DIVIDE(SUM(IF(nth_last <= 15, CAST(ROUND(defensive_rating * 1e10) AS INT64), NULL)) / 1e10,
      COUNT(IF(nth_last <= 15, defensive_rating, NULL))) AS def_rating_last_15,
    COUNTIF(nth_last <= 15) AS games_last_15,
    SAFE_DIVIDE(COUNTIF(same_season AND win), COUNT(IF(same_season, win, NULL))) AS win_pct,
    SAFE_DIVIDE(SUM(w15 * points_allowed), SUM(IF(points_allowed IS NULL, NULL, w15))) AS points_allowed_ewma,
    SAFE_DIVIDE(SUM(w15 * margin), SUM(IF(margin IS NULL, NULL, w15))) AS margin_ewma,
    MAX(game_date) AS last_game_date
  FROM team_games
  GROUP BY as_of_date, team
)
SELECT
  p.game_id,
  p.player_id,
  p.game_date,
  p.season,
  p.team,
  p.opponent,
  COALESCE(w.games_behind_last_5, 0) AS games_behind_last_5,
  COALESCE(w.games_behind_last_10, 0) AS games_behind_last_10,
  COALESCE(w.games_behind_last_20, 0) AS games_behind_last_20,
  COALESCE(w.games_behind_season, 0) AS games_behind_season,
  w.* EXCEPT (target_id, player_id, games_behind_last_5, games_behind_last_10, games_behind_last_20, games_behind_season),
  s.* EXCEPT (target_id, player_id, shot_chart_games_last_20),
  COALESCE(s.shot_chart_games_last_20, 0) AS shot_chart_games_last_20,
  m.avg_points_vs_opponent,
  IF(p.opponent IS NULL, NULL, COALESCE(m.games_vs_opponent, 0)) AS games_vs_opponent,
  own.pace_last_10 AS team_pace,
  own.off_rating_last_10 AS team_off_rating,
  IF(p.team IS NULL, NULL, COALESCE(own.games_last_10, 0)) AS team_games_behind,
  own.win_pct AS team_win_pct,
  other.def_rating_last_15 AS opponent_def_rating,
  other.pace_last_15 AS opponent_pace,
  IF(p.opponent IS NULL, NULL, COALESCE(other.games_last_15, 0)) AS opponent_games_behind,
  e.* EXCEPT (target_id, player_id),
  n.points_median_last_20,
  m.ppm_avg_season,
  own.margin_ewma AS team_margin,
  other.margin_ewma AS opponent_margin,
  other.points_allowed_ewma AS opponent_points_allowed,
  (SELECT MAX(d) FROM UNNEST([m.last_game_date, own.last_game_date, other.last_game_date]) AS d) AS history_through
FROM players AS p
LEFT JOIN spread_out AS w ON w.target_id = p.game_id AND w.player_id = p.player_id
LEFT JOIN shooting AS s ON s.target_id = p.game_id AND s.player_id = p.player_id
LEFT JOIN decayed AS e ON e.target_id = p.game_id AND e.player_id = p.player_id
LEFT JOIN medians AS n ON n.target_id = p.game_id AND n.player_id = p.player_id
LEFT JOIN meetings AS m ON m.target_id = p.game_id AND m.player_id = p.player_id
LEFT JOIN team_form AS own ON own.as_of_date = p.game_date AND own.team = p.team
LEFT JOIN team_form AS other ON other.as_of_date = p.game_date AND other.team = p.opponent
