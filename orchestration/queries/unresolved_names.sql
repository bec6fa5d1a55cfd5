-- The names that wait, a row a name, feed and game.
SELECT
  name_key,
  MIN(name) AS name,
  source,
  reason,
  game_id,
  game_date,
  home_team,
  away_team,
  team,
  SUM(quotes) AS quotes
FROM nba_reference.unresolved_names
GROUP BY name_key, source, reason, game_id, game_date, home_team, away_team, team
ORDER BY game_date, name_key
