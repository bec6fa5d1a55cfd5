-- One item of the quarantine, whole.
SELECT item_id, kind, feed, raw_path, status, error_type, error_message, attempts, quarantined_date, loaded_at, content
FROM nba_orchestration.quarantine
WHERE item_id = @item_id
