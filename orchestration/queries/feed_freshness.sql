-- When each feed last brought something: its newest payload by the path's time stamp (the pipeline's clock), and the good
-- scrapes over spans that touch the range (real time). An equal answer makes no new payload, so the scrapes count, too.
WITH payloads AS (
  SELECT feed, MAX(REGEXP_EXTRACT(path, r'/(\d{8}T\d{6})\d*Z\.json\.gz$')) AS stamp
  FROM nba_orchestration.raw_files
  WHERE fetched_date >= DATE_SUB(@first, INTERVAL 2 DAY) AND feed IN UNNEST(@feeds)
  GROUP BY feed
),
scrapes AS (
  SELECT
    processor AS feed,
    start_date,
    end_date,
    MAX(started_at) AS asked_at,
    MAX(IF(rows_in > 0, started_at, NULL)) AS answered_at
  FROM nba_orchestration.processor_runs
  WHERE DATE(started_at) >= @since
    AND phase = 'phase1' AND status IN ('success', 'unchanged') AND processor IN UNNEST(@feeds)
    AND start_date <= @last AND end_date >= @first
  GROUP BY processor, start_date, end_date
)
SELECT
  feed,
  stamp,
  CAST(NULL AS DATE) AS start_date,
  CAST(NULL AS DATE) AS end_date,
  CAST(NULL AS TIMESTAMP) AS asked_at,
  CAST(NULL AS TIMESTAMP) AS answered_at
FROM payloads
UNION ALL
SELECT feed, NULL, start_date, end_date, asked_at, answered_at
FROM scrapes
