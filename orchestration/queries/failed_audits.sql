-- Audits that failed on ranges that touch this one, and that no later audit of the whole range has done over.
WITH audits AS (
  SELECT processor, table_name, audit, start_date, end_date, blocking, failures, examples, checked_at
  FROM nba_orchestration.audit_results
  WHERE DATE(checked_at) >= @since
    AND start_date <= @last AND end_date >= @first
)
SELECT f.processor, f.table_name, f.audit, f.start_date, f.end_date, f.blocking, f.failures, f.examples
FROM audits AS f
LEFT JOIN audits AS later
  ON later.table_name = f.table_name
  AND later.audit = f.audit
  AND later.checked_at > f.checked_at
  AND later.start_date <= f.start_date
  AND later.end_date >= f.end_date
WHERE f.failures > 0 AND later.audit IS NULL
ORDER BY f.start_date, f.table_name, f.audit
