-- Who belonged to which team in some seasons.
SELECT season, team, player_id, player_name
FROM nba_reference.team_spells
WHERE season IN UNNEST(@seasons)
ORDER BY season, team, player_name
