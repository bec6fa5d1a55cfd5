-- The features of a player-game, version v2: their names, order and meaning are a contract with the models, declared in
-- data_processors/precompute/features.yaml. A missing input leaves a NULL; nothing is filled in. A changed meaning is a
-- new version.
WITH features AS (
  SELECT
    c.game_id,
    c.player_id,
    c.game_date,
    c.season,
    c.player_name,
    c.team,
    c.opponent,
    c.tip_off,
    'v2' AS feature_version,
    p.points_avg_last_5,
    p.points_avg_last_10,
    p.points_avg_season,
    p.points_std_last_10,
    c.games_last_7_days AS games_in_last_7_days,
    k.fatigue_score,
    k.shot_zone_mismatch_score,
    k.pace_score,
    k.usage_spike_score,
    c.days_rest - c.opponent_days_rest AS rest_advantage,
    k.injury_risk,
    p.points_avg_last_5 - p.points_avg_last_10 AS recent_trend,
    p.minutes_avg_last_5 - p.minutes_avg_season AS minutes_change,
    p.opponent_def_rating,
    p.opponent_pace,
    CAST(c.is_home AS INT64) AS home_away,
    CAST(c.back_to_back AS INT64) AS back_to_back,
    CAST(c.season_type = 'Playoffs' AS INT64) AS playoff_game,
    p.pct_paint,
    p.pct_mid_range,
    p.pct_three,
    p.pct_free_throw,
    p.team_pace,
    p.team_off_rating,
    p.team_win_pct,
    c.current_points_line AS vegas_points_line,
    c.opening_points_line AS vegas_opening_line,
    c.line_movement AS vegas_line_move,
    CAST(c.current_points_line IS NOT NULL AS INT64) AS has_vegas_line,
    p.avg_points_vs_opponent,
    p.games_vs_opponent,
    p.minutes_avg_last_10,
    p.ppm_avg_last_10,
    p.games_behind_season AS games_played_season,
    p.games_behind_last_10,
    c.games_last_14_days AS games_in_last_14_days,
    p.minutes_avg_last_5,
    p.usage_avg_last_10,
    p.ts_pct_last_10,
    c.days_rest,
    c.spread,
    c.game_total,
    c.implied_team_total,
    p.points_ewm_3,
    p.points_ewm_8,
    p.points_ewm_20,
    p.minutes_ewm_3,
    p.minutes_ewm_8,
    p.fga_ewm_8,
    p.fg3a_ewm_8,
    p.fta_ewm_8,
    p.usage_ewm_8,
    p.ppm_ewm_8,
    p.ppm_ewm_20,
    p.ts_pct_ewm_20,
    p.team_shot_share_ewm_8,
    p.team_minutes_share_ewm_8,
    p.starter_share_last_10,
    p.points_last_game,
    p.minutes_last_game,
    DATE_DIFF(c.game_date, c.last_game_date, DAY) AS days_since_last_game,
    d.points_allowed_avg AS opponent_points_allowed,
    d.paint_vs_league AS opponent_paint_vs_league,
    d.mid_range_vs_league AS opponent_mid_range_vs_league,
    d.three_vs_league AS opponent_three_vs_league,
    z.paint_fg_pct_last_20,
    z.mid_range_fg_pct_last_20,
    z.three_fg_pct_last_20,
    k.league_pace,
    d.league_off_rating,
    c.teammates_out,
    c.teammates_out_points_avg,
    c.line_snapshot_at,
    (SELECT MAX(day) FROM UNNEST([p.history_through, k.history_through]) AS day) AS history_through
  FROM nba_analytics.upcoming_player_game_context AS c
  JOIN nba_precompute.player_daily_cache AS p
    ON p.game_id = c.game_id AND p.player_id = c.player_id AND p.game_date = c.game_date
  JOIN nba_precompute.player_composite_factors AS k
    ON k.game_id = c.game_id AND k.player_id = c.player_id AND k.game_date = c.game_date
  JOIN nba_precompute.player_shot_zone_analysis AS z
    ON z.game_id = c.game_id AND z.player_id = c.player_id AND z.game_date = c.game_date
  LEFT JOIN nba_precompute.team_defense_zone_analysis AS d
    ON d.game_id = c.game_id AND d.team = c.opponent AND d.game_date = c.game_date
  WHERE c.game_date BETWEEN @start_date AND @end_date
    AND p.game_date BETWEEN @start_date AND @end_date
    AND k.game_date BETWEEN @start_date AND @end_date
    AND z.game_date BETWEEN @start_date AND @end_date
),
flagged AS (
  -- One letter a feature, in their order: B box scores, S shot charts, C schedule, P points quotes, G spreads and totals,
  -- R injury reports, - absent.
  SELECT *, CONCAT(
    IF(points_avg_last_5 IS NULL, '-', 'B'), IF(points_avg_last_10 IS NULL, '-', 'B'),
    IF(points_avg_season IS NULL, '-', 'B'), IF(points_std_last_10 IS NULL, '-', 'B'),
    IF(games_in_last_7_days IS NULL, '-', 'B'), IF(fatigue_score IS NULL, '-', 'B'),
    IF(shot_zone_mismatch_score IS NULL, '-', 'S'), IF(pace_score IS NULL, '-', 'B'),
    IF(usage_spike_score IS NULL, '-', 'R'), IF(rest_advantage IS NULL, '-', 'C'), IF(injury_risk IS NULL, '-', 'R'),
    IF(recent_trend IS NULL, '-', 'B'), IF(minutes_change IS NULL, '-', 'B'),
    IF(opponent_def_rating IS NULL, '-', 'B'), IF(opponent_pace IS NULL, '-', 'B'), IF(home_away IS NULL, '-', 'C'),
    IF(back_to_back IS NULL, '-', 'C'), IF(playoff_game IS NULL, '-', 'C'), IF(pct_paint IS NULL, '-', 'S'),
    IF(pct_mid_range IS NULL, '-', 'S'), IF(pct_three IS NULL, '-', 'S'), IF(pct_free_throw IS NULL, '-', 'B'),
    IF(team_pace IS NULL, '-', 'B'), IF(team_off_rating IS NULL, '-', 'B'), IF(team_win_pct IS NULL, '-', 'B'),
    IF(vegas_points_line IS NULL, '-', 'P'), IF(vegas_opening_line IS NULL, '-', 'P'),
    IF(vegas_line_move IS NULL, '-', 'P'), IF(has_vegas_line IS NULL, '-', 'P'),
    IF(avg_points_vs_opponent IS NULL, '-', 'B'), IF(games_vs_opponent IS NULL, '-', 'B'),
    IF(minutes_avg_last_10 IS NULL, '-', 'B'), IF(ppm_avg_last_10 IS NULL, '-', 'B'),
    IF(games_played_season IS NULL, '-', 'B'), IF(games_behind_last_10 IS NULL, '-', 'B'),
    IF(games_in_last_14_days IS NULL, '-', 'B'), IF(minutes_avg_last_5 IS NULL, '-', 'B'),
    IF(usage_avg_last_10 IS NULL, '-', 'B'), IF(ts_pct_last_10 IS NULL, '-', 'B'), IF(days_rest IS NULL, '-', 'C'),
    IF(spread IS NULL, '-', 'G'), IF(game_total IS NULL, '-', 'G'), IF(implied_team_total IS NULL, '-', 'G'),
    IF(points_ewm_3 IS NULL, '-', 'B'), IF(points_ewm_8 IS NULL, '-', 'B'), IF(points_ewm_20 IS NULL, '-', 'B'),
    IF(minutes_ewm_3 IS NULL, '-', 'B'), IF(minutes_ewm_8 IS NULL, '-', 'B'), IF(fga_ewm_8 IS NULL, '-', 'B'),
    IF(fg3a_ewm_8 IS NULL, '-', 'B'), IF(fta_ewm_8 IS NULL, '-', 'B'), IF(usage_ewm_8 IS NULL, '-', 'B'),
    IF(ppm_ewm_8 IS NULL, '-', 'B'), IF(ppm_ewm_20 IS NULL, '-', 'B'), IF(ts_pct_ewm_20 IS NULL, '-', 'B'),
    IF(team_shot_share_ewm_8 IS NULL, '-', 'B'), IF(team_minutes_share_ewm_8 IS NULL, '-', 'B'),
    IF(starter_share_last_10 IS NULL, '-', 'B'), IF(points_last_game IS NULL, '-', 'B'),
    IF(minutes_last_game IS NULL, '-', 'B'), IF(days_since_last_game IS NULL, '-', 'B'),
    IF(opponent_points_allowed IS NULL, '-', 'B'), IF(opponent_paint_vs_league IS NULL, '-', 'S'),
    IF(opponent_mid_range_vs_league IS NULL, '-', 'S'), IF(opponent_three_vs_league IS NULL, '-', 'S'),
    IF(paint_fg_pct_last_20 IS NULL, '-', 'S'), IF(mid_range_fg_pct_last_20 IS NULL, '-', 'S'),
    IF(three_fg_pct_last_20 IS NULL, '-', 'S'), IF(league_pace IS NULL, '-', 'B'),
    IF(league_off_rating IS NULL, '-', 'B'), IF(teammates_out IS NULL, '-', 'R'),
    IF(teammates_out_points_avg IS NULL, '-', 'R')
  ) AS source_flags
  FROM features
)
SELECT
  * EXCEPT (source_flags, line_snapshot_at, history_through),
  LENGTH(REPLACE(source_flags, '-', '')) AS features_present,
  LENGTH(REPLACE(source_flags, '-', '')) / LENGTH(source_flags) AS quality,
  source_flags,
  line_snapshot_at,
  history_through
FROM flagged
