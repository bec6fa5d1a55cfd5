-- Payloads of games whose rows contradicted the schedule or the other log, where either has changed.
SELECT DISTINCT 'payload' AS kind, path AS value
FROM (
  SELECT path, outcome, detail
  FROM nba_orchestration.raw_files
  WHERE scope BETWEEN CAST(@fit_first AS STRING) AND CAST(@fit_last AS STRING)
  QUALIFY ROW_NUMBER() OVER (PARTITION BY path ORDER BY recorded_at DESC) = 1
)
WHERE outcome = 'waiting' AND STRPOS(detail, @do_not_fit) > 0
