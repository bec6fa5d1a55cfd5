-- How far predictions that stood at tip-off were off, beside the lines they were made on.
SELECT
  COUNT(*) AS predictions,
  COUNT(DISTINCT CONCAT(game_id, '|', CAST(player_id AS STRING))) AS player_games,
  AVG(absolute_error) AS mean_error,
  AVG(line_absolute_error) AS mean_line_error
FROM nba_predictions.prediction_accuracy
WHERE game_date BETWEEN @first AND @last
  AND status IN ('graded', 'push')
  AND was_current_at_tip_off
