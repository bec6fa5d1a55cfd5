-- Clustering for a nba_predictions.player_prop_predictions that was made without: partitioned by game_date, clustered by
-- player_id and system_id, the columns that its readers filter and join by.
--
-- What it does. BigQuery refuses CREATE OR REPLACE TABLE with another partitioning or clustering than the table has, so
-- the table is built anew beside the old one (…_clustered), counted and hashed against it, and then takes its name by two
-- renames; the old table stays as player_prop_predictions_unclustered. Nothing is deleted.
-- What readers see. All rows, before and after. A query that starts between the two renames (about a second on BigQuery)
-- is told that the table is not found: the pipeline's own queries look again by themselves, others have to be sent again.
-- One that is running reads on. Where not even that may happen and the table is partitioned by game_date already, change
-- it in place first; this file then finds nothing to do:
--   bq update --clustering_fields=player_id,system_id nba_predictions.player_prop_predictions
--   bq query --use_legacy_sql=false 'UPDATE nba_predictions.player_prop_predictions SET loaded_at = loaded_at WHERE TRUE'
--   (the second line sorts the rows that are there; new ones are sorted as they come)
-- What writers see. Rows written while the copy is made stop the file before anything has changed: run it again. Rows
-- written to the old table between the copy and the renames are brought over after them.
-- Twice is harmless: a table that has its clustering is left alone, as in a new project, and a run that was broken off
-- between the renames is brought to its end. Access given on the table itself, not on the dataset, has to be given again.
--
-- To look at it, before and after (equal rows and content mean that nothing was lost):
--   SELECT column_name, is_partitioning_column, clustering_ordinal_position
--   FROM nba_predictions.INFORMATION_SCHEMA.COLUMNS
--   WHERE table_name = 'player_prop_predictions'
--     AND (is_partitioning_column = 'YES' OR clustering_ordinal_position IS NOT NULL)
--   ORDER BY clustering_ordinal_position;
--   SELECT COUNT(*) AS row_count, BIT_XOR(FARM_FINGERPRINT(TO_JSON_STRING(t))) AS content
--   FROM nba_predictions.player_prop_predictions AS t;
--
-- The way back (first bring over what was written since, if the old table is more than a copy to you):
--   ALTER TABLE nba_predictions.player_prop_predictions RENAME TO player_prop_predictions_clustered;
--   ALTER TABLE nba_predictions.player_prop_predictions_unclustered RENAME TO player_prop_predictions;
-- When nobody wants the way back any more:
--   DROP TABLE nba_predictions.player_prop_predictions_unclustered;

DECLARE is_there, is_right, copy_is_there, old_is_there BOOL;
DECLARE rows_before, rows_copied, content_before, content_copied, rows_late INT64;
DECLARE copied_at TIMESTAMP;

SET is_there = EXISTS (
  SELECT 1 FROM nba_predictions.INFORMATION_SCHEMA.TABLES WHERE table_name = 'player_prop_predictions');
SET copy_is_there = EXISTS (
  SELECT 1 FROM nba_predictions.INFORMATION_SCHEMA.TABLES WHERE table_name = 'player_prop_predictions_clustered');
SET old_is_there = EXISTS (
  SELECT 1 FROM nba_predictions.INFORMATION_SCHEMA.TABLES WHERE table_name = 'player_prop_predictions_unclustered');
SET is_right = (
  SELECT
    COUNTIF(column_name = 'player_id' AND clustering_ordinal_position = 1) = 1
    AND COUNTIF(column_name = 'system_id' AND clustering_ordinal_position = 2) = 1
    AND COUNTIF(clustering_ordinal_position IS NOT NULL) = 2
    AND COUNTIF(column_name = 'game_date' AND is_partitioning_column = 'YES') = 1
  FROM nba_predictions.INFORMATION_SCHEMA.COLUMNS
  WHERE table_name = 'player_prop_predictions');

IF is_there AND NOT is_right THEN
  IF old_is_there THEN
    RAISE USING MESSAGE = 'player_prop_predictions_unclustered is there from an earlier time: rename or drop it, then run this again';
  END IF;
  DROP TABLE IF EXISTS nba_predictions.player_prop_predictions_clustered;
  SET rows_before = (SELECT COUNT(*) FROM nba_predictions.player_prop_predictions);
  SET content_before = (
    SELECT COALESCE(BIT_XOR(FARM_FINGERPRINT(TO_JSON_STRING(t))), 0) FROM nba_predictions.player_prop_predictions AS t);
  CREATE TABLE nba_predictions.player_prop_predictions_clustered (
    prediction_id STRING NOT NULL OPTIONS (description = "Id of the version: hash of its key, content and created_at"),
    game_id STRING NOT NULL OPTIONS (description = "NBA game id, ten digits"),
    game_date DATE NOT NULL OPTIONS (description = "Eastern date of the game"),
    tip_off TIMESTAMP NOT NULL OPTIONS (description = "Start of the game as known when the version was made"),
    player_id INT64 NOT NULL OPTIONS (description = "NBA player id"),
    player_name STRING OPTIONS (description = "Name of the player"),
    team STRING OPTIONS (description = "Three-letter code of the player's team"),
    opponent STRING OPTIONS (description = "Three-letter code of the other team"),
    system_id STRING NOT NULL OPTIONS (description = "Prediction system"),
    model_version STRING NOT NULL OPTIONS (description = "Version of the system"),
    feature_version STRING OPTIONS (description = "Version of the features; NULL when there were none"),
    features_quality FLOAT64 OPTIONS (description = "Share of the features that came from real inputs, 0-1"),
    bookmaker STRING OPTIONS (description = "Bookmaker's key; NULL without a quote"),
    line FLOAT64 OPTIONS (description = "The number to beat; NULL without a quote"),
    over_price FLOAT64 OPTIONS (description = "Decimal price offered on over"),
    under_price FLOAT64 OPTIONS (description = "Decimal price offered on under"),
    line_snapshot_at TIMESTAMP OPTIONS (description = "First snapshot in which this version saw the quote"),
    predicted_points FLOAT64 OPTIONS (description = "Centre of the predictive distribution, points; NULL when there is nothing to predict from"),
    spread FLOAT64 OPTIONS (description = "Standard deviation of the predictive distribution, points"),
    p_over FLOAT64 OPTIONS (description = "Probability of more points than the line"),
    p_under FLOAT64 OPTIONS (description = "Probability of fewer points than the line"),
    p_push FLOAT64 OPTIONS (description = "Probability of exactly the line; 0 on a half line"),
    fair_p_over FLOAT64 OPTIONS (description = "The bookmaker's probability of over without his margin (proportional), push apart"),
    fair_over_price FLOAT64 OPTIONS (description = "Decimal price of over without the margin"),
    fair_under_price FLOAT64 OPTIONS (description = "Decimal price of under without the margin"),
    expected_value_over FLOAT64 OPTIONS (description = "Expected profit of a bet on over, units a unit staked"),
    expected_value_under FLOAT64 OPTIONS (description = "Expected profit of a bet on under, units a unit staked"),
    expected_value FLOAT64 OPTIONS (description = "Expected profit of the better side; NULL without a price"),
    recommendation STRING NOT NULL OPTIONS (description = "OVER, UNDER, PASS or NO_LINE"),
    reason STRING NOT NULL OPTIONS (description = "edge, edge_below_threshold, no_price, no_history, no_features or no_quote"),
    content_hash STRING NOT NULL OPTIONS (description = "Hash of key, line, prices and predicted values: equal hashes are the same prediction"),
    feature_cutoff TIMESTAMP NOT NULL OPTIONS (description = "Moment at which the inputs were read: nothing later is known to the version"),
    created_at TIMESTAMP NOT NULL OPTIONS (description = "When the version's batch was cut, by the pipeline's clock"),
    closed_at TIMESTAMP OPTIONS (description = "When another version or none took its place; NULL while it stands"),
    is_current BOOL NOT NULL OPTIONS (description = "Whether it stands; at most one a game, player, system and bookmaker"),
    batch_id STRING NOT NULL OPTIONS (description = "Batch that made the version"),
    loaded_at TIMESTAMP NOT NULL OPTIONS (description = "When the row was last written")
  )
  PARTITION BY game_date
  CLUSTER BY player_id, system_id
  OPTIONS (description = "Predictions in immutable versions; natural key game_id, player_id, system_id, bookmaker, line and created_at, hashed in prediction_id");
  ASSERT (
    SELECT COUNT(DISTINCT columns) = 1
    FROM (
      SELECT table_name, STRING_AGG(column_name ORDER BY ordinal_position) AS columns
      FROM nba_predictions.INFORMATION_SCHEMA.COLUMNS
      WHERE table_name IN ('player_prop_predictions', 'player_prop_predictions_clustered')
      GROUP BY table_name
    )
  ) AS 'player_prop_predictions has other columns than 000_6_predictions.sql gives it, or another order; nothing has changed';
  INSERT INTO nba_predictions.player_prop_predictions_clustered
  SELECT * FROM nba_predictions.player_prop_predictions;
  SET rows_copied = (SELECT COUNT(*) FROM nba_predictions.player_prop_predictions_clustered);
  SET content_copied = (
    SELECT COALESCE(BIT_XOR(FARM_FINGERPRINT(TO_JSON_STRING(t))), 0)
    FROM nba_predictions.player_prop_predictions_clustered AS t);
  ASSERT rows_copied = rows_before AND content_copied = content_before
    AS 'player_prop_predictions was written while it was copied; nothing has changed: run this again';
  ALTER TABLE nba_predictions.player_prop_predictions RENAME TO player_prop_predictions_unclustered;
  ALTER TABLE nba_predictions.player_prop_predictions_clustered RENAME TO player_prop_predictions;
  SET old_is_there = TRUE;
ELSEIF NOT is_there AND copy_is_there AND old_is_there THEN
  -- A run was broken off between the renames.
  ALTER TABLE nba_predictions.player_prop_predictions_clustered RENAME TO player_prop_predictions;
END IF;

-- Rows that a writer brought to the old table after it was copied: written later than ten minutes (twice a job's limit)
-- before the new table was made. Older ones that are missing here were taken back since.
IF old_is_there THEN
  SET copied_at = (
    SELECT creation_time FROM nba_predictions.INFORMATION_SCHEMA.TABLES WHERE table_name = 'player_prop_predictions');
  SET rows_late = (
    SELECT COUNT(*)
    FROM nba_predictions.player_prop_predictions_unclustered AS o
    LEFT JOIN nba_predictions.player_prop_predictions AS n ON n.prediction_id = o.prediction_id
    WHERE o.loaded_at > TIMESTAMP_SUB(copied_at, INTERVAL 10 MINUTE)
      AND (n.prediction_id IS NULL OR o.loaded_at > n.loaded_at));
  IF rows_late > 0 THEN
    BEGIN TRANSACTION;
    DELETE FROM nba_predictions.player_prop_predictions AS n
    WHERE EXISTS (
      SELECT 1 FROM nba_predictions.player_prop_predictions_unclustered AS o
      WHERE o.prediction_id = n.prediction_id AND o.loaded_at > n.loaded_at);
    INSERT INTO nba_predictions.player_prop_predictions
    SELECT o.*
    FROM nba_predictions.player_prop_predictions_unclustered AS o
    WHERE o.loaded_at > TIMESTAMP_SUB(copied_at, INTERVAL 10 MINUTE) AND NOT EXISTS (
      SELECT 1 FROM nba_predictions.player_prop_predictions AS n WHERE n.prediction_id = o.prediction_id);
    COMMIT TRANSACTION;
  END IF;
END IF;

-- What was done; rows and content are NULL where there was nothing to do.
SELECT rows_before, rows_copied, content_before, content_copied, rows_late;
