-- The answers on an odds event that had no quote at all: with them every bookmaker has withdrawn. They leave no row among
-- the quotes, only an account of the payload; its path says which event was asked for, and when (UTC, to the second).
CREATE TABLE FUNCTION IF NOT EXISTS nba_analytics.empty_quote_answers(first_date DATE, last_date DATE)
AS (
  WITH accounts AS (
    SELECT path, outcome
    FROM nba_orchestration.raw_files
    WHERE feed = 'oddsa_player_props'
      AND fetched_date BETWEEN DATE_SUB(first_date, INTERVAL 1 DAY) AND DATE_ADD(last_date, INTERVAL 1 DAY)
    QUALIFY ROW_NUMBER() OVER (PARTITION BY path ORDER BY recorded_at DESC) = 1
  )
  SELECT
    REGEXP_EXTRACT(path, r'^[^/]+/[^/]+/([^/]+)/') AS event_id,
    PARSE_TIMESTAMP('%Y%m%dT%H%M%S', SUBSTR(REGEXP_EXTRACT(path, r'[^/]+$'), 1, 15)) AS answered_at
  FROM accounts
  WHERE outcome = 'empty'
);
