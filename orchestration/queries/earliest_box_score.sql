-- Where the history begins.
SELECT MIN(game_date) AS first_date
FROM nba_raw.player_boxscores
WHERE game_date >= '1946-11-01'
