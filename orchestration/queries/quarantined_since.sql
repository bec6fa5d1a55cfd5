-- Payloads and messages that a moment's work left in quarantine.
SELECT kind, feed, item_id, error_message
FROM nba_orchestration.quarantine
WHERE status = 'waiting' AND loaded_at >= @since
ORDER BY loaded_at
