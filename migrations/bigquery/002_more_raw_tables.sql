-- More raw tables: the feeds beside schedule, box scores, shots and quotes (Phase 2).

CREATE TABLE IF NOT EXISTS nba_raw.injuries (
  report_at TIMESTAMP NOT NULL OPTIONS (description = "Moment of the report as it states it"),
  game_date DATE NOT NULL OPTIONS (description = "Eastern date of the game that the line is about"),
  season STRING NOT NULL OPTIONS (description = "Season, e.g. 2024-25"),
  home_team STRING NOT NULL OPTIONS (description = "Three-letter code of the home team"),
  away_team STRING NOT NULL OPTIONS (description = "Three-letter code of the visiting team"),
  team STRING NOT NULL OPTIONS (description = "Three-letter code of the team that reports"),
  name_key STRING NOT NULL OPTIONS (description = "Name without accents, dots and case, for comparison; empty where the team's report is not there yet"),
  player_name STRING OPTIONS (description = "Name as the report spells it, last name first; NULL where the team has not reported"),
  submitted BOOL NOT NULL OPTIONS (description = "Whether the team has reported; one row without a player where it has not"),
  status STRING OPTIONS (description = "Out, Doubtful, Questionable, Probable or Available"),
  reason STRING OPTIONS (description = "Reason in full"),
  reason_category STRING OPTIONS (description = "What stands before the first dash of the reason, e.g. Injury/Illness, G League"),
  game_time STRING OPTIONS (description = "Start as the report gives it, Eastern, without morning or afternoon"),
  source STRING NOT NULL OPTIONS (description = "Feed that the row was read from"),
  scope STRING NOT NULL OPTIONS (description = "Unit that a payload of the feed replaces whole, e.g. game:0022400157"),
  raw_path STRING NOT NULL OPTIONS (description = "Payload in the raw store that the row was last read from"),
  source_row_hash STRING NOT NULL OPTIONS (description = "SHA-256 of the row's content; lineage left out"),
  fetched_at TIMESTAMP NOT NULL OPTIONS (description = "When the source answered"),
  loaded_at TIMESTAMP NOT NULL OPTIONS (description = "When the row was last written")
)
PARTITION BY game_date
CLUSTER BY team, name_key
OPTIONS (description = "Injury reports of the league, every report; key report_at, game_date, team, name_key");

CREATE TABLE IF NOT EXISTS nba_raw.play_by_play (
  game_id STRING NOT NULL OPTIONS (description = "NBA game id, ten digits"),
  game_date DATE NOT NULL OPTIONS (description = "Eastern date of the game"),
  season STRING NOT NULL OPTIONS (description = "Season, e.g. 2024-25"),
  event_num INT64 NOT NULL OPTIONS (description = "Number of the play within the game, the source's own"),
  event_order INT64 NOT NULL OPTIONS (description = "Place of the play in the game, from 1"),
  period INT64 NOT NULL OPTIONS (description = "Period; 5 and up are overtime"),
  seconds_remaining FLOAT64 NOT NULL OPTIONS (description = "Seconds left in the period"),
  event_at TIMESTAMP OPTIONS (description = "When the play happened; NULL where the source does not say"),
  event_type STRING NOT NULL OPTIONS (description = "Kind of play in the source's words, e.g. 2pt, rebound, shot"),
  event_subtype STRING OPTIONS (description = "Finer kind, e.g. Layup, offensive"),
  descriptor STRING OPTIONS (description = "More about the play, e.g. pullup, driving"),
  team STRING OPTIONS (description = "Three-letter code of the team; NULL where the play has none"),
  player_id INT64 OPTIONS (description = "NBA player id; NULL where the play has no player or the source no ids"),
  player_name STRING OPTIONS (description = "Name as the source spells it"),
  score_home INT64 NOT NULL OPTIONS (description = "Points of the home team after the play"),
  score_away INT64 NOT NULL OPTIONS (description = "Points of the visiting team after the play"),
  shot_made BOOL OPTIONS (description = "Whether the shot or free throw went in; NULL for other plays"),
  shot_value INT64 OPTIONS (description = "1, 2 or 3 for a shot or free throw; NULL for other plays"),
  shot_distance FLOAT64 OPTIONS (description = "Distance from the rim, feet"),
  loc_x FLOAT64 OPTIONS (description = "Tenths of feet from the rim, to the side"),
  loc_y FLOAT64 OPTIONS (description = "Tenths of feet from the rim, up the floor"),
  assist_player_id INT64 OPTIONS (description = "NBA player id of the passer"),
  assist_player_name STRING OPTIONS (description = "Name of the passer"),
  steal_player_name STRING OPTIONS (description = "Name of who stole the ball"),
  block_player_name STRING OPTIONS (description = "Name of who blocked the shot"),
  away_players STRING OPTIONS (description = "The five of the visiting team on the floor, by name, semicolons between them; NULL where the source does not say"),
  home_players STRING OPTIONS (description = "The five of the home team on the floor, by name, semicolons between them; NULL where the source does not say"),
  description STRING OPTIONS (description = "The play in words"),
  source STRING NOT NULL OPTIONS (description = "Feed that the row was read from"),
  scope STRING NOT NULL OPTIONS (description = "Unit that a payload of the feed replaces whole, e.g. game:0022400157"),
  raw_path STRING NOT NULL OPTIONS (description = "Payload in the raw store that the row was last read from"),
  source_row_hash STRING NOT NULL OPTIONS (description = "SHA-256 of the row's content; lineage left out"),
  fetched_at TIMESTAMP NOT NULL OPTIONS (description = "When the source answered"),
  loaded_at TIMESTAMP NOT NULL OPTIONS (description = "When the row was last written")
)
PARTITION BY game_date
CLUSTER BY game_id, player_id
OPTIONS (description = "Plays of a game by each source; key source, game_id, event_num");
