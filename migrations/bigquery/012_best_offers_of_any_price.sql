-- The best offers again, without a division that can fail: where a price returns only the stake (1.0), or nothing but a
-- push can happen, there is no edge, and Kelly stakes nothing. One such row would else take the whole view away.

CREATE OR REPLACE VIEW nba_predictions.best_offers (
  game_date OPTIONS (description = "Eastern date of the game"),
  game_id OPTIONS (description = "NBA game id, ten digits"),
  tip_off OPTIONS (description = "Start of the game as known when the prediction was made"),
  player_id OPTIONS (description = "NBA player id"),
  player_name OPTIONS (description = "Name of the player"),
  team OPTIONS (description = "Three-letter code of the player's team"),
  opponent OPTIONS (description = "Three-letter code of the other team"),
  system_id OPTIONS (description = "Prediction system"),
  model_version OPTIONS (description = "Version of the system"),
  predicted_points OPTIONS (description = "Centre of the predictive distribution, points"),
  bookmakers OPTIONS (description = "Bookmakers that quote the player"),
  consensus_line OPTIONS (description = "Median of their main lines"),
  consensus_fair_p_over OPTIONS (description = "Mean of their probabilities of over, each without its margin and at its own line"),
  side OPTIONS (description = "OVER or UNDER: the side of the offer with the highest expected value"),
  bookmaker OPTIONS (description = "Who offers it"),
  line OPTIONS (description = "Its line"),
  price OPTIONS (description = "Its decimal price"),
  p_win OPTIONS (description = "The system's probability that it wins"),
  expected_value OPTIONS (description = "Expected profit, units a unit staked"),
  kelly_fraction OPTIONS (description = "Share of the bankroll that maximises its expected logarithm (Kelly 1956), were p_win right; information, not advice; 0 without an edge"),
  recommendation OPTIONS (description = "OVER, UNDER or PASS, as the prediction at this bookmaker says"),
  prediction_id OPTIONS (description = "The prediction at this bookmaker"),
  line_snapshot_at OPTIONS (description = "First snapshot in which it was seen")
)
OPTIONS (description = "Per player of a game and system: consensus of the bookmakers, and the best offer; key game_id, player_id, system_id")
AS
WITH standing AS (
  SELECT
    *,
    COUNT(*) OVER (PARTITION BY game_date, game_id, player_id, system_id) AS bookmakers,
    PERCENTILE_CONT(line, 0.5) OVER (PARTITION BY game_date, game_id, player_id, system_id) AS consensus_line,
    AVG(fair_p_over) OVER (PARTITION BY game_date, game_id, player_id, system_id) AS consensus_fair_p_over
  FROM nba_predictions.player_prop_predictions
  WHERE is_current AND line IS NOT NULL
),
offers AS (
  SELECT
    s.*, 'OVER' AS side, s.over_price AS price, s.p_over AS p_win, s.p_under AS p_lose, s.expected_value_over AS worth
  FROM standing AS s
  UNION ALL
  SELECT
    s.*, 'UNDER' AS side, s.under_price AS price, s.p_under AS p_win, s.p_over AS p_lose, s.expected_value_under AS worth
  FROM standing AS s
)
SELECT
  game_date, game_id, tip_off, player_id, player_name, team, opponent, system_id, model_version, predicted_points,
  bookmakers, consensus_line, consensus_fair_p_over, side, bookmaker, line, price, p_win,
  worth AS expected_value,
  -- A push returns the stake, so what counts is winning or losing, given that it is no push.
  COALESCE(GREATEST(SAFE_DIVIDE(worth, (price - 1) * (p_win + p_lose)), 0), 0) AS kelly_fraction,
  recommendation, prediction_id, line_snapshot_at
FROM offers
WHERE worth IS NOT NULL
QUALIFY ROW_NUMBER() OVER (
  PARTITION BY game_date, game_id, player_id, system_id ORDER BY worth DESC, bookmaker, side
) = 1;
