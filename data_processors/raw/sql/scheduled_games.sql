-- The games of a range of dates, to find the game of a sportsbook's event.
SELECT game_id, game_date, season, home_team, away_team, postponed
FROM nba_raw.schedule
WHERE game_date BETWEEN @first AND @last
