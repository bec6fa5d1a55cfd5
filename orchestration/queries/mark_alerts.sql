-- What became of the findings that a message had claimed.
UPDATE nba_orchestration.alerts
SET status = @status, sent_at = IF(@status = 'sent', @at, sent_at), loaded_at = @at
WHERE alert_date = @today AND message_id = @message_id AND status = 'claimed'
