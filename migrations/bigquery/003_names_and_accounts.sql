-- The registry of players, their aliases and teams; NBA ids on rows of other sources; what became of every raw file.

CREATE TABLE IF NOT EXISTS nba_reference.players (
  player_id INT64 NOT NULL OPTIONS (description = "NBA player id"),
  player_name STRING NOT NULL OPTIONS (description = "Official name: by the latest box score, else the player list, else the static list"),
  name_key STRING NOT NULL OPTIONS (description = "Name without accents, dots and case, for comparison"),
  from_season STRING OPTIONS (description = "First season that a source names, e.g. 2019-20; NULL where none does"),
  to_season STRING OPTIONS (description = "Latest season that a source names; NULL where none does"),
  source STRING NOT NULL OPTIONS (description = "Where the name is from: nbac_player_boxscore, nbac_player_list or nba_api"),
  source_row_hash STRING NOT NULL OPTIONS (description = "SHA-256 of the row's content"),
  loaded_at TIMESTAMP NOT NULL OPTIONS (description = "When the row was last written")
)
CLUSTER BY name_key
OPTIONS (description = "Registry of players: official ids and names from every source that has them; key player_id");

CREATE TABLE IF NOT EXISTS nba_reference.player_aliases (
  alias_key STRING NOT NULL OPTIONS (description = "Alias without accents, dots and case, for comparison"),
  alias STRING NOT NULL OPTIONS (description = "Name as sources write it"),
  player_id INT64 NOT NULL OPTIONS (description = "NBA player id of whom it means"),
  is_abbreviation BOOL NOT NULL OPTIONS (description = "Whether it means him only where he is in one of the teams and nobody else there has that initial and last name"),
  note STRING OPTIONS (description = "Why, in a person's words"),
  added_by STRING NOT NULL OPTIONS (description = "file (player_aliases.yaml) or person; a person's goes first"),
  added_at TIMESTAMP NOT NULL OPTIONS (description = "When it was added here"),
  loaded_at TIMESTAMP NOT NULL OPTIONS (description = "When the row was last written")
)
CLUSTER BY alias_key
OPTIONS (description = "Names that sources use and the league does not; key alias_key, added_by");

CREATE TABLE IF NOT EXISTS nba_reference.team_spells (
  season STRING NOT NULL OPTIONS (description = "Season, e.g. 2024-25"),
  player_id INT64 NOT NULL OPTIONS (description = "NBA player id"),
  team STRING NOT NULL OPTIONS (description = "Three-letter code of the team"),
  player_name STRING NOT NULL OPTIONS (description = "Official name, the latest for the team"),
  first_game_date DATE OPTIONS (description = "First appearance for the team in the season; NULL for who is only listed"),
  last_game_date DATE OPTIONS (description = "Latest appearance for the team in the season; NULL for who is only listed"),
  games INT64 NOT NULL OPTIONS (description = "Appearances for the team in the season"),
  is_listed BOOL NOT NULL OPTIONS (description = "Whether the player list of the season has him on the team now"),
  source_row_hash STRING NOT NULL OPTIONS (description = "SHA-256 of the row's content"),
  loaded_at TIMESTAMP NOT NULL OPTIONS (description = "When the row was last written")
)
CLUSTER BY season, team
OPTIONS (description = "Who belonged to which team in a season, by box scores and the player list; key season, player_id, team");

CREATE TABLE IF NOT EXISTS nba_orchestration.raw_files (
  path STRING NOT NULL OPTIONS (description = "Payload in the raw store"),
  feed STRING NOT NULL OPTIONS (description = "Feed of the payload"),
  scope STRING NOT NULL OPTIONS (description = "Game date or season that the request was about"),
  fetched_date DATE OPTIONS (description = "UTC date on which the source answered, from the path; NULL where that does not say"),
  outcome STRING NOT NULL OPTIONS (description = "landed, empty, superseded, waiting, quarantined or failed"),
  row_count INT64 NOT NULL OPTIONS (description = "Rows that the payload has for the tables"),
  detail STRING OPTIONS (description = "What it waits for, or the error in words"),
  batch_id STRING NOT NULL OPTIONS (description = "Batch of Phase 2 that said so"),
  recorded_at TIMESTAMP NOT NULL OPTIONS (description = "When, real time")
)
PARTITION BY fetched_date
CLUSTER BY path
OPTIONS (description = "What became of every payload, a row a change of outcome; append-only, the latest row of a path counts");

ALTER TABLE nba_reference.unresolved_names ALTER COLUMN game_id DROP NOT NULL;
ALTER TABLE nba_reference.unresolved_names ALTER COLUMN home_team DROP NOT NULL;
ALTER TABLE nba_reference.unresolved_names ALTER COLUMN away_team DROP NOT NULL;
ALTER TABLE nba_reference.unresolved_names ADD COLUMN IF NOT EXISTS team STRING OPTIONS (description = "Team that the source gives the player; NULL where it gives none");
ALTER TABLE nba_reference.unresolved_names ALTER COLUMN team SET OPTIONS (description = "Team that the source gives the player; NULL where it gives none");
ALTER TABLE nba_reference.unresolved_names SET OPTIONS (description = "Names that could not be mapped to a player, a row a name and unit of a payload; key source, name_key, game_date, scope");

ALTER TABLE nba_raw.injuries ADD COLUMN IF NOT EXISTS player_id INT64 OPTIONS (description = "NBA player id; NULL where the name is not certain, or there is no player");
ALTER TABLE nba_raw.injuries ALTER COLUMN player_id SET OPTIONS (description = "NBA player id; NULL where the name is not certain, or there is no player");
ALTER TABLE nba_raw.injuries ADD COLUMN IF NOT EXISTS game_id STRING OPTIONS (description = "NBA game id; NULL while the schedule does not have the game");
ALTER TABLE nba_raw.injuries ALTER COLUMN game_id SET OPTIONS (description = "NBA game id; NULL while the schedule does not have the game");
ALTER TABLE nba_raw.source_player_boxscores ADD COLUMN IF NOT EXISTS player_id INT64 OPTIONS (description = "NBA player id; NULL where the name is not certain");
ALTER TABLE nba_raw.source_player_boxscores ALTER COLUMN player_id SET OPTIONS (description = "NBA player id; NULL where the name is not certain");
ALTER TABLE nba_raw.source_player_boxscores ADD COLUMN IF NOT EXISTS game_id STRING OPTIONS (description = "NBA game id; NULL while the schedule does not have the game");
ALTER TABLE nba_raw.source_player_boxscores ALTER COLUMN game_id SET OPTIONS (description = "NBA game id; NULL while the schedule does not have the game");
ALTER TABLE nba_raw.source_players ADD COLUMN IF NOT EXISTS player_id INT64 OPTIONS (description = "NBA player id; NULL where the name is not certain");
ALTER TABLE nba_raw.source_players ALTER COLUMN player_id SET OPTIONS (description = "NBA player id; NULL where the name is not certain");
ALTER TABLE nba_raw.source_injuries ADD COLUMN IF NOT EXISTS player_id INT64 OPTIONS (description = "NBA player id; NULL where the name is not certain");
ALTER TABLE nba_raw.source_injuries ALTER COLUMN player_id SET OPTIONS (description = "NBA player id; NULL where the name is not certain");
ALTER TABLE nba_raw.rosters ADD COLUMN IF NOT EXISTS player_id INT64 OPTIONS (description = "NBA player id; NULL where the name is not certain");
ALTER TABLE nba_raw.rosters ALTER COLUMN player_id SET OPTIONS (description = "NBA player id; NULL where the name is not certain");
ALTER TABLE nba_raw.source_games ADD COLUMN IF NOT EXISTS game_id STRING OPTIONS (description = "NBA game id; NULL while the schedule does not have the game");
ALTER TABLE nba_raw.source_games ALTER COLUMN game_id SET OPTIONS (description = "NBA game id; NULL while the schedule does not have the game");
