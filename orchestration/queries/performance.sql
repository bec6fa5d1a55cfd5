-- Per system and metric: the mean over player-games (over bets, where it is a bet's), and its standard error clustered by
-- game: players of a game share its pace and its blow-outs. With m the mean, n the rows, G the games and s_g, n_g a game's
-- sum and rows: variance = G / (G - 1) * SUM over games of (s_g - m * n_g)^2 / n^2 (Liang and Zeger 1986).
{graded_rows},
rows_of_metrics AS (
  SELECT j.system_id, j.game_id, m.metric AS metric, m.amount AS amount
  FROM judged AS j
  CROSS JOIN UNNEST([
    STRUCT('absolute_error' AS metric, j.absolute_error AS amount),
    -- The median minimises the mean absolute error, as the mean does the squared one.
    STRUCT('median_absolute_error' AS metric, j.median_absolute_error AS amount),
    STRUCT('signed_error' AS metric, j.signed_error AS amount),
    STRUCT('squared_error' AS metric, POW(j.signed_error, 2) AS amount),
    STRUCT('crps' AS metric, j.crps AS amount),
    STRUCT('pinball' AS metric, j.pinball AS amount),
    STRUCT('log_loss' AS metric, j.log_score AS amount),
    STRUCT('brier' AS metric, j.brier AS amount),
    STRUCT('line_absolute_error' AS metric, j.line_absolute_error AS amount),
    STRUCT('ewma_absolute_error' AS metric, j.ewma_absolute_error AS amount),
    STRUCT('absolute_error_minus_lines' AS metric, j.absolute_error - j.line_absolute_error AS amount),
    STRUCT(
      'market_log_loss' AS metric,
      -LN(IF(j.went_over = 1, j.fair_p_over, IF(j.went_over = 0, 1 - j.fair_p_over, NULL))) AS amount
    ),
    STRUCT('market_brier' AS metric, POW(j.fair_p_over - j.went_over, 2) AS amount),
    STRUCT(
      'log_loss_minus_markets' AS metric,
      j.log_score + LN(IF(j.went_over = 1, j.fair_p_over, IF(j.went_over = 0, 1 - j.fair_p_over, NULL))) AS amount
    ),
    STRUCT('over_rate' AS metric, CAST(j.went_over AS FLOAT64) AS amount)
  ]) AS m
  UNION ALL
  SELECT b.system_id, b.game_id, m.metric AS metric, m.amount AS amount
  FROM bets AS b
  CROSS JOIN UNNEST([
    STRUCT('hit_rate' AS metric, CAST(IF(b.hit IS NULL, NULL, IF(b.hit, 1, 0)) AS FLOAT64) AS amount),
    STRUCT('roi' AS metric, b.profit AS amount),
    STRUCT('closing_line_value' AS metric, b.closing_line_value AS amount)
  ]) AS m
),
by_game AS (
  SELECT system_id, metric, game_id, COUNT(*) AS n, SUM(amount) AS total
  FROM rows_of_metrics
  WHERE amount IS NOT NULL
  GROUP BY system_id, metric, game_id
),
means AS (
  SELECT system_id, metric, SUM(n) AS n, COUNT(*) AS games, SUM(total) / SUM(n) AS mean
  FROM by_game
  GROUP BY system_id, metric
)
SELECT
  m.system_id,
  m.metric,
  m.n,
  m.games,
  m.mean,
  -- NULL for a single game: nothing is known of how games differ.
  SQRT(SAFE_DIVIDE(m.games, m.games - 1) * SUM(POW(g.total - m.mean * g.n, 2))) / m.n AS standard_error
FROM means AS m
JOIN by_game AS g ON g.system_id = m.system_id AND g.metric = m.metric
GROUP BY m.system_id, m.metric, m.n, m.games, m.mean
ORDER BY m.system_id, m.metric
