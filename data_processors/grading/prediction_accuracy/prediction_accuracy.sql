-- Every prediction version made before tip-off, on a line quoted before tip-off, of a game that is finished.
WITH finished AS (
  -- A game has been played on the date when both teams have a box score there.
  SELECT t.game_id, t.game_date, MAX(t.season) AS season
  FROM nba_raw.team_boxscores AS t
  WHERE t.game_date BETWEEN @start_date AND @end_date
  GROUP BY t.game_id, t.game_date
  HAVING COUNT(DISTINCT t.team) = 2
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
  LEFT JOIN nba_raw.player_boxscores AS b
    ON b.game_id = m.game_id AND b.player_id = m.player_id AND b.game_date = m.game_date
  LEFT JOIN closing AS c
    ON c.game_id = m.game_id AND c.player_id = m.player_id AND c.bookmaker = m.bookmaker
),
-- CRPS = SUM over k >= 0 of (P(X <= k) - [actual <= k])^2 for the normal discretised on the integers from 0:
-- P(X <= k) = Phi((k + 1/2 - predicted_points) / spread). One distribution serves all bookmakers of a player, so each is
-- summed once. Beyond 8 spreads above the prediction and beyond the actual points the terms are 0 to 15 digits.
distributions AS (
  SELECT DISTINCT predicted_points, spread, actual_points
  FROM settled
  WHERE predicted_points IS NOT NULL AND actual_points IS NOT NULL
),
steps AS (
  SELECT
    d.predicted_points, d.spread, d.actual_points, k,
    (k + 0.5 - d.predicted_points) / d.spread AS z,
    ABS((k + 0.5 - d.predicted_points) / d.spread) AS a
  FROM distributions AS d
  CROSS JOIN UNNEST(
    GENERATE_ARRAY(0, GREATEST(d.actual_points, CAST(CEIL(d.predicted_points + 8 * d.spread) AS INT64)))
  ) AS k
),
tails AS (
  -- The upper tail 1 - Phi(a) by Hart's rational approximation, as in G. West, "Better approximations to cumulative normal
  -- functions", Wilmott Magazine, May 2005: double precision up to a = 7.07; beyond it 1e-12 is 0 here.
  SELECT
    predicted_points, spread, actual_points, k, z,
    IF(
      a < 7.07106781186547,
      EXP(-a * a / 2) * (
        (((((0.0352624965998911 * a + 0.700383064443688) * a + 6.37396220353165) * a + 33.912866078383) * a
          + 112.079291497871) * a + 221.213596169931) * a + 220.206867912376
      ) / (
        ((((((0.0883883476483184 * a + 1.75566716318264) * a + 16.064177579207) * a + 86.7807322029461) * a
          + 296.564248779674) * a + 637.333633378831) * a + 793.826512519948) * a + 440.413735824752
      ),
      0
    ) AS tail
  FROM steps
),
scored AS (
  SELECT
    predicted_points, spread, actual_points,
    -- Summed as integers of 1e-12 points: the sum may not depend on the order of its terms.
    SUM(CAST(ROUND(POW(IF(z > 0, 1 - tail, tail) - IF(k >= actual_points, 1, 0), 2) * 1e12) AS INT64)) / 1e12 AS crps
  FROM tails
  GROUP BY predicted_points, spread, actual_points
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
  s.created_at, s.line_snapshot_at, s.tip_off
FROM settled AS s
LEFT JOIN scored AS c
  ON c.predicted_points = s.predicted_points AND c.spread = s.spread AND c.actual_points = s.actual_points
