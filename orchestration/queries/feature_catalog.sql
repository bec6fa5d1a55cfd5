-- What the features of a version are, in their order.
SELECT position, name, formula, unit, source_table, source_column, source_letter, null_means
FROM nba_precompute.feature_catalog
WHERE feature_version = @feature_version
ORDER BY position
