-- The distribution behind every prediction, as it was given: grading scores it whole, whatever its family.
-- Content-addressed: bookmakers and versions that share a distribution share its row.

CREATE TABLE IF NOT EXISTS nba_predictions.predictive_distributions (
  distribution_id STRING NOT NULL OPTIONS (description = "Hash of the distribution"),
  game_date DATE NOT NULL OPTIONS (description = "Eastern date of the game"),
  cdf ARRAY<FLOAT64> OPTIONS (description = "P(points <= k) for k = 0, 1, 2 …, to 6 decimals; 1 beyond its end"),
  loaded_at TIMESTAMP NOT NULL OPTIONS (description = "When the row was written")
)
PARTITION BY game_date
CLUSTER BY distribution_id
OPTIONS (description = "Predictive distributions of points; key game_date, distribution_id");

ALTER TABLE nba_predictions.prediction_staging
  ADD COLUMN IF NOT EXISTS distribution_id STRING OPTIONS (description = "Predictive distribution; NULL without a prediction");
ALTER TABLE nba_predictions.prediction_staging
  ADD COLUMN IF NOT EXISTS cdf ARRAY<FLOAT64> OPTIONS (description = "P(points <= k) for k = 0, 1, 2 …; only on the first row of a player and system");
ALTER TABLE nba_predictions.player_prop_predictions
  ADD COLUMN IF NOT EXISTS distribution_id STRING OPTIONS (description = "Row of predictive_distributions; NULL without a prediction");
ALTER TABLE nba_predictions.prediction_accuracy
  ADD COLUMN IF NOT EXISTS distribution_id STRING OPTIONS (description = "Row of predictive_distributions that was scored");
ALTER TABLE nba_predictions.prediction_accuracy
  ADD COLUMN IF NOT EXISTS quantile_10 INT64 OPTIONS (description = "10% quantile of the predictive distribution, points");
ALTER TABLE nba_predictions.prediction_accuracy
  ADD COLUMN IF NOT EXISTS quantile_50 INT64 OPTIONS (description = "Median of the predictive distribution, points");
ALTER TABLE nba_predictions.prediction_accuracy
  ADD COLUMN IF NOT EXISTS quantile_90 INT64 OPTIONS (description = "90% quantile of the predictive distribution, points");
ALTER TABLE nba_predictions.prediction_accuracy
  ADD COLUMN IF NOT EXISTS pinball FLOAT64 OPTIONS (description = "Mean pinball loss at the 10%, 50% and 90% quantiles, points; smaller is better");
