-- The payloads that wait for a name.
SELECT DISTINCT raw_path
FROM nba_reference.unresolved_names
WHERE name_key = @name_key
