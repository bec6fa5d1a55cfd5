-- Every prediction version made before tip-off, on a line quoted before tip-off, of a game whose box score is whole.
WITH finished AS (
  -- Only with every player's line: who has none in a whole box score did not play, else nobody knows.
  SELECT game_id, game_date, season
  FROM nba_analytics.whole_box_scores(@start_date, @end_date)
),
boxes AS (
  SELECT game_id, game_date, player_id, minutes, points
  FROM nba_analytics.player_lines(@start_date, @end_date)
),
starts AS (
  SELECT game_id, game_date, MAX(tip_off) AS tip_off
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_id, game_date
),
made_before AS (
  SELECT p.* EXCEPT (tip_off), f.season, COALESCE(s.tip_off, p.tip_off) AS tip_off
  FROM nba_predictions.player_prop_predictions AS p
  INNER JOIN finished AS f ON f.game_id = p.game_id AND f.game_date = p.game_date
  LEFT JOIN starts AS s ON s.game_id = p.game_id AND s.game_date = p.game_date
  WHERE p.game_date BETWEEN @start_date AND @end_date
    AND p.created_at < COALESCE(s.tip_off, p.tip_off)
    AND (p.line IS NULL OR p.line_snapshot_at < COALESCE(s.tip_off, p.tip_off))
),
closing AS (
  -- Each bookmaker's last main line before tip-off.
  SELECT q.game_id, q.player_id, q.bookmaker, q.line, q.snapshot_at
  FROM nba_raw.player_prop_lines AS q
  LEFT JOIN starts AS s ON s.game_id = q.game_id AND s.game_date = q.game_date
  WHERE q.game_date BETWEEN @start_date AND @end_date
    AND q.market = 'player_points'
    AND q.is_main_line
    AND q.snapshot_at < COALESCE(s.tip_off, q.tip_off)
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY q.game_id, q.player_id, q.bookmaker ORDER BY q.snapshot_at DESC, q.line
  ) = 1
),
settled AS (
  SELECT
    m.*,
    b.minutes,
    -- A player without a box score line, or without a minute in it, did not play.
    IF(b.minutes > 0, b.points, NULL) AS actual_points,
    CASE
      WHEN NOT COALESCE(b.minutes > 0, FALSE) THEN 'void'
      WHEN m.line IS NULL THEN 'no_line'
      WHEN b.points = m.line THEN 'push'
      ELSE 'graded'
    END AS status,
    -- Given that it is no push, as the stake is then returned; equal to p_over on a half line.
    SAFE_DIVIDE(m.p_over, m.p_over + m.p_under) AS p_over_no_push,
    IF(c.snapshot_at > m.line_snapshot_at, c.line, NULL) AS closing_line
  FROM made_before AS m
  LEFT JOIN boxes AS b
    ON b.game_id = m.game_id AND b.player_id = m.player_id AND b.game_date = m.game_date
  LEFT JOIN closing AS c
    ON c.game_id = m.game_id AND c.player_id = m.player_id AND c.bookmaker = m.bookmaker
),
-- Of a distribution F on 0, 1, 2 … and the points y scored: CRPS = SUM over k >= 0 of (F(k) - [y <= k])^2 (Gneiting and
-- Raftery 2007). The table ends where F is 1: beyond it a term is 1 up to y, and 0 from there on. The pinball loss of
-- the q-quantile x is q (y - x) where y >= x, else (1 - q) (x - y). One distribution serves all bookmakers of a player,
-- so each is scored once.
met AS (
  SELECT DISTINCT game_date, distribution_id, actual_points
  FROM settled
  WHERE distribution_id IS NOT NULL AND actual_points IS NOT NULL
),
scored AS (
  SELECT
    m.distribution_id, m.actual_points,
    -- Summed as integers of 1e-12 points: the sum may not depend on the order of its terms.
    SUM(CAST(ROUND(POW(f - IF(k >= m.actual_points, 1, 0), 2) * 1e12) AS INT64)) / 1e12
      + GREATEST(m.actual_points - COUNT(*), 0) AS crps,
    MIN(IF(f >= 0.1, k, NULL)) AS quantile_10,
    MIN(IF(f >= 0.5, k, NULL)) AS quantile_50,
    MIN(IF(f >= 0.9, k, NULL)) AS quantile_90
  FROM met AS m
  INNER JOIN nba_predictions.predictive_distributions AS d
    ON d.distribution_id = m.distribution_id AND d.game_date = m.game_date
  CROSS JOIN UNNEST(d.cdf) AS f WITH OFFSET AS k
  WHERE d.game_date BETWEEN @start_date AND @end_date
  GROUP BY m.distribution_id, m.actual_points
)
SELECT
  s.prediction_id, s.game_id, s.game_date, s.season, s.player_id, s.player_name, s.team, s.opponent, s.system_id,
  s.model_version, s.feature_version, s.bookmaker, s.line, s.over_price, s.under_price, s.fair_p_over, s.predicted_points,
  s.spread, s.p_over, s.p_under, s.p_push, s.expected_value, s.recommendation, s.status, s.minutes, s.actual_points,
  CASE
    WHEN s.actual_points > s.line THEN 'OVER'
    WHEN s.actual_points < s.line THEN 'UNDER'
    WHEN s.actual_points = s.line THEN 'PUSH'
  END AS outcome,
  s.predicted_points - s.actual_points AS signed_error,
  ABS(s.predicted_points - s.actual_points) AS absolute_error,
  ABS(s.line - s.actual_points) AS line_absolute_error,
  c.crps,
  -- 1e-10 is the precision that probabilities are kept in.
  IF(
    s.status = 'graded',
    ROUND(-LN(GREATEST(IF(s.actual_points > s.line, s.p_over_no_push, 1 - s.p_over_no_push), 1e-10)), 10),
    NULL
  ) AS log_score,
  IF(s.status = 'graded', ROUND(POW(s.p_over_no_push - IF(s.actual_points > s.line, 1, 0), 2), 10), NULL) AS brier,
  IF(
    s.status = 'graded',
    ROUND(-LN(GREATEST(IF(s.actual_points > s.line, s.fair_p_over, 1 - s.fair_p_over), 1e-10)), 10),
    NULL
  ) AS fair_log_score,
  IF(s.status = 'graded', ROUND(POW(s.fair_p_over - IF(s.actual_points > s.line, 1, 0), 2), 10), NULL) AS fair_brier,
  CASE
    WHEN s.status != 'graded' THEN NULL
    WHEN s.recommendation = 'OVER' THEN s.actual_points > s.line
    WHEN s.recommendation = 'UNDER' THEN s.actual_points < s.line
  END AS hit,
  CASE
    WHEN s.recommendation NOT IN ('OVER', 'UNDER') THEN NULL
    WHEN s.status IN ('push', 'void') THEN 0
    WHEN s.recommendation = 'OVER' THEN IF(s.actual_points > s.line, s.over_price - 1, -1)
    ELSE IF(s.actual_points < s.line, s.under_price - 1, -1)
  END AS profit,
  s.closed_at IS NULL OR s.closed_at >= s.tip_off AS was_current_at_tip_off,
  s.closing_line,
  CASE s.recommendation
    WHEN 'OVER' THEN s.closing_line - s.line
    WHEN 'UNDER' THEN s.line - s.closing_line
  END AS closing_line_value,
  s.created_at, s.line_snapshot_at, s.tip_off,
  s.distribution_id,
  c.quantile_10, c.quantile_50, c.quantile_90,
  ROUND((
    IF(s.actual_points >= c.quantile_10, 0.1 * (s.actual_points - c.quantile_10), 0.9 * (c.quantile_10 - s.actual_points))
    + 0.5 * ABS(s.actual_points - c.quantile_50)
    + IF(s.actual_points >= c.quantile_90, 0.9 * (s.actual_points - c.quantile_90), 0.1 * (c.quantile_90 - s.actual_points))
  ) / 3, 10) AS pinball
FROM settled AS s
LEFT JOIN scored AS c ON c.distribution_id = s.distribution_id AND c.actual_points = s.actual_points
