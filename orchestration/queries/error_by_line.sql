-- Per system and five points of the main line: mean absolute error of the system and of the line itself.
{graded_rows}
SELECT
  system_id,
  CAST(FLOOR(main_line / 5) AS INT64) * 5 AS line_from,
  COUNT(*) AS n,
  AVG(absolute_error) AS mae,
  AVG(line_absolute_error) AS line_mae,
  AVG(signed_error) AS bias
FROM judged
GROUP BY system_id, line_from
ORDER BY system_id, line_from
