-- Apply the changes. An id is either in the table (restated or dropped) or not (inserted): no row is touched twice.
MERGE nba_predictions.player_prop_predictions AS T
USING (
{changes}
SELECT c.action, c.prediction_id, c.closed_at, c.is_current, s.* EXCEPT (prediction_id)
FROM changes AS c
LEFT JOIN staged AS s ON s.prediction_id = c.prediction_id AND c.action = 'insert'
) AS C
ON T.game_date = @game_date AND T.prediction_id = C.prediction_id
WHEN MATCHED AND C.action = 'drop' THEN DELETE
WHEN MATCHED AND C.action = 'restate' THEN
  UPDATE SET is_current = C.is_current, closed_at = C.closed_at, loaded_at = CURRENT_TIMESTAMP()
WHEN NOT MATCHED BY TARGET AND C.action = 'insert' THEN
  INSERT (
    prediction_id, game_id, game_date, tip_off, player_id, player_name, team, opponent, system_id, model_version,
    feature_version, features_quality, bookmaker, line, over_price, under_price, line_snapshot_at, predicted_points,
    spread, p_over, p_under, p_push, fair_p_over, fair_over_price, fair_under_price, expected_value_over,
    expected_value_under, expected_value, recommendation, reason, content_hash, feature_cutoff, created_at, closed_at,
    is_current, batch_id, distribution_id, loaded_at
  )
  VALUES (
    C.prediction_id, C.game_id, C.game_date, C.tip_off, C.player_id, C.player_name, C.team, C.opponent, C.system_id,
    C.model_version, C.feature_version, C.features_quality, C.bookmaker, C.line, C.over_price, C.under_price,
    C.line_snapshot_at, C.predicted_points, C.spread, C.p_over, C.p_under, C.p_push, C.fair_p_over, C.fair_over_price,
    C.fair_under_price, C.expected_value_over, C.expected_value_under, C.expected_value, C.recommendation, C.reason,
    C.content_hash, C.created_at, C.created_at, C.closed_at, C.is_current, C.batch_id,
    C.distribution_id, CURRENT_TIMESTAMP()
  )
