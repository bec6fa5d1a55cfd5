-- What is known of a game date: its tip-offs, and for each workflow the clock of its last good run for it.
SELECT 'tip_off' AS kind, CAST(NULL AS STRING) AS workflow, tip_off AS moment
FROM nba_analytics.games
WHERE game_date = @game_date AND is_scheduled AND tip_off IS NOT NULL
UNION ALL
-- An input_version is free text: what is no moment in it tells of no run.
SELECT 'run', processor, MAX(SAFE_CAST(input_version AS TIMESTAMP)) AS began
FROM nba_orchestration.processor_runs
WHERE DATE(started_at) >= DATE(@since)
  AND phase = 'workflow' AND status = 'success' AND start_date = @game_date
GROUP BY processor
HAVING began IS NOT NULL
