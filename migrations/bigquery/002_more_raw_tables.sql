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

CREATE TABLE IF NOT EXISTS nba_raw.player_list (
  season STRING NOT NULL OPTIONS (description = "Season, e.g. 2024-25"),
  player_id INT64 NOT NULL OPTIONS (description = "NBA player id"),
  snapshot_date DATE NOT NULL OPTIONS (description = "First date of the season (1 August): the partition"),
  player_name STRING NOT NULL OPTIONS (description = "First and last name"),
  name_key STRING NOT NULL OPTIONS (description = "Name without accents, dots and case, for comparison"),
  team_id INT64 OPTIONS (description = "NBA team id; NULL for a player without a team"),
  team STRING OPTIONS (description = "Three-letter code of the team; NULL for a player without a team"),
  jersey_number STRING OPTIONS (description = "Number on the shirt"),
  position STRING OPTIONS (description = "Position, e.g. G, F-C"),
  height_inches INT64 OPTIONS (description = "Height, inches"),
  weight_pounds INT64 OPTIONS (description = "Weight, pounds"),
  college STRING OPTIONS (description = "College or last club before the NBA"),
  country STRING OPTIONS (description = "Country"),
  draft_year INT64 OPTIONS (description = "Year of the draft; NULL when undrafted"),
  draft_round INT64 OPTIONS (description = "Round of the draft"),
  draft_number INT64 OPTIONS (description = "Pick of the draft"),
  is_on_roster BOOL NOT NULL OPTIONS (description = "Whether the list counts him to a roster"),
  first_season INT64 OPTIONS (description = "Year in which his first season began"),
  last_season INT64 OPTIONS (description = "Year in which his latest season began"),
  source STRING NOT NULL OPTIONS (description = "Feed that the row was read from"),
  scope STRING NOT NULL OPTIONS (description = "Unit that a payload of the feed replaces whole, e.g. game:0022400157"),
  raw_path STRING NOT NULL OPTIONS (description = "Payload in the raw store that the row was last read from"),
  source_row_hash STRING NOT NULL OPTIONS (description = "SHA-256 of the row's content; lineage left out"),
  fetched_at TIMESTAMP NOT NULL OPTIONS (description = "When the source answered"),
  loaded_at TIMESTAMP NOT NULL OPTIONS (description = "When the row was last written")
)
PARTITION BY snapshot_date
CLUSTER BY player_id
OPTIONS (description = "The league's list of the players of a season; key season, player_id");

CREATE TABLE IF NOT EXISTS nba_raw.scoreboard (
  game_id STRING NOT NULL OPTIONS (description = "NBA game id, ten digits"),
  game_date DATE NOT NULL OPTIONS (description = "Eastern date of the game"),
  season STRING NOT NULL OPTIONS (description = "Season, e.g. 2024-25"),
  team_id INT64 NOT NULL OPTIONS (description = "NBA team id"),
  team STRING NOT NULL OPTIONS (description = "Three-letter code of the team"),
  opponent STRING NOT NULL OPTIONS (description = "Three-letter code of the other team"),
  is_home BOOL NOT NULL OPTIONS (description = "Whether the team is at home"),
  game_status INT64 NOT NULL OPTIONS (description = "1 scheduled, 2 in progress, 3 final"),
  game_status_text STRING OPTIONS (description = "Status in words"),
  period INT64 OPTIONS (description = "Last period played so far"),
  points INT64 OPTIONS (description = "Points; NULL before the game"),
  points_q1 INT64 OPTIONS (description = "Points of quarter 1"),
  points_q2 INT64 OPTIONS (description = "Points of quarter 2"),
  points_q3 INT64 OPTIONS (description = "Points of quarter 3"),
  points_q4 INT64 OPTIONS (description = "Points of quarter 4"),
  points_overtime INT64 OPTIONS (description = "Points of all overtimes together; 0 where there was none"),
  record STRING OPTIONS (description = "Wins and losses after the game, e.g. 27-15"),
  arena STRING OPTIONS (description = "Arena"),
  source STRING NOT NULL OPTIONS (description = "Feed that the row was read from"),
  scope STRING NOT NULL OPTIONS (description = "Unit that a payload of the feed replaces whole, e.g. game:0022400157"),
  raw_path STRING NOT NULL OPTIONS (description = "Payload in the raw store that the row was last read from"),
  source_row_hash STRING NOT NULL OPTIONS (description = "SHA-256 of the row's content; lineage left out"),
  fetched_at TIMESTAMP NOT NULL OPTIONS (description = "When the source answered"),
  loaded_at TIMESTAMP NOT NULL OPTIONS (description = "When the row was last written")
)
PARTITION BY game_date
CLUSTER BY team
OPTIONS (description = "Line scores of games by the scoreboard; key game_id, team");

CREATE TABLE IF NOT EXISTS nba_raw.referees (
  game_date DATE NOT NULL OPTIONS (description = "Eastern date of the game"),
  season STRING NOT NULL OPTIONS (description = "Season, e.g. 2024-25"),
  assignment STRING NOT NULL OPTIONS (description = "NBA game id, or replay centre"),
  official_id INT64 NOT NULL OPTIONS (description = "NBA id of the official"),
  game_id STRING OPTIONS (description = "NBA game id, ten digits; NULL for the replay centre, which serves all games of the day"),
  official_name STRING NOT NULL OPTIONS (description = "Name"),
  jersey_number STRING OPTIONS (description = "Number on the shirt"),
  position INT64 OPTIONS (description = "Place in the list of the game; NULL for the replay centre"),
  home_team STRING OPTIONS (description = "Three-letter code of the home team"),
  away_team STRING OPTIONS (description = "Three-letter code of the visiting team"),
  source STRING NOT NULL OPTIONS (description = "Feed that the row was read from"),
  scope STRING NOT NULL OPTIONS (description = "Unit that a payload of the feed replaces whole, e.g. game:0022400157"),
  raw_path STRING NOT NULL OPTIONS (description = "Payload in the raw store that the row was last read from"),
  source_row_hash STRING NOT NULL OPTIONS (description = "SHA-256 of the row's content; lineage left out"),
  fetched_at TIMESTAMP NOT NULL OPTIONS (description = "When the source answered"),
  loaded_at TIMESTAMP NOT NULL OPTIONS (description = "When the row was last written")
)
PARTITION BY game_date
CLUSTER BY official_id
OPTIONS (description = "Officials of games and of the replay centre; key game_date, assignment, official_id");

CREATE TABLE IF NOT EXISTS nba_raw.player_movement (
  movement_key STRING NOT NULL OPTIONS (description = "Group, team, player and other team: what makes the entry one"),
  transaction_date DATE NOT NULL OPTIONS (description = "Date of the transaction"),
  transaction_type STRING NOT NULL OPTIONS (description = "Signing, Waive, Trade, ContractConverted or AwardOnWaivers"),
  transaction_group STRING NOT NULL OPTIONS (description = "Entries of one transaction have one group, e.g. Trade 2025015"),
  player_id INT64 OPTIONS (description = "NBA player id; NULL where it is not about a player, e.g. a draft pick"),
  player_slug STRING OPTIONS (description = "Name in the form of a web address"),
  team_id INT64 NOT NULL OPTIONS (description = "NBA id of the team that acts or receives"),
  team STRING OPTIONS (description = "Three-letter code of that team; NULL for a club of no NBA code"),
  other_team_id INT64 OPTIONS (description = "NBA id of the team that the player comes from, in trades"),
  description STRING NOT NULL OPTIONS (description = "The transaction in words"),
  source STRING NOT NULL OPTIONS (description = "Feed that the row was read from"),
  scope STRING NOT NULL OPTIONS (description = "Unit that a payload of the feed replaces whole, e.g. game:0022400157"),
  raw_path STRING NOT NULL OPTIONS (description = "Payload in the raw store that the row was last read from"),
  source_row_hash STRING NOT NULL OPTIONS (description = "SHA-256 of the row's content; lineage left out"),
  fetched_at TIMESTAMP NOT NULL OPTIONS (description = "When the source answered"),
  loaded_at TIMESTAMP NOT NULL OPTIONS (description = "When the row was last written")
)
PARTITION BY transaction_date
CLUSTER BY player_id, team
OPTIONS (description = "Signings, waivers and trades; key movement_key");

CREATE TABLE IF NOT EXISTS nba_raw.source_games (
  source_game_id STRING NOT NULL OPTIONS (description = "The source's own id of the game"),
  game_date DATE NOT NULL OPTIONS (description = "Eastern date of the game"),
  season STRING NOT NULL OPTIONS (description = "Season, e.g. 2024-25"),
  tip_off TIMESTAMP OPTIONS (description = "Start as the source has it; NULL where it does not say"),
  home_team STRING NOT NULL OPTIONS (description = "Three-letter NBA code of the home team"),
  away_team STRING NOT NULL OPTIONS (description = "Three-letter NBA code of the visiting team"),
  status STRING OPTIONS (description = "Status in the source's words"),
  is_final BOOL NOT NULL OPTIONS (description = "Whether the source calls the game over"),
  period INT64 OPTIONS (description = "Last period played so far"),
  home_points INT64 OPTIONS (description = "Points of the home team; NULL before the game"),
  away_points INT64 OPTIONS (description = "Points of the visiting team; NULL before the game"),
  postseason BOOL OPTIONS (description = "Whether the game is one of the playoffs; NULL where the source does not say"),
  is_neutral BOOL OPTIONS (description = "Whether neither team is at home; NULL where the source does not say"),
  source STRING NOT NULL OPTIONS (description = "Feed that the row was read from"),
  scope STRING NOT NULL OPTIONS (description = "Unit that a payload of the feed replaces whole, e.g. game:0022400157"),
  raw_path STRING NOT NULL OPTIONS (description = "Payload in the raw store that the row was last read from"),
  source_row_hash STRING NOT NULL OPTIONS (description = "SHA-256 of the row's content; lineage left out"),
  fetched_at TIMESTAMP NOT NULL OPTIONS (description = "When the source answered"),
  loaded_at TIMESTAMP NOT NULL OPTIONS (description = "When the row was last written")
)
PARTITION BY game_date
CLUSTER BY home_team, away_team
OPTIONS (description = "Games as other sources list them, to tell their ids; key source, source_game_id");

CREATE TABLE IF NOT EXISTS nba_raw.source_player_boxscores (
  game_date DATE NOT NULL OPTIONS (description = "Eastern date of the game"),
  season STRING NOT NULL OPTIONS (description = "Season, e.g. 2024-25"),
  team STRING NOT NULL OPTIONS (description = "Three-letter NBA code of the player's team"),
  opponent STRING NOT NULL OPTIONS (description = "Three-letter NBA code of the other team"),
  is_home BOOL NOT NULL OPTIONS (description = "Whether the player's team was at home"),
  source_player_id STRING NOT NULL OPTIONS (description = "The source's own id of the player"),
  source_game_id STRING OPTIONS (description = "The source's own id of the game; NULL where it gives none"),
  player_name STRING NOT NULL OPTIONS (description = "Name as the source spells it"),
  name_key STRING NOT NULL OPTIONS (description = "Name without accents, dots and case, for comparison"),
  starter BOOL OPTIONS (description = "Whether he started; NULL where the source does not say"),
  played BOOL NOT NULL OPTIONS (description = "Whether he played"),
  not_played_reason STRING OPTIONS (description = "Why he did not play, where the source says"),
  minutes INT64 OPTIONS (description = "Minutes played, whole minutes as the source gives them"),
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
  plus_minus INT64 OPTIONS (description = "Plus/minus; NULL where the source does not give it"),
  source STRING NOT NULL OPTIONS (description = "Feed that the row was read from"),
  scope STRING NOT NULL OPTIONS (description = "Unit that a payload of the feed replaces whole, e.g. game:0022400157"),
  raw_path STRING NOT NULL OPTIONS (description = "Payload in the raw store that the row was last read from"),
  source_row_hash STRING NOT NULL OPTIONS (description = "SHA-256 of the row's content; lineage left out"),
  fetched_at TIMESTAMP NOT NULL OPTIONS (description = "When the source answered"),
  loaded_at TIMESTAMP NOT NULL OPTIONS (description = "When the row was last written")
)
PARTITION BY game_date
CLUSTER BY team, name_key
OPTIONS (description = "Box score lines of players by sources other than the NBA; key source, game_date, team, source_player_id");

CREATE TABLE IF NOT EXISTS nba_raw.source_players (
  snapshot_date DATE NOT NULL OPTIONS (description = "Eastern date on which the source was asked"),
  source_player_id STRING NOT NULL OPTIONS (description = "The source's own id of the player"),
  player_name STRING NOT NULL OPTIONS (description = "Name as the source spells it"),
  name_key STRING NOT NULL OPTIONS (description = "Name without accents, dots and case, for comparison"),
  team STRING OPTIONS (description = "Three-letter NBA code of the team; NULL for a player without a team"),
  position STRING OPTIONS (description = "Position"),
  jersey_number STRING OPTIONS (description = "Number on the shirt"),
  height_inches INT64 OPTIONS (description = "Height, inches"),
  weight_pounds INT64 OPTIONS (description = "Weight, pounds"),
  draft_year INT64 OPTIONS (description = "Year of the draft; NULL when undrafted"),
  source STRING NOT NULL OPTIONS (description = "Feed that the row was read from"),
  scope STRING NOT NULL OPTIONS (description = "Unit that a payload of the feed replaces whole, e.g. game:0022400157"),
  raw_path STRING NOT NULL OPTIONS (description = "Payload in the raw store that the row was last read from"),
  source_row_hash STRING NOT NULL OPTIONS (description = "SHA-256 of the row's content; lineage left out"),
  fetched_at TIMESTAMP NOT NULL OPTIONS (description = "When the source answered"),
  loaded_at TIMESTAMP NOT NULL OPTIONS (description = "When the row was last written")
)
PARTITION BY snapshot_date
CLUSTER BY source_player_id, team
OPTIONS (description = "Players that another source lists as active; key source, snapshot_date, source_player_id");

CREATE TABLE IF NOT EXISTS nba_raw.source_injuries (
  snapshot_date DATE NOT NULL OPTIONS (description = "Eastern date on which the source was asked"),
  snapshot_at TIMESTAMP NOT NULL OPTIONS (description = "When the source answered: the injury stood there then"),
  source_player_id STRING NOT NULL OPTIONS (description = "The source's own id of the player"),
  player_name STRING NOT NULL OPTIONS (description = "Name as the source spells it"),
  name_key STRING NOT NULL OPTIONS (description = "Name without accents, dots and case, for comparison"),
  team STRING OPTIONS (description = "Three-letter NBA code of the team; NULL for a player without a team"),
  status STRING NOT NULL OPTIONS (description = "Status in the source's words, e.g. Out, Day-To-Day"),
  return_date STRING OPTIONS (description = "Expected return as the source writes it, without a year"),
  description STRING OPTIONS (description = "Report in words"),
  source STRING NOT NULL OPTIONS (description = "Feed that the row was read from"),
  scope STRING NOT NULL OPTIONS (description = "Unit that a payload of the feed replaces whole, e.g. game:0022400157"),
  raw_path STRING NOT NULL OPTIONS (description = "Payload in the raw store that the row was last read from"),
  source_row_hash STRING NOT NULL OPTIONS (description = "SHA-256 of the row's content; lineage left out"),
  fetched_at TIMESTAMP NOT NULL OPTIONS (description = "When the source answered"),
  loaded_at TIMESTAMP NOT NULL OPTIONS (description = "When the row was last written")
)
PARTITION BY snapshot_date
CLUSTER BY source_player_id
OPTIONS (description = "Injuries by sources other than the league, every answer; key source, snapshot_at, source_player_id");

CREATE TABLE IF NOT EXISTS nba_raw.standings (
  snapshot_date DATE NOT NULL OPTIONS (description = "Eastern date on which the source was asked"),
  season STRING NOT NULL OPTIONS (description = "Season, e.g. 2024-25"),
  team STRING NOT NULL OPTIONS (description = "Three-letter code of the team"),
  conference STRING NOT NULL OPTIONS (description = "East or West"),
  conference_rank INT64 OPTIONS (description = "Place in the conference"),
  division_rank INT64 OPTIONS (description = "Place in the division"),
  wins INT64 NOT NULL OPTIONS (description = "Games won"),
  losses INT64 NOT NULL OPTIONS (description = "Games lost"),
  home_wins INT64 OPTIONS (description = "Games won at home"),
  home_losses INT64 OPTIONS (description = "Games lost at home"),
  road_wins INT64 OPTIONS (description = "Games won on the road"),
  road_losses INT64 OPTIONS (description = "Games lost on the road"),
  conference_wins INT64 OPTIONS (description = "Games won in the conference"),
  conference_losses INT64 OPTIONS (description = "Games lost in the conference"),
  division_wins INT64 OPTIONS (description = "Games won in the division"),
  division_losses INT64 OPTIONS (description = "Games lost in the division"),
  source STRING NOT NULL OPTIONS (description = "Feed that the row was read from"),
  scope STRING NOT NULL OPTIONS (description = "Unit that a payload of the feed replaces whole, e.g. game:0022400157"),
  raw_path STRING NOT NULL OPTIONS (description = "Payload in the raw store that the row was last read from"),
  source_row_hash STRING NOT NULL OPTIONS (description = "SHA-256 of the row's content; lineage left out"),
  fetched_at TIMESTAMP NOT NULL OPTIONS (description = "When the source answered"),
  loaded_at TIMESTAMP NOT NULL OPTIONS (description = "When the row was last written")
)
PARTITION BY snapshot_date
CLUSTER BY team
OPTIONS (description = "Standings of the teams; key source, snapshot_date, team");

CREATE TABLE IF NOT EXISTS nba_raw.rosters (
  snapshot_date DATE NOT NULL OPTIONS (description = "Eastern date on which the source was asked"),
  season STRING NOT NULL OPTIONS (description = "Season, e.g. 2024-25"),
  team STRING NOT NULL OPTIONS (description = "Three-letter NBA code of the team"),
  source_player_id STRING NOT NULL OPTIONS (description = "The source's own id of the player"),
  player_name STRING NOT NULL OPTIONS (description = "Name as the source spells it"),
  name_key STRING NOT NULL OPTIONS (description = "Name without accents, dots and case, for comparison"),
  position STRING OPTIONS (description = "Position"),
  jersey_number STRING OPTIONS (description = "Number on the shirt"),
  height_inches INT64 OPTIONS (description = "Height, inches"),
  weight_pounds INT64 OPTIONS (description = "Weight, pounds"),
  birth_date DATE OPTIONS (description = "Date of birth"),
  injury_status STRING OPTIONS (description = "Status of his injury, where the roster names one"),
  injury_at TIMESTAMP OPTIONS (description = "When that status was set"),
  source STRING NOT NULL OPTIONS (description = "Feed that the row was read from"),
  scope STRING NOT NULL OPTIONS (description = "Unit that a payload of the feed replaces whole, e.g. game:0022400157"),
  raw_path STRING NOT NULL OPTIONS (description = "Payload in the raw store that the row was last read from"),
  source_row_hash STRING NOT NULL OPTIONS (description = "SHA-256 of the row's content; lineage left out"),
  fetched_at TIMESTAMP NOT NULL OPTIONS (description = "When the source answered"),
  loaded_at TIMESTAMP NOT NULL OPTIONS (description = "When the row was last written")
)
PARTITION BY snapshot_date
CLUSTER BY team, name_key
OPTIONS (description = "Rosters of the teams, a day; key source, snapshot_date, team, source_player_id");
