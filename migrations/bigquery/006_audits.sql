-- What the audits of written tables found.

CREATE TABLE IF NOT EXISTS nba_orchestration.audit_results (
  audit_id STRING NOT NULL OPTIONS (description = "Id of the finding"),
  phase STRING NOT NULL OPTIONS (description = "Phase that wrote the table, e.g. phase3"),
  processor STRING NOT NULL OPTIONS (description = "Processor or feed that wrote the table"),
  table_name STRING NOT NULL OPTIONS (description = "Table that was audited"),
  audit STRING NOT NULL OPTIONS (description = "Name of the audit"),
  start_date DATE NOT NULL OPTIONS (description = "First date of the audited range"),
  end_date DATE NOT NULL OPTIONS (description = "Last date of the audited range"),
  blocking BOOL NOT NULL OPTIONS (description = "Whether a failure fails the run; else it is a warning"),
  failures INT64 NOT NULL OPTIONS (description = "Rows, keys or games found wrong; 0 when the audit passed"),
  rows_checked INT64 NOT NULL OPTIONS (description = "Rows of the audited range"),
  examples STRING OPTIONS (description = "Keys of some failures; NULL when the audit passed"),
  checked_at TIMESTAMP NOT NULL OPTIONS (description = "When, real time"),
  correlation_id STRING OPTIONS (description = "Id that all work of one trigger shares")
)
PARTITION BY DATE(checked_at)
CLUSTER BY table_name, audit
OPTIONS (description = "Audits of written tables, passed and failed; append-only, key audit_id");
