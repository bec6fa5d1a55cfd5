-- The latest run of every processor over every span that touches the range, of the last partitions of the ledger.
SELECT phase, processor, start_date, end_date, status, error_message, started_at, attempt
FROM nba_orchestration.processor_runs
WHERE DATE(started_at) >= @since
  AND start_date <= @last AND end_date >= @first
  AND phase != 'backfill'
QUALIFY ROW_NUMBER() OVER (PARTITION BY phase, processor, start_date, end_date ORDER BY started_at DESC) = 1
