-- Bytes that each processor's statements read in the last seven days, and what they cost on demand: 6.25 USD a TiB, with
-- BigQuery's minimum of 10 MB a statement taken once a run that read something (docs/costs.md counts every statement).
-- bq query --use_legacy_sql=false < monitoring/queries/cost_by_processor.sql
SELECT
  phase,
  processor,
  COUNT(*) AS runs,
  SUM(COALESCE(bytes_processed, 0)) AS bytes_processed,
  SUM(IF(COALESCE(bytes_processed, 0) = 0, 0, GREATEST(bytes_processed, 10 * 1024 * 1024))) AS bytes_billed,
  ROUND(
    SUM(IF(COALESCE(bytes_processed, 0) = 0, 0, GREATEST(bytes_processed, 10 * 1024 * 1024))) / POW(1024, 4) * 6.25, 6
  ) AS usd
FROM nba_orchestration.processor_runs
WHERE DATE(started_at) >= DATE_SUB(CURRENT_DATE(), INTERVAL 7 DAY)
GROUP BY phase, processor
ORDER BY bytes_billed DESC, phase, processor
