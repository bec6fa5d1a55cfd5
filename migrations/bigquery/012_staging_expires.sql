-- What a killed process leaves in staging goes by itself: every table there has a day to live.
ALTER SCHEMA nba_staging SET OPTIONS (default_table_expiration_days = 1);
