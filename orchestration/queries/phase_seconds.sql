-- Seconds of work by phase between two real moments. Parallel processors count each.
SELECT phase, SUM(TIMESTAMP_DIFF(finished_at, started_at, MILLISECOND)) / 1000 AS seconds, COUNT(*) AS runs
FROM nba_orchestration.processor_runs
WHERE started_at >= @since AND started_at < @until AND finished_at IS NOT NULL
GROUP BY phase
