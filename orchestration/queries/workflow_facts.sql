-- What is known of a game date: its tip-offs, and for each workflow the clock of its last good run for it.
SELECT 'tip_off' AS kind, CAST(NULL AS STRING) AS workflow, tip_off AS moment
FROM nba_analytics.games
WHERE game_date = @game_date AND is_scheduled AND tip_off IS NOT NULL
UNION ALL
SELECT 'run', processor, MAX(TIMESTAMP(input_version))
FROM nba_orchestration.processor_runs
WHERE DATE(started_at) >= DATE(@since)
  AND phase = 'workflow' AND status = 'success' AND start_date = @game_date AND input_version IS NOT NULL
GROUP BY processor
