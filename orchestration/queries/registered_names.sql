-- The registry's names.
SELECT player_id, player_name
FROM nba_reference.players
