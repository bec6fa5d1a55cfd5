-- What a system is judged on: of every player-game with a quote the version that stood at tip-off, once whatever the
-- number of bookmakers. Probabilities are judged at the main line (discrete median of the bookmakers' lines), against the
-- bookmakers' mean probability there without margin; bets at the best price (highest expected value) of all books.
-- Beside the systems stand two rivals, on every player-game that any system was judged on: 'market', the main line with
-- the bookmakers' probability, and 'ewma', the weighted mean of his points (half-life 8 games) as of the game. They are
-- numbers, not distributions, so they have no CRPS here; the backtest gives them one.
-- The WITH clause of several statements: `judged` a player-game and system, `bets` of those that were bet on.
WITH standing AS (
  SELECT
    *,
    PERCENTILE_DISC(line, 0.5) OVER (PARTITION BY system_id, game_id, player_id) AS main_line
  FROM nba_predictions.prediction_accuracy
  WHERE game_date BETWEEN @first AND @last
    AND was_current_at_tip_off
    AND status IN ('graded', 'push')
    AND predicted_points IS NOT NULL
),
by_system AS (
  SELECT
    system_id,
    game_id,
    player_id,
    MIN(game_date) AS game_date,
    MIN(main_line) AS main_line,
    MIN(actual_points) AS actual_points,
    MIN(signed_error) AS signed_error,
    MIN(absolute_error) AS absolute_error,
    MIN(line_absolute_error) AS line_absolute_error,
    MIN(ABS(quantile_50 - actual_points)) AS median_absolute_error,
    MIN(crps) AS crps,
    MIN(pinball) AS pinball,
    -- Equal lines have equal probabilities: one distribution serves all bookmakers. NULL on a push.
    MIN(log_score) AS log_score,
    MIN(brier) AS brier,
    MIN(SAFE_DIVIDE(p_over, p_over + p_under)) AS p_over,
    AVG(fair_p_over) AS fair_p_over,
    CASE
      WHEN MIN(actual_points) > MIN(line) THEN 1
      WHEN MIN(actual_points) < MIN(line) THEN 0
    END AS went_over
  FROM standing
  WHERE line = main_line
  GROUP BY system_id, game_id, player_id
),
recent AS (
  SELECT game_id, player_id, points_ewma_hl8
  FROM nba_precompute.ml_feature_store
  WHERE game_date BETWEEN @first AND @last
),
player_games AS (
  SELECT
    s.game_id,
    s.player_id,
    MIN(s.game_date) AS game_date,
    MIN(s.main_line) AS main_line,
    MIN(s.actual_points) AS actual_points,
    MIN(s.fair_p_over) AS fair_p_over,
    MIN(s.went_over) AS went_over,
    MIN(r.points_ewma_hl8) AS ewma
  FROM by_system AS s
  LEFT JOIN recent AS r ON r.game_id = s.game_id AND r.player_id = s.player_id
  GROUP BY s.game_id, s.player_id
),
judged AS (
  SELECT s.*, ABS(p.ewma - s.actual_points) AS ewma_absolute_error
  FROM by_system AS s
  INNER JOIN player_games AS p ON p.game_id = s.game_id AND p.player_id = s.player_id
  UNION ALL
  SELECT
    'market' AS system_id, game_id, player_id, game_date, main_line, actual_points,
    main_line - actual_points AS signed_error,
    ABS(main_line - actual_points) AS absolute_error,
    ABS(main_line - actual_points) AS line_absolute_error,
    ABS(main_line - actual_points) AS median_absolute_error,
    CAST(NULL AS FLOAT64) AS crps,
    CAST(NULL AS FLOAT64) AS pinball,
    -LN(IF(went_over = 1, fair_p_over, IF(went_over = 0, 1 - fair_p_over, NULL))) AS log_score,
    POW(fair_p_over - went_over, 2) AS brier,
    fair_p_over AS p_over,
    fair_p_over,
    went_over,
    ABS(ewma - actual_points) AS ewma_absolute_error
  FROM player_games
  UNION ALL
  SELECT
    'ewma' AS system_id, game_id, player_id, game_date, main_line, actual_points,
    ewma - actual_points AS signed_error,
    ABS(ewma - actual_points) AS absolute_error,
    ABS(main_line - actual_points) AS line_absolute_error,
    ABS(ewma - actual_points) AS median_absolute_error,
    CAST(NULL AS FLOAT64) AS crps,
    CAST(NULL AS FLOAT64) AS pinball,
    CAST(NULL AS FLOAT64) AS log_score,
    CAST(NULL AS FLOAT64) AS brier,
    CAST(NULL AS FLOAT64) AS p_over,
    fair_p_over,
    went_over,
    ABS(ewma - actual_points) AS ewma_absolute_error
  FROM player_games
  WHERE ewma IS NOT NULL
),
bets AS (
  SELECT system_id, game_id, player_id, game_date, status, line, recommendation, hit, profit, closing_line_value
  FROM standing
  WHERE recommendation IN ('OVER', 'UNDER')
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY system_id, game_id, player_id ORDER BY expected_value DESC, bookmaker, line
  ) = 1
)
