-- The games of these ids, wherever in their seasons the schedule has put them.
SELECT game_id, game_date, season, home_team, away_team, postponed
FROM nba_raw.schedule
WHERE game_id IN UNNEST(@game_ids) AND game_date BETWEEN @first AND @last
