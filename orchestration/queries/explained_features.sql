-- A player's row of the feature store.
SELECT *
FROM nba_precompute.ml_feature_store
WHERE game_date = @game_date AND player_id = @player_id
