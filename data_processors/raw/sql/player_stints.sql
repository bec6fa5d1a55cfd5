-- Who appeared for which team when: consecutive appearances of a player for one team under one name in one
-- season are one row, so that the teams and the latest team before any date can be told.
WITH appearances AS (
  SELECT
    player_id, player_name, team, season, game_date, game_id,
    CONCAT(season, '|', team, '|', player_name) AS stay,
    LAG(CONCAT(season, '|', team, '|', player_name)) OVER (PARTITION BY player_id ORDER BY game_date, game_id)
      AS previous_stay
  FROM nba_raw.player_boxscores
  WHERE game_date >= @first AND game_date < @before
),
numbered AS (
  SELECT
    player_id, player_name, team, season, game_date,
    COUNTIF(previous_stay IS DISTINCT FROM stay) OVER (PARTITION BY player_id ORDER BY game_date, game_id) AS stint
  FROM appearances
)
SELECT
  player_id, player_name, team, season,
  MIN(game_date) AS first_date,
  MAX(game_date) AS last_date
FROM numbered
GROUP BY player_id, player_name, team, season, stint
