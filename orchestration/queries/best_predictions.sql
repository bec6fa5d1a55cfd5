-- Of one date, the predictions that stood at tip-off with the best expected value, one a player, and what happened.
WITH stood AS (
  SELECT
    p.player_id, p.player_name, p.team, p.opponent, p.line, p.bookmaker, p.predicted_points, p.p_over,
    p.expected_value,
    p.expected_value_over IS NOT NULL
      AND p.expected_value_over >= COALESCE(p.expected_value_under, p.expected_value_over) AS is_over,
    p.over_price, p.under_price, a.status, a.outcome, a.actual_points
  FROM nba_predictions.player_prop_predictions AS p
  JOIN nba_predictions.prediction_accuracy AS a ON a.prediction_id = p.prediction_id
  WHERE p.game_date = @game_date
    AND a.game_date = @game_date
    AND a.was_current_at_tip_off
    AND p.expected_value IS NOT NULL
)
SELECT
  player_name, team, opponent, line, bookmaker, predicted_points, p_over, expected_value, status, actual_points,
  IF(is_over, 'over', 'under') AS side,
  IF(is_over, over_price, under_price) AS price,
  outcome = IF(is_over, 'OVER', 'UNDER') AS won
FROM stood
QUALIFY ROW_NUMBER() OVER (PARTITION BY player_id ORDER BY expected_value DESC, bookmaker) = 1
ORDER BY expected_value DESC, player_name
LIMIT @rows
