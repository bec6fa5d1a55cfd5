-- What nobody will try again by itself, of the last seven days: work that failed on its fifth delivery (Pub/Sub puts the
-- message into the subscription's dead-letter topic then), and what lies in quarantine.
-- bq query --use_legacy_sql=false < monitoring/queries/dead_letters.sql
SELECT 'dead letter' AS kind, processor AS subject, started_at AS since, error_message AS why
FROM nba_orchestration.processor_runs
WHERE DATE(started_at) >= DATE_SUB(CURRENT_DATE(), INTERVAL 7 DAY)
  AND attempt >= 5
  AND status IN ('failed', 'timed_out', 'not_ready')
UNION ALL
SELECT kind, item_id, loaded_at, error_message
FROM nba_orchestration.quarantine
WHERE quarantined_date >= '2000-01-01' AND status = 'waiting'
ORDER BY since DESC
