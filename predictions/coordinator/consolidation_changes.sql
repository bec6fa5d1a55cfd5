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
written AS (
  -- The latest moment that a batch has written; one row, NULL where nothing stands.
  SELECT MAX(GREATEST(created_at, COALESCE(closed_at, created_at))) AS latest FROM standing
),
batch AS (
  -- Never over what a later batch has written, even if its staging rows are gone.
  SELECT n.batch_id, n.created_at
  FROM newest AS n
  CROSS JOIN written AS w
  WHERE w.latest IS NULL OR w.latest <= n.created_at
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
matched AS (
  -- What stood then beside what is predicted now: both where the content is the same, one of them elsewhere.
  SELECT
    j.prediction_id AS standing_id,
    j.moment,
    j.is_current,
    p.prediction_id AS predicted_id,
    j.prediction_id IS NOT NULL AND p.prediction_id IS NOT NULL AS goes_on
  FROM just_before AS j
  FULL OUTER JOIN predicted AS p
    ON p.game_id = j.game_id AND p.player_id = j.player_id AND p.system_id = j.system_id
    AND p.bookmaker_key = j.bookmaker_key AND p.content_hash = j.content_hash
),
changes AS (
  SELECT
    IF(m.standing_id IS NULL, 'insert', 'restate') AS action,
    COALESCE(m.standing_id, m.predicted_id) AS prediction_id,
    IF(m.goes_on, NULL, m.moment) AS closed_at,
    m.standing_id IS NULL OR m.goes_on AS is_current
  FROM matched AS m
  -- Of what is new, that which is in the table already: a repetition.
  LEFT JOIN standing AS t ON t.prediction_id = m.predicted_id AND m.standing_id IS NULL
  WHERE IF(m.standing_id IS NULL, t.prediction_id IS NULL, m.is_current != m.goes_on)
  UNION ALL
  SELECT 'drop', t.prediction_id, NULL, FALSE
  FROM in_scope AS t
  LEFT JOIN matched AS m ON m.predicted_id = t.prediction_id AND m.standing_id IS NULL
  WHERE t.created_at = t.moment AND m.predicted_id IS NULL
)
