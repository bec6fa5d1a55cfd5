-- What lies in quarantine, without its content; what has been read after all only where it is asked for.
SELECT item_id, kind, feed, status, error_type, error_message, attempts, quarantined_date, loaded_at
FROM nba_orchestration.quarantine
WHERE status = 'waiting' OR @with_resolved
ORDER BY loaded_at, item_id
