-- Payloads in quarantine that wait to be read after all.
SELECT
  'waiting' AS part,
  item_id AS scope,
  CAST(NULL AS DATE) AS game_date,
  CAST(NULL AS STRING) AS digest,
  CAST(NULL AS TIMESTAMP) AS fetched_at,
  CAST(NULL AS INT64) AS row_count
FROM nba_orchestration.quarantine
WHERE status = 'waiting' AND kind = 'payload' AND feed IN UNNEST(@feeds)
