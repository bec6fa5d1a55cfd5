-- What the accounts say of some payloads, the latest of each.
SELECT
  'file' AS part,
  path AS scope,
  CAST(NULL AS DATE) AS game_date,
  CONCAT(outcome, '|', CAST(row_count AS STRING), '|', IFNULL(detail, '')) AS digest,
  recorded_at AS fetched_at,
  row_count
FROM nba_orchestration.raw_files
WHERE path IN UNNEST(@paths) AND fetched_date BETWEEN @fetched_first AND @fetched_last
QUALIFY ROW_NUMBER() OVER (PARTITION BY path ORDER BY recorded_at DESC) = 1
