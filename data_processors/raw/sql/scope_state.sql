-- What a table has for some scopes, a row a scope and date of the partition: one hash for all rows, the same as
-- raw_tables.digest, when the newest of them was fetched, and how many there are.
SELECT
  '{part}' AS part,
  scope,
  {column} AS game_date,
  TO_HEX(SHA256(STRING_AGG(source_row_hash, '' ORDER BY source_row_hash))) AS digest,
  MAX(fetched_at) AS fetched_at,
  COUNT(*) AS row_count
FROM {table}
WHERE scope IN UNNEST(@{part}_scopes) AND {bounds}
GROUP BY scope, {column}
