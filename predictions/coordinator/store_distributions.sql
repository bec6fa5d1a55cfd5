-- Keep the distributions of a batch that are not kept yet. The work is the same whoever does it.
MERGE nba_predictions.predictive_distributions AS T
USING (
  SELECT distribution_id, game_date, cdf
  FROM nba_predictions.prediction_staging
  WHERE game_date = @game_date AND batch_id = @batch_id AND ARRAY_LENGTH(cdf) > 0
  QUALIFY ROW_NUMBER() OVER (PARTITION BY distribution_id ORDER BY request_index, player_id, system_id) = 1
) AS S
ON T.game_date = @game_date AND T.distribution_id = S.distribution_id
WHEN NOT MATCHED BY TARGET THEN
  INSERT (distribution_id, game_date, cdf, loaded_at)
  VALUES (S.distribution_id, S.game_date, S.cdf, CURRENT_TIMESTAMP())
