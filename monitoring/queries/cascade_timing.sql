-- How long a date's cascade took: by cascade (what one trigger set off) first and last second of each phase, the gap
-- before it, and the whole. Newest first, the last seven days by real time.
-- bq query --use_legacy_sql=false < monitoring/queries/cascade_timing.sql
WITH runs AS (
  SELECT
    correlation_id,
    start_date,
    CASE WHEN processor = 'prediction_accuracy' THEN 'grading' ELSE phase END AS phase,
    started_at,
    finished_at
  FROM nba_orchestration.processor_runs
  WHERE DATE(started_at) >= DATE_SUB(CURRENT_DATE(), INTERVAL 7 DAY)
    AND correlation_id IS NOT NULL
    AND finished_at IS NOT NULL
    AND phase IN ('phase1', 'phase2', 'phase3', 'phase4', 'phase5')
),
phases AS (
  SELECT
    correlation_id, phase,
    MAX(start_date) AS game_date,
    MIN(started_at) AS first_second,
    MAX(finished_at) AS last_second,
    COUNT(*) AS runs
  FROM runs
  GROUP BY correlation_id, phase
)
SELECT
  -- What is computed for later dates starts at the date that the trigger was about.
  MIN(game_date) OVER (PARTITION BY correlation_id) AS game_date,
  correlation_id,
  phase,
  runs,
  first_second,
  last_second,
  ROUND(TIMESTAMP_DIFF(last_second, first_second, MILLISECOND) / 1000, 3) AS seconds,
  ROUND(
    TIMESTAMP_DIFF(
      first_second, LAG(last_second) OVER (PARTITION BY correlation_id ORDER BY first_second, phase), MILLISECOND
    ) / 1000,
    3
  ) AS gap_seconds,
  ROUND(
    TIMESTAMP_DIFF(
      MAX(last_second) OVER (PARTITION BY correlation_id),
      MIN(first_second) OVER (PARTITION BY correlation_id),
      MILLISECOND
    ) / 1000,
    3
  ) AS cascade_seconds
FROM phases
ORDER BY MIN(first_second) OVER (PARTITION BY correlation_id) DESC, first_second, phase
LIMIT 200
