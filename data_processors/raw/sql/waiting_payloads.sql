-- Payloads in quarantine that wait to be read after all; in the place of the digest, what kind of error keeps them.
SELECT
  'waiting' AS part,
  item_id AS scope,
  CAST(NULL AS DATE) AS game_date,
  error_type AS digest,
  CAST(NULL AS TIMESTAMP) AS fetched_at,
  CAST(NULL AS INT64) AS row_count
FROM nba_orchestration.quarantine
WHERE status = 'waiting' AND kind = 'payload' AND feed IN UNNEST(@feeds)
