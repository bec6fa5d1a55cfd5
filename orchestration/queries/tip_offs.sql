-- Tip-offs of the official games of one date, earliest first.
SELECT tip_off
FROM nba_analytics.games
WHERE game_date = @game_date AND is_scheduled AND tip_off IS NOT NULL
ORDER BY tip_off
