-- Everybody with features or a prediction on a date: whom a name may mean there.
SELECT player_id, MAX(player_name) AS player_name, MAX(game_id) AS game_id
FROM (
  SELECT player_id, player_name, game_id FROM nba_precompute.ml_feature_store WHERE game_date = @game_date
  UNION ALL
  SELECT player_id, player_name, game_id FROM nba_predictions.player_prop_predictions WHERE game_date = @game_date
)
GROUP BY player_id
ORDER BY player_id
