-- How Phase 2 ended last, by feed, since a moment (real time).
SELECT processor, status, error_message
FROM nba_orchestration.processor_runs
WHERE DATE(started_at) >= DATE(@since) AND started_at >= @since AND phase = 'phase2'
QUALIFY ROW_NUMBER() OVER (PARTITION BY processor ORDER BY finished_at DESC) = 1
