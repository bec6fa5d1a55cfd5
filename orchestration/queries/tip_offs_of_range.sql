-- Tip-offs of the official games of a range of dates.
SELECT game_date, tip_off
FROM nba_analytics.games
WHERE game_date BETWEEN @first AND @last AND is_scheduled AND tip_off IS NOT NULL
ORDER BY game_date, tip_off
