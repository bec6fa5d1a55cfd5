-- What the schedule says each of the last fourteen dates with games must have, and what it has. A game that was put off
-- is not owed until it is played. `nba status` names the reasons.
-- bq query --use_legacy_sql=false < monitoring/queries/completeness.sql
WITH games AS (
  SELECT game_date, COUNT(*) AS games, COUNTIF(is_played) AS played
  FROM nba_analytics.games
  WHERE game_date BETWEEN DATE_SUB(CURRENT_DATE(), INTERVAL 1500 DAY) AND CURRENT_DATE()
  GROUP BY game_date
  ORDER BY game_date DESC
  LIMIT 14
),
players AS (
  SELECT game_date, COUNT(DISTINCT game_id) AS box_scores, COUNT(*) AS players
  FROM nba_raw.player_boxscores WHERE game_date >= '2000-01-01' GROUP BY game_date
),
summaries AS (
  SELECT game_date, COUNT(*) AS summaries
  FROM nba_analytics.player_game_summary WHERE game_date >= '2000-01-01' GROUP BY game_date
),
features AS (
  SELECT game_date, COUNT(DISTINCT game_id) AS games_with_features
  FROM nba_precompute.ml_feature_store WHERE game_date >= '2000-01-01' GROUP BY game_date
),
quoted AS (
  SELECT game_date, COUNT(DISTINCT CONCAT(game_id, '|', CAST(player_id AS STRING))) AS quoted_players
  FROM nba_raw.player_prop_lines
  WHERE game_date >= '2000-01-01' AND is_main_line AND snapshot_at < tip_off
  GROUP BY game_date
),
predicted AS (
  SELECT game_date, COUNT(DISTINCT CONCAT(game_id, '|', CAST(player_id AS STRING))) AS predicted_players
  FROM nba_predictions.player_prop_predictions
  WHERE game_date >= '2000-01-01' AND bookmaker IS NOT NULL
  GROUP BY game_date
)
SELECT
  g.game_date,
  g.games,
  g.played,
  COALESCE(p.box_scores, 0) AS box_scores,
  COALESCE(p.players, 0) AS players,
  COALESCE(s.summaries, 0) AS player_summaries,
  COALESCE(f.games_with_features, 0) AS games_with_features,
  COALESCE(q.quoted_players, 0) AS quoted_players,
  COALESCE(d.predicted_players, 0) AS predicted_players,
  g.played = COALESCE(p.box_scores, 0) AND COALESCE(p.players, 0) = COALESCE(s.summaries, 0)
    AND COALESCE(q.quoted_players, 0) <= COALESCE(d.predicted_players, 0) AS is_complete
FROM games AS g
LEFT JOIN players AS p USING (game_date)
LEFT JOIN summaries AS s USING (game_date)
LEFT JOIN features AS f USING (game_date)
LEFT JOIN quoted AS q USING (game_date)
LEFT JOIN predicted AS d USING (game_date)
ORDER BY g.game_date DESC
