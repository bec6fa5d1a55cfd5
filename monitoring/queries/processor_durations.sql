-- How long each processor takes: median, 95th percentile and longest run of the last seven days, runs that did work only.
-- bq query --use_legacy_sql=false < monitoring/queries/processor_durations.sql
WITH runs AS (
  SELECT phase, processor, TIMESTAMP_DIFF(finished_at, started_at, MILLISECOND) / 1000 AS seconds
  FROM nba_orchestration.processor_runs
  WHERE DATE(started_at) >= DATE_SUB(CURRENT_DATE(), INTERVAL 7 DAY)
    AND finished_at IS NOT NULL
    AND status NOT IN ('unchanged', 'not_ready')
    AND phase != 'backfill'
),
ranked AS (
  SELECT
    phase, processor, seconds,
    PERCENTILE_CONT(seconds, 0.5) OVER (PARTITION BY phase, processor) AS p50,
    PERCENTILE_CONT(seconds, 0.95) OVER (PARTITION BY phase, processor) AS p95
  FROM runs
)
SELECT
  phase,
  processor,
  COUNT(*) AS runs,
  ROUND(MIN(p50), 3) AS p50_seconds,
  ROUND(MIN(p95), 3) AS p95_seconds,
  ROUND(MAX(seconds), 3) AS longest_seconds
FROM ranked
GROUP BY phase, processor
ORDER BY p95_seconds DESC, phase, processor
