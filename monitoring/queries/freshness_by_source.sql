-- When each source last answered, and with what: the newest payload by its fetch date, and the newest account of one.
-- bq query --use_legacy_sql=false < monitoring/queries/freshness_by_source.sql
SELECT
  feed,
  MAX(fetched_date) AS newest_payload,
  DATE_DIFF(CURRENT_DATE(), MAX(fetched_date), DAY) AS days_old,
  MAX(recorded_at) AS last_read,
  COUNT(*) AS accounts,
  COUNTIF(outcome = 'landed') AS landed,
  COUNTIF(outcome = 'quarantined') AS quarantined
FROM nba_orchestration.raw_files
WHERE fetched_date >= '2000-01-01'
GROUP BY feed
ORDER BY newest_payload, feed
