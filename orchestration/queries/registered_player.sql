-- The registry's entry of an id.
SELECT player_id, player_name, from_season, to_season
FROM nba_reference.players
WHERE player_id = @player_id
