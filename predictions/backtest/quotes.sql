-- The quotes that production would have predicted with: each bookmaker's main line in the newest snapshot that was there
-- half an hour before the game's tip-off, by when it has been predicted for the last time.
-- A quote counts while it stands in the newest answer of its feed on the game: one that is missing there was withdrawn, and
-- an answer without any quote withdraws all.
WITH games AS (
  SELECT game_id, game_date, MAX(tip_off) AS tip_off
  FROM nba_precompute.ml_feature_store
  WHERE game_date BETWEEN @first AND @last
  GROUP BY game_id, game_date
),
props AS (
  SELECT
    p.game_id, p.game_date, p.player_id, p.bookmaker, p.line, p.over_price, p.under_price, p.snapshot_at, p.is_main_line,
    p.source, p.event_id,
    COALESCE(g.tip_off, p.tip_off) AS tip_off
  FROM nba_raw.player_prop_lines AS p
  LEFT JOIN games AS g ON g.game_id = p.game_id AND g.game_date = p.game_date
  WHERE p.game_date BETWEEN @first AND @last AND p.market = 'player_points'
),
emptied AS (
  SELECT p.event_id, MAX(e.answered_at) AS answered_at
  FROM (SELECT event_id, MAX(tip_off) AS tip_off FROM props GROUP BY event_id) AS p
  JOIN nba_analytics.empty_quote_answers(@first, @last) AS e ON e.event_id = p.event_id
  WHERE e.answered_at <= TIMESTAMP_SUB(p.tip_off, INTERVAL 30 MINUTE)
  GROUP BY p.event_id
),
standing AS (
  SELECT p.*
  FROM props AS p
  LEFT JOIN emptied AS e ON e.event_id = p.event_id
  WHERE p.snapshot_at <= TIMESTAMP_SUB(p.tip_off, INTERVAL 30 MINUTE)
    AND (e.event_id IS NULL OR p.snapshot_at > e.answered_at)
  QUALIFY p.snapshot_at = MAX(p.snapshot_at) OVER (PARTITION BY p.game_id, p.source)
)
SELECT game_id, player_id, game_date, bookmaker, line, over_price, under_price, snapshot_at
FROM standing
WHERE is_main_line
QUALIFY ROW_NUMBER() OVER (PARTITION BY game_id, player_id, bookmaker ORDER BY snapshot_at DESC, line) = 1
ORDER BY game_date, game_id, player_id, bookmaker
