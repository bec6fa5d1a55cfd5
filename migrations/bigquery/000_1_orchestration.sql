-- What ran, what could not be read, and which names are unknown.

CREATE SCHEMA IF NOT EXISTS nba_orchestration OPTIONS (description = "What ran, with what outcome");

CREATE SCHEMA IF NOT EXISTS nba_reference OPTIONS (description = "Registries and names");

CREATE TABLE IF NOT EXISTS nba_reference.unresolved_names (
  source STRING NOT NULL OPTIONS (description = "Feed that used the name"),
  name STRING NOT NULL OPTIONS (description = "Name as the feed spells it"),
  name_key STRING NOT NULL OPTIONS (description = "Name without accents, dots and case"),
  game_id STRING NOT NULL OPTIONS (description = "NBA game id of the quote"),
  game_date DATE NOT NULL OPTIONS (description = "Eastern date of the game"),
  home_team STRING NOT NULL OPTIONS (description = "Home team of the game"),
  away_team STRING NOT NULL OPTIONS (description = "Visiting team of the game"),
  quotes INT64 NOT NULL OPTIONS (description = "Quotes that wait for this name"),
  reason STRING NOT NULL OPTIONS (description = "Why it was not resolved: unknown or ambiguous"),
  raw_path STRING NOT NULL OPTIONS (description = "Payload that used the name"),
  scope STRING NOT NULL OPTIONS (description = "Unit that a payload replaces whole"),
  source_row_hash STRING NOT NULL OPTIONS (description = "SHA-256 of the row's content; lineage left out"),
  fetched_at TIMESTAMP NOT NULL OPTIONS (description = "When the source answered"),
  loaded_at TIMESTAMP NOT NULL OPTIONS (description = "When the row was last written")
)
PARTITION BY game_date
CLUSTER BY name_key
OPTIONS (description = "Names of the odds feeds that could not be mapped to a player, for every snapshot; key source, name_key, game_id, scope");

CREATE TABLE IF NOT EXISTS nba_orchestration.schema_migrations (
  name STRING NOT NULL OPTIONS (description = "File name of the migration"),
  checksum STRING NOT NULL OPTIONS (description = "SHA-256 of the file when it was applied"),
  applied_at TIMESTAMP NOT NULL OPTIONS (description = "When it was applied"),
  statements INT64 NOT NULL OPTIONS (description = "Statements in the file")
)
OPTIONS (description = "Migrations that were applied; key name");

CREATE TABLE IF NOT EXISTS nba_orchestration.processor_runs (
  run_id STRING NOT NULL OPTIONS (description = "Id of the run"),
  phase STRING NOT NULL OPTIONS (description = "Phase, e.g. phase3"),
  processor STRING NOT NULL OPTIONS (description = "Processor or scraper"),
  start_date DATE NOT NULL OPTIONS (description = "First game date of the run"),
  end_date DATE NOT NULL OPTIONS (description = "Last game date of the run"),
  trigger STRING NOT NULL OPTIONS (description = "scheduler, pubsub, manual, reconcile or replay"),
  input_version STRING OPTIONS (description = "Version of everything that the run read"),
  code_version STRING OPTIONS (description = "Version of the code that ran"),
  status STRING NOT NULL OPTIONS (description = "success, unchanged, not_ready, failed, timed_out or quarantined"),
  rows_in INT64 OPTIONS (description = "Rows read or computed"),
  rows_changed INT64 OPTIONS (description = "Rows inserted, updated and deleted"),
  content_hash STRING OPTIONS (description = "Version of the output's content in the range after the run"),
  started_at TIMESTAMP NOT NULL OPTIONS (description = "Start, real time"),
  finished_at TIMESTAMP OPTIONS (description = "End, real time"),
  attempt INT64 OPTIONS (description = "Delivery attempt that the run belongs to"),
  correlation_id STRING OPTIONS (description = "Id that all work of one trigger shares"),
  error_type STRING OPTIONS (description = "Class of the error"),
  error_message STRING OPTIONS (description = "The error in words"),
  bytes_processed INT64 OPTIONS (description = "Bytes that its statements read")
)
PARTITION BY DATE(started_at)
CLUSTER BY processor, status
OPTIONS (description = "Run ledger: what ran, on what input, with what outcome; append-only, key run_id");

CREATE TABLE IF NOT EXISTS nba_orchestration.quarantine (
  item_id STRING NOT NULL OPTIONS (description = "Id: the raw path, or the message id"),
  quarantined_date DATE NOT NULL OPTIONS (description = "Date on which it was put here"),
  kind STRING NOT NULL OPTIONS (description = "payload or message"),
  feed STRING OPTIONS (description = "Feed of a payload, subscription of a message"),
  raw_path STRING OPTIONS (description = "Payload in the raw store"),
  error_type STRING NOT NULL OPTIONS (description = "Class of the error"),
  error_message STRING NOT NULL OPTIONS (description = "The error in words: file, field, remedy"),
  content STRING OPTIONS (description = "The payload or message, whole where it is text; base64 where it is not"),
  status STRING NOT NULL OPTIONS (description = "waiting, or resolved once it has been read after all"),
  attempts INT64 NOT NULL OPTIONS (description = "Times it was tried"),
  loaded_at TIMESTAMP NOT NULL OPTIONS (description = "When the row was last written")
)
PARTITION BY quarantined_date
CLUSTER BY status, feed
OPTIONS (description = "Payloads and messages that could not be read, whole, with the error; key item_id");
