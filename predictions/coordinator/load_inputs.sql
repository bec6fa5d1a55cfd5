-- Everything that the systems need for all players of a date whose games have not started at @now: one row a player,
-- his bookmakers' quotes in an array.
-- A quote counts while it stands in the newest answer of its feed on the game: one that is missing there was withdrawn, and
-- an answer without any quote withdraws all.
WITH features AS (
  SELECT *
  FROM nba_precompute.ml_feature_store
  WHERE game_date = @game_date
),
games AS (
  SELECT game_id, MAX(tip_off) AS tip_off
  FROM features
  GROUP BY game_id
),
emptied AS (
  SELECT event_id, MAX(answered_at) AS answered_at
  FROM nba_analytics.empty_quote_answers(@game_date, @game_date)
  WHERE answered_at <= @now
  GROUP BY event_id
),
snapshots AS (
  SELECT
    p.game_id, p.player_id, p.player_name, p.team, p.bookmaker, p.line, p.over_price, p.under_price, p.snapshot_at,
    p.is_main_line,
    -- The schedule's start; the odds feed's own only for a game that the schedule does not time.
    COALESCE(g.tip_off, p.tip_off) AS tip_off
  FROM nba_raw.player_prop_lines AS p
  LEFT JOIN games AS g ON g.game_id = p.game_id
  LEFT JOIN emptied AS e ON e.event_id = p.event_id
  WHERE p.game_date = @game_date
    AND (e.event_id IS NULL OR p.snapshot_at > e.answered_at)
    AND p.market = 'player_points'
    AND p.snapshot_at <= @now
    AND p.snapshot_at < COALESCE(g.tip_off, p.tip_off)
  QUALIFY p.snapshot_at = MAX(p.snapshot_at) OVER (PARTITION BY p.game_id, p.source)
),
quotes AS (
  SELECT *
  FROM snapshots
  WHERE is_main_line
  QUALIFY ROW_NUMBER() OVER (PARTITION BY game_id, player_id, bookmaker ORDER BY snapshot_at DESC, line) = 1
),
quoted AS (
  SELECT
    game_id, player_id,
    MAX(player_name) AS player_name,
    MAX(team) AS team,
    MAX(tip_off) AS tip_off,
    ARRAY_AGG(
      STRUCT(
        bookmaker AS bookmaker, line AS line, over_price AS over_price, under_price AS under_price,
        snapshot_at AS snapshot_at
      )
      ORDER BY bookmaker
    ) AS quotes
  FROM quotes
  GROUP BY game_id, player_id
)
SELECT
  COALESCE(f.game_id, q.game_id) AS game_id,
  COALESCE(f.player_id, q.player_id) AS player_id,
  COALESCE(f.player_name, q.player_name) AS player_name,
  COALESCE(f.team, q.team) AS team,
  f.opponent,
  COALESCE(g.tip_off, q.tip_off) AS tip_off,
  f.game_id IS NOT NULL AS has_features,
  f.feature_version,
  f.quality AS features_quality,
  q.quotes,
  {features}
FROM features AS f
FULL OUTER JOIN quoted AS q ON q.game_id = f.game_id AND q.player_id = f.player_id
LEFT JOIN games AS g ON g.game_id = COALESCE(f.game_id, q.game_id)
WHERE COALESCE(g.tip_off, q.tip_off) > @now
ORDER BY game_id, player_id
