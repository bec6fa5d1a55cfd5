-- First date with an official game in a season.
SELECT MIN(game_date) AS first_date
FROM nba_analytics.games
WHERE season = @season
