-- Raw tables: rows as the sources gave them (Phase 2).

CREATE SCHEMA IF NOT EXISTS nba_raw OPTIONS (description = "Rows as the sources gave them (Phase 2)");

CREATE SCHEMA IF NOT EXISTS nba_staging OPTIONS (description = "Short-lived tables that a MERGE reads from");

CREATE TABLE IF NOT EXISTS nba_raw.schedule (
  game_id STRING NOT NULL OPTIONS (description = "NBA game id, ten digits"),
  game_date DATE NOT NULL OPTIONS (description = "Eastern date of the game"),
  season STRING NOT NULL OPTIONS (description = "Season, e.g. 2024-25"),
  season_type STRING NOT NULL OPTIONS (description = "Pre Season, Regular Season, All Star, Playoffs, PlayIn, IST Final"),
  tip_off TIMESTAMP OPTIONS (description = "Scheduled tip-off; NULL while to be determined"),
  home_team STRING NOT NULL OPTIONS (description = "Three-letter code of the home team"),
  away_team STRING NOT NULL OPTIONS (description = "Three-letter code of the visiting team"),
  home_team_id INT64 NOT NULL OPTIONS (description = "NBA id of the home team"),
  away_team_id INT64 NOT NULL OPTIONS (description = "NBA id of the visiting team"),
  game_status INT64 OPTIONS (description = "1 scheduled, 2 in progress, 3 final; as the feed last said"),
  game_status_text STRING OPTIONS (description = "Status in words"),
  postponed BOOL NOT NULL OPTIONS (description = "Whether the feed marks the game as postponed"),
  arena STRING OPTIONS (description = "Arena"),
  arena_city STRING OPTIONS (description = "City of the arena"),
  is_neutral BOOL OPTIONS (description = "Whether neither team is at home"),
  game_label STRING OPTIONS (description = "Label, e.g. Emirates NBA Cup"),
  source STRING NOT NULL OPTIONS (description = "Feed that the row was read from"),
  scope STRING NOT NULL OPTIONS (description = "Unit that a payload of the feed replaces whole, e.g. game:0022400157"),
  raw_path STRING NOT NULL OPTIONS (description = "Payload in the raw store that the row was last read from"),
  source_row_hash STRING NOT NULL OPTIONS (description = "SHA-256 of the row's content; lineage left out"),
  fetched_at TIMESTAMP NOT NULL OPTIONS (description = "When the source answered"),
  loaded_at TIMESTAMP NOT NULL OPTIONS (description = "When the row was last written")
)
PARTITION BY game_date
CLUSTER BY home_team, away_team
OPTIONS (description = "Games as the league's schedule lists them; key game_id");

CREATE TABLE IF NOT EXISTS nba_raw.player_boxscores (
  game_id STRING NOT NULL OPTIONS (description = "NBA game id, ten digits"),
  game_date DATE NOT NULL OPTIONS (description = "Eastern date of the game"),
  season STRING NOT NULL OPTIONS (description = "Season, e.g. 2024-25"),
  player_id INT64 NOT NULL OPTIONS (description = "NBA player id"),
  season_type STRING NOT NULL OPTIONS (description = "Season type as stats.nba.com spells it"),
  player_name STRING NOT NULL OPTIONS (description = "Name as the feed spells it"),
  team_id INT64 NOT NULL OPTIONS (description = "NBA team id"),
  team STRING NOT NULL OPTIONS (description = "Three-letter code of the player's team"),
  opponent STRING NOT NULL OPTIONS (description = "Three-letter code of the other team"),
  is_home BOOL NOT NULL OPTIONS (description = "Whether the player's team was at home"),
  win BOOL OPTIONS (description = "Whether the player's team won"),
  minutes INT64 OPTIONS (description = "Minutes played, whole minutes as the feed gives them"),
  points INT64 OPTIONS (description = "Points"),
  fgm INT64 OPTIONS (description = "Field goals made"),
  fga INT64 OPTIONS (description = "Field goals attempted"),
  fg3m INT64 OPTIONS (description = "Three-pointers made"),
  fg3a INT64 OPTIONS (description = "Three-pointers attempted"),
  ftm INT64 OPTIONS (description = "Free throws made"),
  fta INT64 OPTIONS (description = "Free throws attempted"),
  oreb INT64 OPTIONS (description = "Offensive rebounds"),
  dreb INT64 OPTIONS (description = "Defensive rebounds"),
  reb INT64 OPTIONS (description = "Rebounds"),
  ast INT64 OPTIONS (description = "Assists"),
  stl INT64 OPTIONS (description = "Steals"),
  blk INT64 OPTIONS (description = "Blocks"),
  tov INT64 OPTIONS (description = "Turnovers"),
  pf INT64 OPTIONS (description = "Personal fouls"),
  plus_minus INT64 OPTIONS (description = "Plus/minus"),
  source STRING NOT NULL OPTIONS (description = "Feed that the row was read from"),
  scope STRING NOT NULL OPTIONS (description = "Unit that a payload of the feed replaces whole, e.g. game:0022400157"),
  raw_path STRING NOT NULL OPTIONS (description = "Payload in the raw store that the row was last read from"),
  source_row_hash STRING NOT NULL OPTIONS (description = "SHA-256 of the row's content; lineage left out"),
  fetched_at TIMESTAMP NOT NULL OPTIONS (description = "When the source answered"),
  loaded_at TIMESTAMP NOT NULL OPTIONS (description = "When the row was last written")
)
PARTITION BY game_date
CLUSTER BY player_id, team
OPTIONS (description = "Box score lines of players; key game_id, player_id");

CREATE TABLE IF NOT EXISTS nba_raw.team_boxscores (
  game_id STRING NOT NULL OPTIONS (description = "NBA game id, ten digits"),
  game_date DATE NOT NULL OPTIONS (description = "Eastern date of the game"),
  season STRING NOT NULL OPTIONS (description = "Season, e.g. 2024-25"),
  team_id INT64 NOT NULL OPTIONS (description = "NBA team id"),
  team STRING NOT NULL OPTIONS (description = "Three-letter code of the team"),
  season_type STRING NOT NULL OPTIONS (description = "Season type as stats.nba.com spells it"),
  opponent STRING NOT NULL OPTIONS (description = "Three-letter code of the other team"),
  is_home BOOL NOT NULL OPTIONS (description = "Whether the team was at home"),
  win BOOL OPTIONS (description = "Whether the team won"),
  minutes INT64 OPTIONS (description = "Minutes played, whole minutes as the feed gives them"),
  points INT64 OPTIONS (description = "Points"),
  fgm INT64 OPTIONS (description = "Field goals made"),
  fga INT64 OPTIONS (description = "Field goals attempted"),
  fg3m INT64 OPTIONS (description = "Three-pointers made"),
  fg3a INT64 OPTIONS (description = "Three-pointers attempted"),
  ftm INT64 OPTIONS (description = "Free throws made"),
  fta INT64 OPTIONS (description = "Free throws attempted"),
  oreb INT64 OPTIONS (description = "Offensive rebounds"),
  dreb INT64 OPTIONS (description = "Defensive rebounds"),
  reb INT64 OPTIONS (description = "Rebounds"),
  ast INT64 OPTIONS (description = "Assists"),
  stl INT64 OPTIONS (description = "Steals"),
  blk INT64 OPTIONS (description = "Blocks"),
  tov INT64 OPTIONS (description = "Turnovers"),
  pf INT64 OPTIONS (description = "Personal fouls"),
  plus_minus INT64 OPTIONS (description = "Plus/minus"),
  source STRING NOT NULL OPTIONS (description = "Feed that the row was read from"),
  scope STRING NOT NULL OPTIONS (description = "Unit that a payload of the feed replaces whole, e.g. game:0022400157"),
  raw_path STRING NOT NULL OPTIONS (description = "Payload in the raw store that the row was last read from"),
  source_row_hash STRING NOT NULL OPTIONS (description = "SHA-256 of the row's content; lineage left out"),
  fetched_at TIMESTAMP NOT NULL OPTIONS (description = "When the source answered"),
  loaded_at TIMESTAMP NOT NULL OPTIONS (description = "When the row was last written")
)
PARTITION BY game_date
CLUSTER BY team
OPTIONS (description = "Box score lines of teams; key game_id, team");

CREATE TABLE IF NOT EXISTS nba_raw.shots (
  game_id STRING NOT NULL OPTIONS (description = "NBA game id, ten digits"),
  game_date DATE NOT NULL OPTIONS (description = "Eastern date of the game"),
  season STRING NOT NULL OPTIONS (description = "Season, e.g. 2024-25"),
  event_id INT64 NOT NULL OPTIONS (description = "Event number within the game"),
  player_id INT64 NOT NULL OPTIONS (description = "NBA player id of the shooter"),
  player_name STRING OPTIONS (description = "Name as the feed spells it"),
  team STRING NOT NULL OPTIONS (description = "Three-letter code of the shooter's team"),
  period INT64 OPTIONS (description = "Period; 5 and up are overtime"),
  seconds_remaining INT64 OPTIONS (description = "Seconds left in the period"),
  action_type STRING OPTIONS (description = "Kind of shot, e.g. Pullup Jump shot"),
  shot_value INT64 OPTIONS (description = "2 or 3"),
  zone_basic STRING OPTIONS (description = "Zone, e.g. Restricted Area, Mid-Range, Above the Break 3"),
  zone_area STRING OPTIONS (description = "Side of the floor"),
  zone_range STRING OPTIONS (description = "Distance band"),
  distance_feet INT64 OPTIONS (description = "Distance from the rim, feet"),
  loc_x INT64 OPTIONS (description = "Tenths of feet from the rim, to the side"),
  loc_y INT64 OPTIONS (description = "Tenths of feet from the rim, up the floor"),
  made BOOL NOT NULL OPTIONS (description = "Whether the shot went in"),
  source STRING NOT NULL OPTIONS (description = "Feed that the row was read from"),
  scope STRING NOT NULL OPTIONS (description = "Unit that a payload of the feed replaces whole, e.g. game:0022400157"),
  raw_path STRING NOT NULL OPTIONS (description = "Payload in the raw store that the row was last read from"),
  source_row_hash STRING NOT NULL OPTIONS (description = "SHA-256 of the row's content; lineage left out"),
  fetched_at TIMESTAMP NOT NULL OPTIONS (description = "When the source answered"),
  loaded_at TIMESTAMP NOT NULL OPTIONS (description = "When the row was last written")
)
PARTITION BY game_date
CLUSTER BY player_id
OPTIONS (description = "Every field goal attempt with its place; key game_id, event_id");

CREATE TABLE IF NOT EXISTS nba_raw.players (
  season STRING NOT NULL OPTIONS (description = "Season, e.g. 2024-25"),
  player_id INT64 NOT NULL OPTIONS (description = "NBA player id"),
  snapshot_date DATE NOT NULL OPTIONS (description = "First date of the season (1 August): the partition"),
  player_name STRING NOT NULL OPTIONS (description = "Name in the latest source"),
  name_key STRING NOT NULL OPTIONS (description = "Name without accents, dots and case, for comparison"),
  team STRING OPTIONS (description = "Three-letter code of the latest team"),
  position STRING OPTIONS (description = "Position, where the player list gives it"),
  first_game_date DATE OPTIONS (description = "First game seen in the season"),
  last_game_date DATE OPTIONS (description = "Last game seen in the season"),
  games INT64 OPTIONS (description = "Games seen in the season"),
  source STRING NOT NULL OPTIONS (description = "Feed that the row was read from"),
  scope STRING NOT NULL OPTIONS (description = "Unit that a payload of the feed replaces whole, e.g. game:0022400157"),
  raw_path STRING NOT NULL OPTIONS (description = "Payload in the raw store that the row was last read from"),
  source_row_hash STRING NOT NULL OPTIONS (description = "SHA-256 of the row's content; lineage left out"),
  fetched_at TIMESTAMP NOT NULL OPTIONS (description = "When the source answered"),
  loaded_at TIMESTAMP NOT NULL OPTIONS (description = "When the row was last written")
)
PARTITION BY snapshot_date
CLUSTER BY player_id
OPTIONS (description = "Players of a season, by the player list where there is one, else by their games; key season, player_id");

CREATE TABLE IF NOT EXISTS nba_raw.player_prop_lines (
  game_id STRING NOT NULL OPTIONS (description = "NBA game id, ten digits"),
  game_date DATE NOT NULL OPTIONS (description = "Eastern date of the game"),
  season STRING NOT NULL OPTIONS (description = "Season, e.g. 2024-25"),
  player_id INT64 NOT NULL OPTIONS (description = "NBA player id"),
  player_name STRING NOT NULL OPTIONS (description = "Name as the bookmaker spells it"),
  team STRING OPTIONS (description = "Three-letter code of the player's team, where his games tell it"),
  resolved_by STRING NOT NULL OPTIONS (description = "How the name was resolved: team, alias, registry"),
  bookmaker STRING NOT NULL OPTIONS (description = "Bookmaker's key"),
  market STRING NOT NULL OPTIONS (description = "Market, e.g. player_points"),
  line FLOAT64 NOT NULL OPTIONS (description = "The number to beat"),
  over_price FLOAT64 OPTIONS (description = "Decimal price of over; NULL if not offered"),
  under_price FLOAT64 OPTIONS (description = "Decimal price of under; NULL if not offered"),
  is_main_line BOOL NOT NULL OPTIONS (description = "Whether it is the bookmaker's most even two-sided line on the player in this snapshot"),
  snapshot_at TIMESTAMP NOT NULL OPTIONS (description = "Moment of the snapshot: the quote was there then"),
  last_update TIMESTAMP OPTIONS (description = "When the bookmaker last changed the market"),
  tip_off TIMESTAMP NOT NULL OPTIONS (description = "Start of the game as the odds feed has it"),
  event_id STRING NOT NULL OPTIONS (description = "The odds feed's id of the game"),
  source STRING NOT NULL OPTIONS (description = "Feed that the row was read from"),
  scope STRING NOT NULL OPTIONS (description = "Unit that a payload of the feed replaces whole, e.g. game:0022400157"),
  raw_path STRING NOT NULL OPTIONS (description = "Payload in the raw store that the row was last read from"),
  source_row_hash STRING NOT NULL OPTIONS (description = "SHA-256 of the row's content; lineage left out"),
  fetched_at TIMESTAMP NOT NULL OPTIONS (description = "When the source answered"),
  loaded_at TIMESTAMP NOT NULL OPTIONS (description = "When the row was last written")
)
PARTITION BY game_date
CLUSTER BY player_id, bookmaker
OPTIONS (description = "Quotes of player props, every snapshot; key game_id, player_id, bookmaker, market, line, snapshot_at");

CREATE TABLE IF NOT EXISTS nba_raw.game_lines (
  game_id STRING NOT NULL OPTIONS (description = "NBA game id, ten digits"),
  game_date DATE NOT NULL OPTIONS (description = "Eastern date of the game"),
  season STRING NOT NULL OPTIONS (description = "Season, e.g. 2024-25"),
  bookmaker STRING NOT NULL OPTIONS (description = "Bookmaker's key"),
  market STRING NOT NULL OPTIONS (description = "spreads, totals or h2h"),
  outcome STRING NOT NULL OPTIONS (description = "home, away, over or under"),
  point FLOAT64 OPTIONS (description = "Spread of that side, or the total; NULL for h2h"),
  price FLOAT64 NOT NULL OPTIONS (description = "Decimal price"),
  snapshot_at TIMESTAMP NOT NULL OPTIONS (description = "Moment of the snapshot"),
  last_update TIMESTAMP OPTIONS (description = "When the bookmaker last changed the market"),
  tip_off TIMESTAMP NOT NULL OPTIONS (description = "Start of the game as the odds feed has it"),
  event_id STRING NOT NULL OPTIONS (description = "The odds feed's id of the game"),
  source STRING NOT NULL OPTIONS (description = "Feed that the row was read from"),
  scope STRING NOT NULL OPTIONS (description = "Unit that a payload of the feed replaces whole, e.g. game:0022400157"),
  raw_path STRING NOT NULL OPTIONS (description = "Payload in the raw store that the row was last read from"),
  source_row_hash STRING NOT NULL OPTIONS (description = "SHA-256 of the row's content; lineage left out"),
  fetched_at TIMESTAMP NOT NULL OPTIONS (description = "When the source answered"),
  loaded_at TIMESTAMP NOT NULL OPTIONS (description = "When the row was last written")
)
PARTITION BY game_date
CLUSTER BY game_id, bookmaker
OPTIONS (description = "Quotes of spreads, totals and winners, every snapshot; key game_id, bookmaker, market, outcome, snapshot_at");
