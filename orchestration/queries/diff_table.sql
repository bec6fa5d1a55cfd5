-- A table of a replay beside the live one: keys that only one of them has, and for each column in how many of the keys that
-- both have it differs.
SELECT
  COUNTIF(replayed.key_text IS NULL) AS only_live,
  COUNTIF(live.key_text IS NULL) AS only_replayed,
  COUNTIF(live.key_text = replayed.key_text) AS in_both,
  ARRAY_TO_STRING(
    ARRAY_AGG(
      IF(replayed.content = live.content, NULL, COALESCE(live.key_text, replayed.key_text)) IGNORE NULLS
      ORDER BY COALESCE(live.key_text, replayed.key_text)
      LIMIT 3
    ),
    '; '
  ) AS examples,
  {columns}
FROM (
  SELECT {key} AS key_text, TO_JSON_STRING(t) AS content, t.*
  FROM (SELECT * EXCEPT ({left_out}) FROM {live} WHERE {date_column} BETWEEN @first AND @last) AS t
) AS live
FULL OUTER JOIN (
  SELECT {key} AS key_text, TO_JSON_STRING(t) AS content, t.*
  FROM (SELECT * EXCEPT ({left_out}) FROM {replayed} WHERE {date_column} BETWEEN @first AND @last) AS t
) AS replayed
  ON replayed.key_text = live.key_text
