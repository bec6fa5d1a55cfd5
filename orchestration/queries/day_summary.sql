-- What each date should have and what it has.
WITH days AS (
  SELECT game_date FROM UNNEST(GENERATE_DATE_ARRAY(@first, @last)) AS game_date
),
seasons AS (
  -- Whole seasons, whatever the range: a season reaches less than a year from each of its dates.
  SELECT season, COUNT(*) AS season_games, COUNTIF(postponed) AS season_postponed
  FROM nba_raw.schedule
  WHERE game_date BETWEEN DATE_SUB(@first, INTERVAL 366 DAY) AND DATE_ADD(@last, INTERVAL 366 DAY)
  GROUP BY season
),
listed AS (
  SELECT
    game_date,
    MAX(season) AS season,
    COUNT(*) AS listed_games,
    COUNTIF(postponed) AS postponed_games,
    COUNTIF(flagged_postponed AND NOT postponed) AS flagged_games
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @first AND @last
  GROUP BY game_date
),
games AS (
  SELECT game_date, COUNT(*) AS games, COUNTIF(is_played) AS played
  FROM nba_analytics.games
  WHERE game_date BETWEEN @first AND @last
  GROUP BY game_date
),
players AS (
  SELECT game_date, COUNT(*) AS players
  FROM nba_raw.player_boxscores
  WHERE game_date BETWEEN @first AND @last
  GROUP BY game_date
),
shots AS (
  SELECT game_date, COUNT(DISTINCT game_id) AS shot_games
  FROM nba_raw.shots
  WHERE game_date BETWEEN @first AND @last
  GROUP BY game_date
),
quotes AS (
  SELECT
    game_date,
    COUNT(*) AS quotes,
    COUNT(DISTINCT game_id) AS quoted_games,
    -- Players that can be predicted: a two-sided line, quoted before tip-off.
    COUNT(
      DISTINCT IF(is_main_line AND snapshot_at < tip_off, CONCAT(game_id, '|', CAST(player_id AS STRING)), NULL)
    ) AS quoted_players
  FROM nba_raw.player_prop_lines
  WHERE game_date BETWEEN @first AND @last
  GROUP BY game_date
),
unresolved AS (
  SELECT game_date, COUNT(DISTINCT CONCAT(game_id, '|', name_key)) AS unresolved_names
  FROM nba_reference.unresolved_names
  WHERE game_date BETWEEN @first AND @last
  GROUP BY game_date
),
summaries AS (
  SELECT game_date, COUNT(*) AS player_summaries
  FROM nba_analytics.player_game_summary
  WHERE game_date BETWEEN @first AND @last
  GROUP BY game_date
),
team_games AS (
  SELECT game_date, COUNT(*) AS team_summaries
  FROM nba_analytics.team_offense_game_summary
  WHERE game_date BETWEEN @first AND @last
  GROUP BY game_date
),
contexts AS (
  SELECT game_date, COUNT(*) AS context_players
  FROM nba_analytics.upcoming_player_game_context
  WHERE game_date BETWEEN @first AND @last
  GROUP BY game_date
),
features AS (
  SELECT game_date, COUNT(*) AS feature_rows
  FROM nba_precompute.ml_feature_store
  WHERE game_date BETWEEN @first AND @last
  GROUP BY game_date
),
predictions AS (
  SELECT
    game_date,
    COUNT(*) AS predictions,
    COUNTIF(is_current) AS current_predictions,
    COUNTIF(is_current AND reason = 'no_features') AS without_features,
    COUNTIF(created_at < tip_off AND (line IS NULL OR line_snapshot_at < tip_off)) AS gradable,
    COUNT(DISTINCT IF(bookmaker IS NOT NULL, CONCAT(game_id, '|', CAST(player_id AS STRING)), NULL)) AS predicted_players
  FROM nba_predictions.player_prop_predictions
  WHERE game_date BETWEEN @first AND @last
  GROUP BY game_date
),
grades AS (
  SELECT game_date, COUNTIF(status != 'void') AS graded, COUNTIF(status = 'void') AS void
  FROM nba_predictions.prediction_accuracy
  WHERE game_date BETWEEN @first AND @last
  GROUP BY game_date
)
SELECT
  days.game_date,
  COALESCE(listed.listed_games, 0) AS listed_games,
  COALESCE(listed.postponed_games, 0) AS postponed_games,
  COALESCE(listed.flagged_games, 0) AS flagged_games,
  listed.season,
  COALESCE(seasons.season_games, 0) AS season_games,
  COALESCE(seasons.season_postponed, 0) AS season_postponed,
  COALESCE(games.games, 0) AS games,
  COALESCE(games.played, 0) AS played,
  COALESCE(players.players, 0) AS players,
  COALESCE(shots.shot_games, 0) AS shot_games,
  COALESCE(quotes.quotes, 0) AS quotes,
  COALESCE(quotes.quoted_games, 0) AS quoted_games,
  COALESCE(quotes.quoted_players, 0) AS quoted_players,
  COALESCE(unresolved.unresolved_names, 0) AS unresolved_names,
  COALESCE(summaries.player_summaries, 0) AS player_summaries,
  COALESCE(team_games.team_summaries, 0) AS team_summaries,
  COALESCE(contexts.context_players, 0) AS context_players,
  COALESCE(features.feature_rows, 0) AS feature_rows,
  COALESCE(predictions.predictions, 0) AS predictions,
  COALESCE(predictions.current_predictions, 0) AS current_predictions,
  COALESCE(predictions.without_features, 0) AS without_features,
  COALESCE(predictions.gradable, 0) AS gradable,
  COALESCE(predictions.predicted_players, 0) AS predicted_players,
  COALESCE(grades.graded, 0) AS graded,
  COALESCE(grades.void, 0) AS void
FROM days
LEFT JOIN listed USING (game_date)
LEFT JOIN seasons ON seasons.season = listed.season
LEFT JOIN games USING (game_date)
LEFT JOIN players USING (game_date)
LEFT JOIN shots USING (game_date)
LEFT JOIN quotes USING (game_date)
LEFT JOIN unresolved USING (game_date)
LEFT JOIN summaries USING (game_date)
LEFT JOIN team_games USING (game_date)
LEFT JOIN contexts USING (game_date)
LEFT JOIN features USING (game_date)
LEFT JOIN predictions USING (game_date)
LEFT JOIN grades USING (game_date)
ORDER BY days.game_date
