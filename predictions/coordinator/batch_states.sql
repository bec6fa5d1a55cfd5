-- The batches of a date, newest first, with what is left to do for the newest complete one and the state of the table: the
-- same figures on every row.
{changes}
SELECT
  b.batch_id, b.batch_content, b.created_at, b.cut_at, b.requests_staged, b.requests_in_batch, b.is_complete, b.no_history,
  (SELECT COUNT(*) FROM changes) AS pending_changes,
  (SELECT COUNT(*) FROM standing) AS target_rows,
  (SELECT MAX(loaded_at) FROM standing) AS target_latest
FROM batches AS b
ORDER BY b.created_at DESC, b.cut_at DESC, b.batch_id
