-- What a system is judged on: of every player-game with a quote the version that stood at tip-off, once whatever the
-- number of bookmakers. Probabilities are judged at the main line (discrete median of the bookmakers' lines), against the
-- bookmakers' mean probability there without margin; bets at the best price (highest expected value) of all books.
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
judged AS (
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
bets AS (
  SELECT system_id, game_id, player_id, game_date, status, line, recommendation, hit, profit, closing_line_value
  FROM standing
  WHERE recommendation IN ('OVER', 'UNDER')
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY system_id, game_id, player_id ORDER BY expected_value DESC, bookmaker, line
  ) = 1
)
