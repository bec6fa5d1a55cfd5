-- A player's predictions that stand (for a game that has begun: that stood at tip-off), with the distribution that each
-- came from and what became of it.
SELECT p.*, d.cdf, a.status, a.actual_points, a.hit, a.profit
FROM nba_predictions.player_prop_predictions AS p
LEFT JOIN nba_predictions.predictive_distributions AS d
  ON d.distribution_id = p.distribution_id AND d.game_date = p.game_date
LEFT JOIN nba_predictions.prediction_accuracy AS a
  ON a.prediction_id = p.prediction_id AND a.game_date = p.game_date
WHERE p.game_date = @game_date
  AND p.player_id = @player_id
  AND p.created_at < p.tip_off
  AND (p.closed_at IS NULL OR p.closed_at >= p.tip_off)
ORDER BY p.system_id, p.bookmaker, p.line
