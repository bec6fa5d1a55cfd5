-- Predictions: what the workers staged, the versions that came of it, and what became of them.

CREATE SCHEMA IF NOT EXISTS nba_predictions OPTIONS (description = "Predictions and their grades (Phase 5)");

CREATE TABLE IF NOT EXISTS nba_predictions.prediction_staging (
  batch_id STRING NOT NULL OPTIONS (description = "Batch that the row belongs to: everything predicted of a date from one reading of the inputs"),
  batch_content STRING NOT NULL OPTIONS (description = "Hash of the inputs and of the systems' versions; batches of equal content predict the same"),
  batch_created_at TIMESTAMP NOT NULL OPTIONS (description = "When the batch was cut, by the pipeline's clock: nothing later is known to it"),
  batch_cut_at TIMESTAMP NOT NULL OPTIONS (description = "When the batch was cut, real time; orders batches of one simulated moment"),
  request_id STRING NOT NULL OPTIONS (description = "Request that staged the row, by one load job"),
  request_index INT64 NOT NULL OPTIONS (description = "Number of the request in its batch, from 0"),
  requests_in_batch INT64 NOT NULL OPTIONS (description = "Requests that the batch was split into"),
  rows_in_request INT64 NOT NULL OPTIONS (description = "Rows that the request staged"),
  game_id STRING NOT NULL OPTIONS (description = "NBA game id, ten digits"),
  game_date DATE NOT NULL OPTIONS (description = "Eastern date of the game"),
  tip_off TIMESTAMP NOT NULL OPTIONS (description = "Start of the game as known when the batch was cut"),
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
  line_snapshot_at TIMESTAMP OPTIONS (description = "Snapshot that the quote was read from"),
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
  loaded_at TIMESTAMP NOT NULL OPTIONS (description = "When the row was staged")
)
PARTITION BY game_date
CLUSTER BY batch_id, request_id
OPTIONS (description = "Rows that the workers computed, before they are consolidated; one load job a request");

CREATE TABLE IF NOT EXISTS nba_predictions.player_prop_predictions (
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

CREATE TABLE IF NOT EXISTS nba_predictions.prediction_accuracy (
  prediction_id STRING NOT NULL OPTIONS (description = "Version that is graded"),
  game_id STRING NOT NULL OPTIONS (description = "NBA game id, ten digits"),
  game_date DATE NOT NULL OPTIONS (description = "Eastern date of the game"),
  season STRING NOT NULL OPTIONS (description = "Season, e.g. 2024-25"),
  player_id INT64 NOT NULL OPTIONS (description = "NBA player id"),
  player_name STRING OPTIONS (description = "Name of the player"),
  team STRING OPTIONS (description = "Three-letter code of the player's team"),
  opponent STRING OPTIONS (description = "Three-letter code of the other team"),
  system_id STRING NOT NULL OPTIONS (description = "Prediction system"),
  model_version STRING NOT NULL OPTIONS (description = "Version of the system"),
  feature_version STRING OPTIONS (description = "Version of the features"),
  bookmaker STRING OPTIONS (description = "Bookmaker's key; NULL without a quote"),
  line FLOAT64 OPTIONS (description = "The number to beat; NULL without a quote"),
  over_price FLOAT64 OPTIONS (description = "Decimal price offered on over"),
  under_price FLOAT64 OPTIONS (description = "Decimal price offered on under"),
  fair_p_over FLOAT64 OPTIONS (description = "The bookmaker's probability of over without his margin, push apart"),
  predicted_points FLOAT64 OPTIONS (description = "Centre of the predictive distribution, points"),
  spread FLOAT64 OPTIONS (description = "Standard deviation of the predictive distribution, points"),
  p_over FLOAT64 OPTIONS (description = "Predicted probability of over"),
  p_under FLOAT64 OPTIONS (description = "Predicted probability of under"),
  p_push FLOAT64 OPTIONS (description = "Predicted probability of a push"),
  expected_value FLOAT64 OPTIONS (description = "Expected profit of the better side, units a unit staked"),
  recommendation STRING NOT NULL OPTIONS (description = "OVER, UNDER, PASS or NO_LINE"),
  status STRING NOT NULL OPTIONS (description = "graded; push: points equal the line; void: did not play; no_line: played, no quote to grade against"),
  minutes INT64 OPTIONS (description = "Minutes played; NULL without a box score line"),
  actual_points INT64 OPTIONS (description = "Points scored; NULL when he did not play"),
  outcome STRING OPTIONS (description = "OVER, UNDER or PUSH; NULL without a line or when he did not play"),
  signed_error FLOAT64 OPTIONS (description = "Predicted minus actual points; positive: too high"),
  absolute_error FLOAT64 OPTIONS (description = "Absolute difference of predicted and actual points"),
  line_absolute_error FLOAT64 OPTIONS (description = "Absolute difference of line and actual points: the market's error on the same row"),
  crps FLOAT64 OPTIONS (description = "Continuous ranked probability score of the discretised normal, points; smaller is better"),
  log_score FLOAT64 OPTIONS (description = "-ln of the probability given to the side that won, push apart; smaller is better, NULL on a push"),
  brier FLOAT64 OPTIONS (description = "Squared error of the probability of over, push apart; NULL on a push"),
  fair_log_score FLOAT64 OPTIONS (description = "log_score of the bookmaker's fair_p_over on the same row"),
  fair_brier FLOAT64 OPTIONS (description = "brier of the bookmaker's fair_p_over on the same row"),
  hit BOOL OPTIONS (description = "Whether the recommended side won; NULL without a bet, on push and void"),
  profit FLOAT64 OPTIONS (description = "Units won at the offered price by one unit staked; 0 on push and void, NULL without a bet"),
  was_current_at_tip_off BOOL NOT NULL OPTIONS (description = "Whether it was the version that stood at tip-off"),
  closing_line FLOAT64 OPTIONS (description = "The bookmaker's last main line before tip-off, where quoted after line_snapshot_at"),
  closing_line_value FLOAT64 OPTIONS (description = "Points by which the closing line is worse than the one bet on: positive is good; NULL without a bet"),
  created_at TIMESTAMP NOT NULL OPTIONS (description = "When the prediction was made, before tip-off"),
  line_snapshot_at TIMESTAMP OPTIONS (description = "Snapshot of the line, before tip-off"),
  tip_off TIMESTAMP NOT NULL OPTIONS (description = "Start of the game by the schedule, else as the prediction knew it"),
  loaded_at TIMESTAMP NOT NULL OPTIONS (description = "When the row was last written")
)
PARTITION BY game_date
CLUSTER BY system_id, player_id
OPTIONS (description = "Predictions made before tip-off against what happened; key prediction_id");

-- A batch is complete when the rows of all its requests are there: counted, not reported.
CREATE OR REPLACE VIEW nba_predictions.prediction_batches (
  game_date OPTIONS (description = "Eastern date of the games"),
  batch_id OPTIONS (description = "Batch"),
  batch_content OPTIONS (description = "Hash of the inputs and of the systems' versions"),
  created_at OPTIONS (description = "When the batch was first cut, by the pipeline's clock"),
  cut_at OPTIONS (description = "When the batch was first cut, real time"),
  requests_staged OPTIONS (description = "Requests whose rows are all there"),
  requests_in_batch OPTIONS (description = "Requests that the batch was split into"),
  is_complete OPTIONS (description = "Whether the rows of all requests are there"),
  rows_staged OPTIONS (description = "Rows that are there"),
  no_history OPTIONS (description = "Rows without a prediction, as there is nothing to predict from")
)
OPTIONS (description = "Batches of predictions and how much of them is staged; key game_date, batch_id")
AS
WITH requests AS (
  SELECT
    game_date, batch_id, request_index,
    MAX(batch_content) AS batch_content,
    MIN(batch_created_at) AS created_at,
    MIN(batch_cut_at) AS cut_at,
    MAX(requests_in_batch) AS requests_in_batch,
    COUNT(*) >= MAX(rows_in_request) AS is_staged,
    COUNT(*) AS rows_staged,
    COUNTIF(predicted_points IS NULL) AS no_history
  FROM nba_predictions.prediction_staging
  GROUP BY game_date, batch_id, request_index
)
SELECT
  game_date, batch_id,
  MAX(batch_content) AS batch_content,
  MIN(created_at) AS created_at,
  MIN(cut_at) AS cut_at,
  COUNTIF(is_staged) AS requests_staged,
  MAX(requests_in_batch) AS requests_in_batch,
  COUNTIF(is_staged) = MAX(requests_in_batch) AS is_complete,
  SUM(rows_staged) AS rows_staged,
  SUM(no_history) AS no_history
FROM requests
GROUP BY game_date, batch_id;
