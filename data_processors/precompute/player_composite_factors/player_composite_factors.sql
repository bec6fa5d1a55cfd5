-- How fresh a player is and what the match-up and his team offer him before a game: each sum with its parts, a row for every row of
-- the context.
--
-- fatigue_score: 100 is fresh, 0 as tired as the scale knows; the six loads are points taken off, 100 at most together.
-- The other three scores are signed: 0 is neutral, positive means more points for the player.
WITH players AS (
  SELECT
    game_id, player_id, game_date, season, team, opponent, injury_report_at, player_status, teammates_out,
    teammates_out_points_avg,
    games_last_7_days, games_last_14_days, minutes_last_7_days, minutes_last_14_days,
    DATE_DIFF(game_date, last_game_date, DAY) - 1 AS days_off,
    last_game_date
  FROM nba_analytics.upcoming_player_game_context
  WHERE game_date BETWEEN @start_date AND @end_date
),
loads AS (
  -- Without a game within 365 days there is nothing to be tired from, and nothing known either: NULL.
  SELECT
    game_id,
    player_id,
    IF(days_off IS NULL, NULL, 15 * GREATEST(0.0, 1 - days_off / 3)) AS rest_load,
    IF(days_off = 0, 15.0, IF(days_off IS NULL, NULL, 0.0)) AS back_to_back_load,
    IF(days_off IS NULL, NULL, LEAST(15.0, 5.0 * GREATEST(0, games_last_7_days - 2))) AS games_load_7_days,
    IF(days_off IS NULL, NULL, LEAST(10.0, 2.5 * GREATEST(0, games_last_14_days - 5))) AS games_load_14_days,
    IF(days_off IS NULL, NULL, 20 * LEAST(1.0, GREATEST(0.0, (minutes_last_7_days / 7 - 10) / 12))) AS minutes_load_7_days,
    IF(days_off IS NULL, NULL, 25 * LEAST(1.0, GREATEST(0.0, (minutes_last_14_days / 14 - 10) / 10))) AS minutes_load_14_days
  FROM players
),
form AS (
  SELECT
    target_id,
    player_id,
    SAFE_DIVIDE(SUM(CAST(ROUND(usage_rate * 1e12) AS INT64)) / 1e12, COUNT(usage_rate)) AS usage_avg_last_10
  FROM nba_precompute.player_history(@start_date, @end_date)
  WHERE nth_last <= 10
  GROUP BY target_id, player_id
),
team_points AS (
  SELECT as_of_date, team, SAFE_DIVIDE(SUM(points), COUNT(points)) AS points_avg_last_10, COUNT(*) AS games
  FROM nba_precompute.team_history(@start_date, @end_date)
  WHERE nth_last <= 10
  GROUP BY as_of_date, team
),
tonight AS (
  -- Who belongs to a team that has reported tonight, and whether the report leaves him in.
  SELECT game_date, team, player_id, player_status IS DISTINCT FROM 'Out' AS may_play
  FROM players
  WHERE team IS NOT NULL AND injury_report_at IS NOT NULL
),
reported AS (
  SELECT DISTINCT game_date, team FROM tonight
),
usual AS (
  -- What everybody usually gives each team: in units of 1e-12, so that sums over a team are exact.
  SELECT
    as_of_date,
    team,
    player_id,
    COUNT(*) AS games,
    CAST(ROUND(1e12 * SAFE_DIVIDE(SUM(IF(nth_last <= 60, weight * points, NULL)), SUM(IF(nth_last <= 60, weight, NULL)))) AS INT64) AS points,
    CAST(ROUND(1e12 * SAFE_DIVIDE(SUM(IF(nth_last <= 60, weight * minutes, NULL)), SUM(IF(nth_last <= 60, weight, NULL)))) AS INT64) AS minutes,
    MIN(team_nth_last) <= 15 AS in_rotation,
    MIN(team_nth_last) = 1 AS played_last,
    COUNTIF(team_nth_last <= 10) AS played_last_10
  FROM (
    SELECT *, CAST(ROUND(POW(0.5, (nth_last - 1) / 8) * 1e12) AS INT64) AS weight
    FROM nba_precompute.team_player_history(@start_date, @end_date)
  )
  GROUP BY as_of_date, team, player_id
),
expected AS (
  -- Who is available: by the report before tip-off where there is one, else whoever played in the last game.
  SELECT u.*, IF(r.team IS NULL, u.played_last, COALESCE(t.may_play, FALSE)) AS available
  FROM usual AS u
  LEFT JOIN reported AS r ON r.game_date = u.as_of_date AND r.team = u.team
  LEFT JOIN tonight AS t ON t.game_date = u.as_of_date AND t.team = u.team AND t.player_id = u.player_id
),
roles AS (
  SELECT
    me.as_of_date,
    me.team,
    me.player_id,
    me.games AS games_for_team,
    SAFE_DIVIDE(me.points, SUM(IF(other.available, other.points, NULL))) AS share_of_team_points,
    SAFE_DIVIDE(me.minutes, SUM(IF(other.available, other.minutes, NULL))) AS share_of_team_minutes,
    COUNTIF(other.available AND other.points > me.points) AS points_rank_in_team,
    COUNTIF(other.available AND other.minutes > me.minutes) AS minutes_rank_in_team,
    CAST(me.played_last AS INT64) AS played_last_team_game,
    me.played_last_10,
    SUM(IF(NOT other.played_last AND other.player_id != me.player_id, other.points, 0)) / 1e12 AS teammates_out_points_last_game
  FROM expected AS me
  JOIN expected AS other ON other.as_of_date = me.as_of_date AND other.team = me.team AND other.in_rotation
  GROUP BY me.as_of_date, me.team, me.player_id, me.games, me.points, me.minutes, me.played_last, me.played_last_10
),
mixed AS (
  -- The share of his shots in a zone times what the defence allows there beyond the league's mean. `+ 0.0` makes a zero
  -- of a negative zero: the two compare as equal, so a MERGE would keep whichever came first.
  SELECT
    z.game_id,
    z.player_id,
    z.shot_chart_games_last_20 AS shot_chart_games,
    z.paint_share_last_20 * d.paint_vs_league + 0.0 AS zone_mismatch_paint,
    z.mid_range_share_last_20 * d.mid_range_vs_league + 0.0 AS zone_mismatch_mid_range,
    z.three_share_last_20 * d.three_vs_league + 0.0 AS zone_mismatch_three,
    d.games_behind AS opponent_games_behind,
    d.shot_chart_games AS opponent_shot_chart_games,
    d.pace AS opponent_pace,
    d.league_pace,
    (SELECT MAX(day) FROM UNNEST([z.history_through, d.history_through]) AS day) AS history_through
  FROM nba_precompute.player_shot_zone_analysis AS z
  LEFT JOIN nba_precompute.team_defense_zone_analysis AS d
    ON d.game_id = z.game_id AND d.team = z.opponent AND d.game_date = z.game_date
  WHERE z.game_date BETWEEN @start_date AND @end_date
)
SELECT
  p.game_id,
  p.player_id,
  p.game_date,
  p.season,
  p.team,
  p.opponent,
  p.games_last_7_days,
  p.games_last_14_days,
  p.days_off,
  100 - (l.rest_load + l.back_to_back_load + l.games_load_7_days + l.games_load_14_days
    + l.minutes_load_7_days + l.minutes_load_14_days) AS fatigue_score,
  l.rest_load,
  l.back_to_back_load,
  l.games_load_7_days,
  l.games_load_14_days,
  l.minutes_load_7_days,
  l.minutes_load_14_days,
  m.zone_mismatch_paint + m.zone_mismatch_mid_range + m.zone_mismatch_three AS shot_zone_mismatch_score,
  m.zone_mismatch_paint,
  m.zone_mismatch_mid_range,
  m.zone_mismatch_three,
  COALESCE(m.shot_chart_games, 0) AS shot_chart_games,
  IF(p.opponent IS NULL, NULL, COALESCE(m.opponent_shot_chart_games, 0)) AS opponent_shot_chart_games,
  m.opponent_pace - m.league_pace AS pace_score,
  m.opponent_pace,
  m.league_pace,
  IF(p.opponent IS NULL, NULL, COALESCE(m.opponent_games_behind, 0)) AS opponent_games_behind,
  -- The plays of those who are out fall to the others in proportion to what they use already.
  f.usage_avg_last_10 * SAFE_DIVIDE(p.teammates_out_points_avg, t.points_avg_last_10 - p.teammates_out_points_avg)
    AS usage_spike_score,
  f.usage_avg_last_10,
  p.teammates_out,
  p.teammates_out_points_avg,
  t.points_avg_last_10 AS team_points_avg_last_10,
  r.games_for_team,
  r.share_of_team_points,
  r.share_of_team_minutes,
  r.points_rank_in_team,
  r.minutes_rank_in_team,
  r.played_last_team_game,
  t.games - r.played_last_10 AS team_games_missed_last_10,
  r.teammates_out_points_last_game,
  -- A report lists everybody who is not simply available: who is not on it has no risk.
  CASE
    WHEN p.injury_report_at IS NULL THEN NULL
    WHEN p.player_status IS NULL OR p.player_status = 'Available' THEN 0.0
    WHEN p.player_status = 'Probable' THEN 0.25
    WHEN p.player_status = 'Questionable' THEN 0.5
    WHEN p.player_status = 'Doubtful' THEN 0.75
    WHEN p.player_status = 'Out' THEN 1.0
  END AS injury_risk,
  p.player_status,
  (SELECT MAX(day) FROM UNNEST([p.last_game_date, m.history_through]) AS day) AS history_through
FROM players AS p
JOIN loads AS l ON l.game_id = p.game_id AND l.player_id = p.player_id
LEFT JOIN form AS f ON f.target_id = p.game_id AND f.player_id = p.player_id
LEFT JOIN team_points AS t ON t.as_of_date = p.game_date AND t.team = p.team
LEFT JOIN roles AS r ON r.as_of_date = p.game_date AND r.team = p.team AND r.player_id = p.player_id
LEFT JOIN mixed AS m ON m.game_id = p.game_id AND m.player_id = p.player_id
