-- Raw tables of gamebooks and of offers that keep their source's ids (Phase 2).

CREATE TABLE IF NOT EXISTS nba_raw.gamebook_players (
  game_date DATE NOT NULL OPTIONS (description = "Eastern date of the game"),
  season STRING NOT NULL OPTIONS (description = "Season, e.g. 2024-25"),
  home_team STRING NOT NULL OPTIONS (description = "Three-letter code of the home team"),
  away_team STRING NOT NULL OPTIONS (description = "Three-letter code of the visiting team"),
  team STRING NOT NULL OPTIONS (description = "Three-letter code of the player's team"),
  opponent STRING NOT NULL OPTIONS (description = "Three-letter code of the other team"),
  name_key STRING NOT NULL OPTIONS (description = "Name without accents, dots and case, for comparison; the last name alone of inactive players"),
  player_name STRING NOT NULL OPTIONS (description = "Name as the gamebook spells it; the last name alone of inactive players"),
  jersey_number STRING OPTIONS (description = "Number on the shirt; NULL of inactive players"),
  status STRING NOT NULL OPTIONS (description = "played, did_not_play or inactive"),
  starter BOOL NOT NULL OPTIONS (description = "Whether he was in the starting five"),
  reason_code STRING OPTIONS (description = "Why an active player did not play: DNP, DND (did not dress) or NWT (not with team)"),
  reason STRING OPTIONS (description = "Why he did not play or was inactive, as it is written"),
  minutes INT64 OPTIONS (description = "Whole minutes played; NULL if he did not play"),
  seconds INT64 OPTIONS (description = "Seconds played beside the whole minutes; NULL if he did not play"),
  fgm INT64 OPTIONS (description = "Field goals made; NULL if he did not play"),
  fga INT64 OPTIONS (description = "Field goals attempted; NULL if he did not play"),
  fg3m INT64 OPTIONS (description = "Three-pointers made; NULL if he did not play"),
  fg3a INT64 OPTIONS (description = "Three-pointers attempted; NULL if he did not play"),
  ftm INT64 OPTIONS (description = "Free throws made; NULL if he did not play"),
  fta INT64 OPTIONS (description = "Free throws attempted; NULL if he did not play"),
  oreb INT64 OPTIONS (description = "Offensive rebounds; NULL if he did not play"),
  dreb INT64 OPTIONS (description = "Defensive rebounds; NULL if he did not play"),
  reb INT64 OPTIONS (description = "Rebounds; NULL if he did not play"),
  ast INT64 OPTIONS (description = "Assists; NULL if he did not play"),
  pf INT64 OPTIONS (description = "Personal fouls; NULL if he did not play"),
  stl INT64 OPTIONS (description = "Steals; NULL if he did not play"),
  tov INT64 OPTIONS (description = "Turnovers; NULL if he did not play"),
  blk INT64 OPTIONS (description = "Blocks; NULL if he did not play"),
  plus_minus INT64 OPTIONS (description = "Plus/minus; NULL if he did not play"),
  points INT64 OPTIONS (description = "Points; NULL if he did not play"),
  source STRING NOT NULL OPTIONS (description = "Feed that the row was read from"),
  scope STRING NOT NULL OPTIONS (description = "Unit that a payload of the feed replaces whole, e.g. game:0022400157"),
  raw_path STRING NOT NULL OPTIONS (description = "Payload in the raw store that the row was last read from"),
  source_row_hash STRING NOT NULL OPTIONS (description = "SHA-256 of the row's content; lineage left out"),
  fetched_at TIMESTAMP NOT NULL OPTIONS (description = "When the source answered"),
  loaded_at TIMESTAMP NOT NULL OPTIONS (description = "When the row was last written")
)
PARTITION BY game_date
CLUSTER BY team, name_key
OPTIONS (description = "Who played, who did not, and why, by the official scorer's report; key game_date, team, name_key");

CREATE TABLE IF NOT EXISTS nba_raw.source_prop_lines (
  snapshot_date DATE NOT NULL OPTIONS (description = "Eastern date on which the source was asked"),
  snapshot_at TIMESTAMP NOT NULL OPTIONS (description = "When the source answered: the offer was there then"),
  source_game_id STRING NOT NULL OPTIONS (description = "The source's own id of the game, as in source_games"),
  source_player_id STRING NOT NULL OPTIONS (description = "The source's own id of the player"),
  player_name STRING NOT NULL OPTIONS (description = "Name as the source spells it"),
  name_key STRING NOT NULL OPTIONS (description = "Name without accents, dots and case, for comparison"),
  team STRING OPTIONS (description = "Three-letter code of the player's team; NULL where the source names no NBA team"),
  market STRING NOT NULL OPTIONS (description = "Market, e.g. player_points"),
  book_id INT64 NOT NULL OPTIONS (description = "The source's own id of the bookmaker"),
  line FLOAT64 NOT NULL OPTIONS (description = "The number to beat"),
  over_price FLOAT64 OPTIONS (description = "Decimal price of over; NULL if not offered"),
  under_price FLOAT64 OPTIONS (description = "Decimal price of under; NULL if not offered"),
  is_main_line BOOL OPTIONS (description = "Whether the source calls it the bookmaker's main line"),
  source STRING NOT NULL OPTIONS (description = "Feed that the row was read from"),
  scope STRING NOT NULL OPTIONS (description = "Unit that a payload of the feed replaces whole, e.g. game:0022400157"),
  raw_path STRING NOT NULL OPTIONS (description = "Payload in the raw store that the row was last read from"),
  source_row_hash STRING NOT NULL OPTIONS (description = "SHA-256 of the row's content; lineage left out"),
  fetched_at TIMESTAMP NOT NULL OPTIONS (description = "When the source answered"),
  loaded_at TIMESTAMP NOT NULL OPTIONS (description = "When the row was last written")
)
PARTITION BY snapshot_date
CLUSTER BY source_game_id, name_key
OPTIONS (description = "Offers on players by a source's own ids, every snapshot; key source, snapshot_at, source_game_id, source_player_id, book_id, market, line");
