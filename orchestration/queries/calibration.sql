-- Per system and tenth of p_over: how often it said so, what it said on average, and how often it came true.
{graded_rows}
SELECT
  system_id,
  LEAST(CAST(FLOOR(p_over * 10) AS INT64), 9) AS tenth,
  COUNT(*) AS n,
  AVG(p_over) AS mean_p_over,
  AVG(went_over) AS over_rate
FROM judged
WHERE went_over IS NOT NULL AND p_over IS NOT NULL
GROUP BY system_id, tenth
ORDER BY system_id, tenth
