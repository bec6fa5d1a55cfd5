-- What waits for a person: quarantined payloads and messages.
SELECT kind, feed, item_id, error_message
FROM nba_orchestration.quarantine
WHERE status = 'waiting'
ORDER BY loaded_at
