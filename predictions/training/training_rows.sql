-- Player-games that were played, with the features as they stood before the game, the outcome, and the market's consensus
-- (the median main line and the mean fair probability of over in the newest quotes before tip-off).
-- A quote counts while it stands in the newest answer of its feed on the game: one that is missing there was withdrawn, and
-- an answer without any quote withdraws all.
WITH played AS (
  SELECT game_id, player_id, points
  FROM nba_analytics.player_game_summary
  WHERE game_date BETWEEN @first AND @last AND minutes > 0 AND points IS NOT NULL
),
emptied AS (
  SELECT p.event_id, MAX(e.answered_at) AS answered_at
  FROM (
    SELECT event_id, MAX(tip_off) AS tip_off
    FROM nba_raw.player_prop_lines
    WHERE game_date BETWEEN @first AND @last
    GROUP BY event_id
  ) AS p
  JOIN nba_analytics.empty_quote_answers(@first, @last) AS e ON e.event_id = p.event_id
  WHERE e.answered_at < p.tip_off
  GROUP BY p.event_id
),
snapshots AS (
  SELECT p.*
  FROM nba_raw.player_prop_lines AS p
  LEFT JOIN emptied AS e ON e.event_id = p.event_id
  WHERE p.game_date BETWEEN @first AND @last
    AND p.market = 'player_points'
    AND p.snapshot_at < p.tip_off
    AND (e.event_id IS NULL OR p.snapshot_at > e.answered_at)
  QUALIFY p.snapshot_at = MAX(p.snapshot_at) OVER (PARTITION BY p.game_id, p.source)
),
quotes AS (
  SELECT
    p.game_id, p.player_id, p.line,
    -- (1 / over) / (1 / over + 1 / under), without the quotient that fails at a price of 0.
    SAFE_DIVIDE(p.under_price, p.over_price + p.under_price) AS fair_p_over
  FROM snapshots AS p
  WHERE p.is_main_line
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY p.game_id, p.player_id, p.bookmaker ORDER BY p.snapshot_at DESC, p.line
  ) = 1
),
ranked AS (
  SELECT
    game_id, player_id, line, fair_p_over,
    ROW_NUMBER() OVER (PARTITION BY game_id, player_id ORDER BY line) AS place,
    COUNT(*) OVER (PARTITION BY game_id, player_id) AS books
  FROM quotes
),
market AS (
  SELECT
    game_id, player_id,
    -- The middle line, or the mean of the two in the middle.
    AVG(IF(place BETWEEN books / 2 AND books / 2 + 1, line, NULL)) AS market_points_line,
    -- Summed as integers of 1e-12: the sum may not depend on the order of its terms, nor a finished block on a last bit.
    SAFE_DIVIDE(SUM(CAST(ROUND(fair_p_over * 1e12) AS INT64)) / 1e12, COUNT(fair_p_over)) AS market_fair_p_over
  FROM ranked
  GROUP BY game_id, player_id
)
SELECT
  f.game_id, f.player_id, f.game_date, f.feature_version, CAST(g.points AS FLOAT64) AS points,
  m.market_points_line, m.market_fair_p_over,
  {features}
FROM nba_precompute.ml_feature_store AS f
INNER JOIN played AS g ON g.game_id = f.game_id AND g.player_id = f.player_id
LEFT JOIN market AS m ON m.game_id = f.game_id AND m.player_id = f.player_id
WHERE f.game_date BETWEEN @first AND @last
ORDER BY f.game_date, f.game_id, f.player_id
