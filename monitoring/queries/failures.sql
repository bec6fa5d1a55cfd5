-- Runs of the last seven days that did not go well, by processor and kind of error; the newest words of each.
-- bq query --use_legacy_sql=false < monitoring/queries/failures.sql
SELECT
  phase,
  processor,
  status,
  COALESCE(error_type, '-') AS error_type,
  COUNT(*) AS runs,
  MAX(started_at) AS latest,
  ARRAY_AGG(error_message IGNORE NULLS ORDER BY started_at DESC LIMIT 1)[SAFE_OFFSET(0)] AS latest_message
FROM nba_orchestration.processor_runs
WHERE DATE(started_at) >= DATE_SUB(CURRENT_DATE(), INTERVAL 7 DAY)
  AND status NOT IN ('success', 'unchanged')
GROUP BY phase, processor, status, error_type
ORDER BY runs DESC, phase, processor
