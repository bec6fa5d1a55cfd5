-- The features of a player-game, version v1: their names, order and meaning are a contract with the models.
-- A missing input leaves a NULL; nothing is filled in. A changed meaning is a new version.
WITH league AS (
  -- Pace of the league: all team-games of the 30 days before the date.
  SELECT
    d.game_date,
    SAFE_DIVIDE(SUM(CAST(ROUND(t.pace * 1e10) AS INT64)) / 1e10, COUNT(t.pace)) AS pace,
    MAX(t.game_date) AS last_game_date
  FROM (
    SELECT DISTINCT game_date
    FROM nba_precompute.player_daily_cache
    WHERE game_date BETWEEN @start_date AND @end_date
  ) AS d
  JOIN nba_analytics.team_offense_game_summary AS t
    ON t.game_date < d.game_date AND t.game_date >= DATE_SUB(d.game_date, INTERVAL 30 DAY)
  WHERE t.game_date BETWEEN DATE_SUB(@start_date, INTERVAL 30 DAY) AND DATE_SUB(@end_date, INTERVAL 1 DAY)
  GROUP BY d.game_date
),
features AS (
  SELECT
    c.game_id,
    c.player_id,
    c.game_date,
    c.season,
    c.player_name,
    c.team,
    c.opponent,
    c.tip_off,
    'v1' AS feature_version,
    p.points_avg_last_5,
    p.points_avg_last_10,
    p.points_avg_season,
    p.points_std_last_10,
    p.games_behind_season AS games_played_season,
    p.games_behind_last_10,
    c.games_last_7_days AS games_in_last_7_days,
    c.games_last_14_days AS games_in_last_14_days,
    p.minutes_avg_last_5,
    p.minutes_avg_last_10,
    p.minutes_avg_last_5 - p.minutes_avg_season AS minutes_change,
    p.usage_avg_last_10,
    p.ts_pct_last_10,
    p.ppm_avg_last_10,
    p.points_avg_last_5 - p.points_avg_last_10 AS recent_trend,
    c.days_rest,
    c.days_rest - c.opponent_days_rest AS rest_advantage,
    CAST(c.back_to_back AS INT64) AS back_to_back,
    CAST(c.is_home AS INT64) AS home_away,
    CAST(c.season_type = 'Playoffs' AS INT64) AS playoff_game,
    p.opponent_def_rating,
    p.opponent_pace,
    p.opponent_pace - l.pace AS pace_score,
    p.team_pace,
    p.team_off_rating,
    p.team_win_pct,
    p.pct_paint,
    p.pct_mid_range,
    p.pct_three,
    p.pct_free_throw,
    p.avg_points_vs_opponent,
    p.games_vs_opponent,
    c.spread,
    c.game_total,
    c.implied_team_total,
    c.current_points_line AS vegas_points_line,
    c.opening_points_line AS vegas_opening_line,
    c.line_movement AS vegas_line_move,
    CAST(c.current_points_line IS NOT NULL AS INT64) AS has_vegas_line,
    c.line_snapshot_at,
    (SELECT MAX(d) FROM UNNEST([p.history_through, l.last_game_date]) AS d) AS history_through
  FROM nba_analytics.upcoming_player_game_context AS c
  JOIN nba_precompute.player_daily_cache AS p
    ON p.game_id = c.game_id AND p.player_id = c.player_id AND p.game_date = c.game_date
  LEFT JOIN league AS l ON l.game_date = c.game_date
  WHERE c.game_date BETWEEN @start_date AND @end_date
    AND p.game_date BETWEEN @start_date AND @end_date
),
counted AS (
  SELECT
    game_id,
    player_id,
    (
      SELECT AS STRUCT COUNT(value) AS present, COUNT(*) AS total
      FROM UNNEST([
        points_avg_last_5, points_avg_last_10, points_avg_season, points_std_last_10, games_played_season,
        games_behind_last_10, games_in_last_7_days, games_in_last_14_days, minutes_avg_last_5, minutes_avg_last_10,
        minutes_change, usage_avg_last_10, ts_pct_last_10, ppm_avg_last_10, recent_trend, days_rest, rest_advantage,
        back_to_back, home_away, playoff_game, opponent_def_rating, opponent_pace, pace_score, team_pace,
        team_off_rating, team_win_pct, pct_paint, pct_mid_range, pct_three, pct_free_throw, avg_points_vs_opponent,
        games_vs_opponent, spread, game_total, implied_team_total, vegas_points_line, vegas_opening_line,
        vegas_line_move, has_vegas_line
      ]) AS value
    ) AS inputs
  FROM features
)
SELECT
  f.* EXCEPT (line_snapshot_at, history_through),
  n.inputs.present AS features_present,
  n.inputs.present / n.inputs.total AS quality,
  f.line_snapshot_at,
  f.history_through
FROM features AS f
JOIN counted AS n ON n.game_id = f.game_id AND n.player_id = f.player_id
