-- What became of the payloads that were fetched between two dates: the latest account of each.
SELECT path, outcome, detail
FROM nba_orchestration.raw_files
WHERE fetched_date BETWEEN @first AND @last OR fetched_date IS NULL
QUALIFY ROW_NUMBER() OVER (PARTITION BY path ORDER BY recorded_at DESC) = 1
