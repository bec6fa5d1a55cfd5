-- What has to change so that the table says what the newest complete batch of a date says: no row, nothing to do.
-- The WITH clause of two statements: a MERGE applies `changes`, and the coordinator counts them.
--
-- The batch speaks of the moment it was cut, and of games that had not started then. For each key (game, player, system,
-- bookmaker) it finds the version that stood just before that moment:
--   restate  the version goes on where the content is the same, else it is closed at that moment;
--   insert   a new version where none of this content went on;
--   drop     a version of this very moment that the batch does not confirm never lived.
-- So batches of one moment leave no trace of their order, and a repetition finds nothing to do.
WITH batches AS (
  SELECT * FROM nba_predictions.prediction_batches WHERE game_date = @game_date
),
newest AS (
  SELECT batch_id, created_at
  FROM batches
  WHERE is_complete
  ORDER BY created_at DESC, cut_at DESC, batch_id
  LIMIT 1
),
standing AS (
  SELECT
    prediction_id, game_id, player_id, system_id, COALESCE(bookmaker, '') AS bookmaker_key, content_hash, tip_off,
    created_at, closed_at, is_current, loaded_at
  FROM nba_predictions.player_prop_predictions
  WHERE game_date = @game_date
),
batch AS (
  -- Never over what a later batch has written, even if its staging rows are gone.
  SELECT n.batch_id, n.created_at
  FROM newest AS n
  WHERE NOT EXISTS (
    SELECT 1 FROM standing AS t WHERE t.created_at > n.created_at OR t.closed_at > n.created_at
  )
),
staged AS (
  SELECT
    s.*,
    b.created_at,
    COALESCE(s.bookmaker, '') AS bookmaker_key,
    TO_HEX(MD5(CONCAT(s.content_hash, '@', CAST(UNIX_MICROS(b.created_at) AS STRING)))) AS prediction_id
  FROM nba_predictions.prediction_staging AS s
  INNER JOIN batch AS b ON b.batch_id = s.batch_id
  WHERE s.game_date = @game_date AND s.tip_off > b.created_at
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY s.game_id, s.player_id, s.system_id, s.bookmaker ORDER BY s.request_index
  ) = 1
),
games AS (
  SELECT game_id, MAX(tip_off) AS tip_off
  FROM staged
  GROUP BY game_id
),
predicted AS (
  -- A player with neither history nor quote has no prediction; his staged row only counts.
  SELECT * FROM staged WHERE line IS NOT NULL OR predicted_points IS NOT NULL
),
in_scope AS (
  SELECT t.*, b.created_at AS moment
  FROM standing AS t
  CROSS JOIN batch AS b
  LEFT JOIN games AS g ON g.game_id = t.game_id
  WHERE COALESCE(g.tip_off, t.tip_off) > b.created_at
),
just_before AS (
  SELECT * FROM in_scope WHERE created_at < moment AND (closed_at IS NULL OR closed_at >= moment)
),
continued AS (
  SELECT j.prediction_id, j.moment, j.is_current, p.content_hash IS NOT NULL AS goes_on, p.prediction_id AS confirmed_by
  FROM just_before AS j
  LEFT JOIN predicted AS p
    ON p.game_id = j.game_id AND p.player_id = j.player_id AND p.system_id = j.system_id
    AND p.bookmaker_key = j.bookmaker_key AND p.content_hash = j.content_hash
),
wanted_new AS (
  SELECT p.prediction_id
  FROM predicted AS p
  LEFT JOIN continued AS c ON c.confirmed_by = p.prediction_id
  WHERE c.confirmed_by IS NULL
),
changes AS (
  SELECT 'insert' AS action, w.prediction_id, CAST(NULL AS TIMESTAMP) AS closed_at, TRUE AS is_current
  FROM wanted_new AS w
  LEFT JOIN standing AS t ON t.prediction_id = w.prediction_id
  WHERE t.prediction_id IS NULL
  UNION ALL
  SELECT 'restate', c.prediction_id, IF(c.goes_on, NULL, c.moment), c.goes_on
  FROM continued AS c
  WHERE c.is_current != c.goes_on
  UNION ALL
  SELECT 'drop', t.prediction_id, NULL, FALSE
  FROM in_scope AS t
  LEFT JOIN wanted_new AS w ON w.prediction_id = t.prediction_id
  WHERE t.created_at = t.moment AND w.prediction_id IS NULL
)
