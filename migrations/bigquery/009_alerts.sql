-- What people were told, so that nobody is told twice a day and nobody is flooded.

CREATE TABLE IF NOT EXISTS nba_orchestration.alerts (
  alert_date DATE NOT NULL OPTIONS (description = "Eastern date on which it was found; what still stands is told again the next day"),
  alert_key STRING NOT NULL OPTIONS (description = "Kind, game date and subject of the finding, separated by slashes"),
  kind STRING NOT NULL OPTIONS (description = "missing_date, failed_phase, dead_letter, stale_source or quarantined"),
  game_date DATE NOT NULL OPTIONS (description = "Eastern game date that it concerns"),
  subject STRING NOT NULL OPTIONS (description = "Table, processor, feed or quarantined item that it is about"),
  words STRING NOT NULL OPTIONS (description = "The finding for people, as it was told"),
  status STRING NOT NULL OPTIONS (description = "claimed (about to be sent), sent, unsent (the webhook refused it) or held (over the limit of the day)"),
  message_id STRING NOT NULL OPTIONS (description = "Message that it was put into; all findings of one call share it"),
  claimed_at TIMESTAMP NOT NULL OPTIONS (description = "When a call took it on, real time; a claim that is old and not sent is free again"),
  sent_at TIMESTAMP OPTIONS (description = "When the webhook took the message, real time; NULL until then"),
  loaded_at TIMESTAMP NOT NULL OPTIONS (description = "When the row was last written")
)
PARTITION BY alert_date
CLUSTER BY alert_key
OPTIONS (description = "Alerts by webhook; key alert_date, alert_key", partition_expiration_days = 180);
