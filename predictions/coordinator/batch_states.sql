-- The batches of a date, with what is left to do for the newest complete one and the state of the table: the same figures
-- on every row.
WITH pending AS (
  SELECT COUNT(*) AS changes
  FROM (
{changes}
  ) AS c
),
target AS (
  SELECT COUNT(*) AS row_count, MAX(loaded_at) AS latest
  FROM nba_predictions.player_prop_predictions
  WHERE game_date = @game_date
)
SELECT
  b.batch_id, b.batch_content, b.created_at, b.cut_at, b.requests_staged, b.requests_in_batch, b.is_complete, b.no_history,
  p.changes AS pending_changes,
  t.row_count AS target_rows,
  t.latest AS target_latest
FROM nba_predictions.prediction_batches AS b
CROSS JOIN pending AS p
CROSS JOIN target AS t
WHERE b.game_date = @game_date
ORDER BY b.created_at DESC, b.cut_at DESC, b.batch_id
