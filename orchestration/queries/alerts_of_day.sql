-- What was told, or is about to be, on an Eastern date; of the date before it what was over its limit.
SELECT alert_date, alert_key, status, message_id, claimed_at
FROM nba_orchestration.alerts
WHERE alert_date = @today OR (alert_date = DATE_SUB(@today, INTERVAL 1 DAY) AND status = 'held')
