-- Analytics: what is left of the five processors: defence, the context of a team's game, injuries, streaks, and
-- box scores of another source where the league's are missing (Phase 3).

-- Also added by the migration that resolves names of other sources; whichever comes first.
ALTER TABLE nba_raw.injuries ADD COLUMN IF NOT EXISTS player_id INT64;
ALTER TABLE nba_raw.injuries ALTER COLUMN player_id SET OPTIONS (description = "NBA player id; NULL while the name is not resolved");
ALTER TABLE nba_raw.injuries ADD COLUMN IF NOT EXISTS game_id STRING;
ALTER TABLE nba_raw.injuries ALTER COLUMN game_id SET OPTIONS (description = "NBA game id; NULL while no game of these teams is known on the date");
ALTER TABLE nba_raw.source_player_boxscores ADD COLUMN IF NOT EXISTS player_id INT64;
ALTER TABLE nba_raw.source_player_boxscores ALTER COLUMN player_id SET OPTIONS (description = "NBA player id; NULL while the name is not resolved");
ALTER TABLE nba_raw.source_player_boxscores ADD COLUMN IF NOT EXISTS game_id STRING;
ALTER TABLE nba_raw.source_player_boxscores ALTER COLUMN game_id SET OPTIONS (description = "NBA game id; NULL while no game of these teams is known on the date");

CREATE TABLE IF NOT EXISTS nba_reference.arenas (
  arena STRING NOT NULL OPTIONS (description = "Arena, by its latest name"),
  city STRING NOT NULL OPTIONS (description = "City as the league's schedule writes it"),
  team STRING OPTIONS (description = "Three-letter code of the team at home there; NULL for neutral floors and second homes"),
  first_season STRING OPTIONS (description = "First season of that team there, e.g. 2024-25; NULL: before all that is kept"),
  last_season STRING OPTIONS (description = "Last season of that team there; NULL: it still plays there"),
  latitude FLOAT64 NOT NULL OPTIONS (description = "Degrees north"),
  longitude FLOAT64 NOT NULL OPTIONS (description = "Degrees east")
)
OPTIONS (description = "Where games are played, for distances travelled; arenas of one city have one place; key arena, team");

INSERT INTO nba_reference.arenas (arena, city, team, first_season, last_season, latitude, longitude)
SELECT seed.arena, seed.city, seed.team, seed.first_season, seed.last_season, seed.latitude, seed.longitude
FROM UNNEST(ARRAY<STRUCT<arena STRING, city STRING, team STRING, first_season STRING, last_season STRING, latitude FLOAT64, longitude FLOAT64>>[
  ('State Farm Arena', 'Atlanta', 'ATL', NULL, NULL, 33.7573, -84.3963),
  ('Barclays Center', 'Brooklyn', 'BKN', NULL, NULL, 40.6827, -73.9752),
  ('TD Garden', 'Boston', 'BOS', NULL, NULL, 42.3662, -71.0621),
  ('Spectrum Center', 'Charlotte', 'CHA', NULL, NULL, 35.2251, -80.8392),
  ('United Center', 'Chicago', 'CHI', NULL, NULL, 41.8807, -87.6742),
  ('Rocket Arena', 'Cleveland', 'CLE', NULL, NULL, 41.4965, -81.6882),
  ('American Airlines Center', 'Dallas', 'DAL', NULL, NULL, 32.7905, -96.8103),
  ('Ball Arena', 'Denver', 'DEN', NULL, NULL, 39.7487, -105.0077),
  ('Little Caesars Arena', 'Detroit', 'DET', NULL, NULL, 42.3411, -83.0553),
  ('Chase Center', 'San Francisco', 'GSW', NULL, NULL, 37.768, -122.3877),
  ('Toyota Center', 'Houston', 'HOU', NULL, NULL, 29.7508, -95.3621),
  ('Gainbridge Fieldhouse', 'Indianapolis', 'IND', NULL, NULL, 39.764, -86.1555),
  ('Intuit Dome', 'Inglewood', 'LAC', '2024-25', NULL, 33.945, -118.343),
  ('Crypto.com Arena', 'Los Angeles', 'LAC', NULL, '2023-24', 34.043, -118.2673),
  ('Crypto.com Arena', 'Los Angeles', 'LAL', NULL, NULL, 34.043, -118.2673),
  ('FedExForum', 'Memphis', 'MEM', NULL, NULL, 35.1382, -90.0506),
  ('Kaseya Center', 'Miami', 'MIA', NULL, NULL, 25.7814, -80.187),
  ('Fiserv Forum', 'Milwaukee', 'MIL', NULL, NULL, 43.0451, -87.9174),
  ('Target Center', 'Minneapolis', 'MIN', NULL, NULL, 44.9795, -93.2761),
  ('Smoothie King Center', 'New Orleans', 'NOP', NULL, NULL, 29.949, -90.0821),
  ('Madison Square Garden', 'New York', 'NYK', NULL, NULL, 40.7505, -73.9934),
  ('Paycom Center', 'Oklahoma City', 'OKC', NULL, NULL, 35.4634, -97.5151),
  ('Kia Center', 'Orlando', 'ORL', NULL, NULL, 28.5392, -81.3839),
  ('Xfinity Mobile Arena', 'Philadelphia', 'PHI', NULL, NULL, 39.9012, -75.172),
  ('Mortgage Matchup Center', 'Phoenix', 'PHX', NULL, NULL, 33.4457, -112.0712),
  ('Moda Center', 'Portland', 'POR', NULL, NULL, 45.5316, -122.6668),
  ('Golden 1 Center', 'Sacramento', 'SAC', NULL, NULL, 38.5802, -121.4997),
  ('Frost Bank Center', 'San Antonio', 'SAS', NULL, NULL, 29.427, -98.4375),
  ('Scotiabank Arena', 'Toronto', 'TOR', NULL, NULL, 43.6435, -79.3791),
  ('Delta Center', 'Salt Lake City', 'UTA', NULL, NULL, 40.7683, -111.9011),
  ('Capital One Arena', 'Washington', 'WAS', NULL, NULL, 38.8981, -77.0209),
  ('T-Mobile Arena', 'Las Vegas', NULL, NULL, NULL, 36.1028, -115.1784),
  ('Moody Center', 'Austin', NULL, NULL, NULL, 30.282, -97.7323),
  ('Arena CDMX', 'Mexico City', NULL, NULL, NULL, 19.4965, -99.1756),
  ('Accor Arena', 'Paris', NULL, NULL, NULL, 48.8386, 2.3786),
  ('Uber Arena', 'Berlin', NULL, NULL, NULL, 52.5053, 13.4433),
  ('The O2', 'London', NULL, NULL, NULL, 51.503, 0.0032)
]) AS seed
WHERE NOT EXISTS (SELECT 1 FROM nba_reference.arenas);

ALTER TABLE nba_analytics.team_offense_game_summary ADD COLUMN IF NOT EXISTS source_quality STRING;
ALTER TABLE nba_analytics.team_offense_game_summary ALTER COLUMN source_quality SET OPTIONS (description = "Inputs that were there: boxscore, or players where the team's line is the sum of its players'; +shots");
ALTER TABLE nba_analytics.upcoming_player_game_context ADD COLUMN IF NOT EXISTS injury_report_at TIMESTAMP;
ALTER TABLE nba_analytics.upcoming_player_game_context ALTER COLUMN injury_report_at SET OPTIONS (description = "Moment of the last injury report before tip-off in which his team has reported on this game; NULL when there is none");
ALTER TABLE nba_analytics.upcoming_player_game_context ADD COLUMN IF NOT EXISTS player_status STRING;
ALTER TABLE nba_analytics.upcoming_player_game_context ALTER COLUMN player_status SET OPTIONS (description = "His status in that report: Out, Doubtful, Questionable, Probable or Available; NULL when he is not on it, or there is none");
ALTER TABLE nba_analytics.upcoming_player_game_context ADD COLUMN IF NOT EXISTS player_status_reason STRING;
ALTER TABLE nba_analytics.upcoming_player_game_context ALTER COLUMN player_status_reason SET OPTIONS (description = "Reason of that status in full");
ALTER TABLE nba_analytics.upcoming_player_game_context ADD COLUMN IF NOT EXISTS teammates_out INT64;
ALTER TABLE nba_analytics.upcoming_player_game_context ALTER COLUMN teammates_out SET OPTIONS (description = "Regulars of his team, himself left out, whom that report has as Out. A regular averages 15 minutes or more over his last 10 games, those within 30 days for this team. NULL without a report");
ALTER TABLE nba_analytics.upcoming_player_game_context ADD COLUMN IF NOT EXISTS teammates_out_minutes_avg FLOAT64;
ALTER TABLE nba_analytics.upcoming_player_game_context ALTER COLUMN teammates_out_minutes_avg SET OPTIONS (description = "Sum of those teammates' average minutes over these games; 0 when all are in, NULL without a report");
ALTER TABLE nba_analytics.upcoming_player_game_context ADD COLUMN IF NOT EXISTS teammates_out_points_avg FLOAT64;
ALTER TABLE nba_analytics.upcoming_player_game_context ALTER COLUMN teammates_out_points_avg SET OPTIONS (description = "Sum of those teammates' average points over these games; 0 when all are in, NULL without a report");
ALTER TABLE nba_analytics.upcoming_player_game_context ADD COLUMN IF NOT EXISTS line_streak INT64;
ALTER TABLE nba_analytics.upcoming_player_game_context ALTER COLUMN line_streak SET OPTIONS (description = "Games in a row, the latest first, in which he went over (positive) or under (negative) his points line; games without a line are passed over, a push is 0; at most 10; NULL without any");
ALTER TABLE nba_analytics.upcoming_player_game_context ADD COLUMN IF NOT EXISTS overs_last_10_lines INT64;
ALTER TABLE nba_analytics.upcoming_player_game_context ALTER COLUMN overs_last_10_lines SET OPTIONS (description = "Overs in his last 10 games with a points line");
ALTER TABLE nba_analytics.upcoming_player_game_context ADD COLUMN IF NOT EXISTS games_last_10_lines INT64;
ALTER TABLE nba_analytics.upcoming_player_game_context ALTER COLUMN games_last_10_lines SET OPTIONS (description = "Games behind overs_last_10_lines, at most 10");

CREATE TABLE IF NOT EXISTS nba_analytics.team_defense_game_summary (
  game_id STRING NOT NULL OPTIONS (description = "NBA game id, ten digits"),
  game_date DATE NOT NULL OPTIONS (description = "Eastern date of the game"),
  season STRING NOT NULL OPTIONS (description = "Season, e.g. 2024-25"),
  season_type STRING NOT NULL OPTIONS (description = "Regular Season, Playoffs, PlayIn or IST Final"),
  team STRING NOT NULL OPTIONS (description = "Three-letter code of the team that defends"),
  opponent STRING NOT NULL OPTIONS (description = "Three-letter code of the other team"),
  is_home BOOL NOT NULL OPTIONS (description = "Whether the team was at home"),
  win BOOL OPTIONS (description = "Whether the team won"),
  points_allowed INT64 OPTIONS (description = "Points of the opponent"),
  opp_fgm INT64 OPTIONS (description = "Field goals that the opponent made"),
  opp_fga INT64 OPTIONS (description = "Field goals that the opponent attempted"),
  opp_fg3m INT64 OPTIONS (description = "Three-pointers that the opponent made"),
  opp_fg3a INT64 OPTIONS (description = "Three-pointers that the opponent attempted"),
  opp_ftm INT64 OPTIONS (description = "Free throws that the opponent made"),
  opp_fta INT64 OPTIONS (description = "Free throws that the opponent attempted"),
  opp_oreb INT64 OPTIONS (description = "Offensive rebounds of the opponent"),
  opp_dreb INT64 OPTIONS (description = "Defensive rebounds of the opponent"),
  opp_ast INT64 OPTIONS (description = "Assists of the opponent"),
  turnovers_forced INT64 OPTIONS (description = "Turnovers of the opponent"),
  steals INT64 OPTIONS (description = "Steals of the team"),
  blocks INT64 OPTIONS (description = "Blocks of the team"),
  fouls INT64 OPTIONS (description = "Personal fouls of the team"),
  opp_paint_attempts INT64 OPTIONS (description = "Shots that the opponent took from the paint (restricted area and the rest of it); NULL when the game has no shot chart"),
  opp_paint_makes INT64 OPTIONS (description = "Shots that the opponent made from the paint (restricted area and the rest of it); NULL when the game has no shot chart"),
  opp_mid_range_attempts INT64 OPTIONS (description = "Shots that the opponent took from mid-range; NULL when the game has no shot chart"),
  opp_mid_range_makes INT64 OPTIONS (description = "Shots that the opponent made from mid-range; NULL when the game has no shot chart"),
  opp_three_attempts INT64 OPTIONS (description = "Shots that the opponent took from beyond the arc, backcourt included; NULL when the game has no shot chart"),
  opp_three_makes INT64 OPTIONS (description = "Shots that the opponent made from beyond the arc, backcourt included; NULL when the game has no shot chart"),
  opp_ts_pct FLOAT64 OPTIONS (description = "True shooting of the opponent, points / (2 (FGA + 0.44 FTA)), 0-1"),
  opp_efg_pct FLOAT64 OPTIONS (description = "Effective field goals of the opponent, (FGM + 0.5 3PM) / FGA, 0-1"),
  opponent_possessions FLOAT64 OPTIONS (description = "FGA + 0.44 FTA + TOV - OREB of the opponent"),
  defensive_rating FLOAT64 OPTIONS (description = "Points allowed a 100 possessions of the opponent; lower is better"),
  opponent_pace FLOAT64 OPTIONS (description = "Possessions a 48 minutes, mean of both teams"),
  source_quality STRING NOT NULL OPTIONS (description = "Inputs that were there: boxscore, or players where the opponent's line is the sum of its players'; +shots"),
  loaded_at TIMESTAMP NOT NULL OPTIONS (description = "When the row was last written")
)
PARTITION BY game_date
CLUSTER BY team
OPTIONS (description = "A team's game on defence: what the opponent made of it; key game_id, team");

CREATE TABLE IF NOT EXISTS nba_analytics.upcoming_team_game_context (
  game_id STRING NOT NULL OPTIONS (description = "NBA game id, ten digits"),
  team STRING NOT NULL OPTIONS (description = "Three-letter code of the team"),
  game_date DATE NOT NULL OPTIONS (description = "Eastern date of the game"),
  season STRING NOT NULL OPTIONS (description = "Season, e.g. 2024-25"),
  season_type STRING NOT NULL OPTIONS (description = "Regular Season, Playoffs, PlayIn or IST Final"),
  tip_off TIMESTAMP OPTIONS (description = "Scheduled tip-off; NULL where no schedule gives it"),
  opponent STRING NOT NULL OPTIONS (description = "Three-letter code of the other team"),
  is_home BOOL NOT NULL OPTIONS (description = "Whether the team is at home"),
  days_rest INT64 OPTIONS (description = "Full days between the team's previous game of the season and this one; NULL for its first"),
  opponent_days_rest INT64 OPTIONS (description = "The same of the other team"),
  back_to_back BOOL OPTIONS (description = "Whether the team played yesterday; NULL for its first game of the season"),
  games_last_7_days INT64 NOT NULL OPTIONS (description = "Games on the team's calendar in the 7 days before the game date"),
  games_last_14_days INT64 NOT NULL OPTIONS (description = "Games on the team's calendar in the 14 days before the game date"),
  wins INT64 NOT NULL OPTIONS (description = "Games of the season won before the game date"),
  losses INT64 NOT NULL OPTIONS (description = "Games of the season lost before the game date"),
  streak INT64 OPTIONS (description = "Games of the season won (positive) or lost (negative) in a row before the game date; NULL before the first result"),
  travel_miles FLOAT64 OPTIONS (description = "Great-circle miles from the arena of the team's previous game of the season; NULL for its first and where a place is not known"),
  spread FLOAT64 OPTIONS (description = "Spread from the team's side, negative for the favourite: median of the bookmakers' last before tip-off"),
  game_total FLOAT64 OPTIONS (description = "Total of the game: median of the bookmakers' last before tip-off"),
  implied_team_total FLOAT64 OPTIONS (description = "game_total / 2 - spread / 2"),
  game_lines_snapshot_at TIMESTAMP OPTIONS (description = "Latest snapshot behind spread and game_total"),
  loaded_at TIMESTAMP NOT NULL OPTIONS (description = "When the row was last written")
)
PARTITION BY game_date
CLUSTER BY team
OPTIONS (description = "What is known of a team before tip-off of its game; key game_id, team");

-- Box score lines of players: the league's; of a game for which it has none, BallDontLie's, once they are those of a
-- finished game. Lines of players who are not resolved have a NULL player_id: they count for their team.
CREATE TABLE FUNCTION IF NOT EXISTS nba_analytics.player_lines(first_date DATE, last_date DATE)
AS (
  WITH official AS (
    SELECT *
    FROM nba_raw.player_boxscores
    WHERE game_date BETWEEN first_date AND last_date
      AND season_type IN ('Regular Season', 'Playoffs', 'PlayIn', 'IST Final')
  ),
  covered AS (
    SELECT DISTINCT game_id FROM official
  ),
  others AS (
    -- One answer lists the games of a day, another the lines of players page by page: the first is the whole game.
    SELECT *
    FROM nba_raw.source_player_boxscores
    WHERE game_date BETWEEN first_date AND last_date
      AND source IN ('bdl_box_scores', 'bdl_player_box_scores')
      AND played AND minutes > 0
      AND game_id IS NOT NULL
      AND game_id NOT IN (SELECT game_id FROM covered)
    QUALIFY ROW_NUMBER() OVER (PARTITION BY game_id, source_player_id ORDER BY source) = 1
  ),
  finished AS (
    -- Rounded minutes of both teams make a whole game, and one of them is ahead.
    SELECT game_id
    FROM (SELECT game_id, team, SUM(minutes) AS minutes, SUM(points) AS points FROM others GROUP BY game_id, team)
    GROUP BY game_id
    HAVING COUNT(*) = 2 AND MIN(minutes) >= 238 AND MIN(points) < MAX(points)
  )
  SELECT
    game_id, game_date, season, season_type, player_id, player_name, team, opponent, is_home, win, plus_minus,
    minutes, points, fgm, fga, fg3m, fg3a, ftm, fta, oreb, dreb, reb, ast, stl, blk, tov, pf,
    'boxscore' AS lines_source
  FROM official
  UNION ALL
  SELECT
    o.game_id, g.game_date, g.season, g.season_type, o.player_id, o.player_name, o.team, o.opponent, o.is_home,
    CAST(NULL AS BOOL), o.plus_minus,
    o.minutes, o.points, o.fgm, o.fga, o.fg3m, o.fg3a, o.ftm, o.fta, o.oreb, o.dreb, o.reb, o.ast, o.stl, o.blk, o.tov, o.pf,
    'balldontlie'
  FROM others AS o
  JOIN finished AS f ON f.game_id = o.game_id
  JOIN nba_analytics.games AS g ON g.game_id = o.game_id AND g.game_date = o.game_date
);

-- Box score lines of teams: the league's; of a game for which it has none, the sums of the players' lines.
CREATE TABLE FUNCTION IF NOT EXISTS nba_analytics.team_lines(first_date DATE, last_date DATE)
AS (
  WITH official AS (
    SELECT *
    FROM nba_raw.team_boxscores
    WHERE game_date BETWEEN first_date AND last_date
      AND season_type IN ('Regular Season', 'Playoffs', 'PlayIn', 'IST Final')
  ),
  summed AS (
    SELECT
      game_id, ANY_VALUE(game_date) AS game_date, ANY_VALUE(season) AS season, ANY_VALUE(season_type) AS season_type,
      team, ANY_VALUE(opponent) AS opponent, ANY_VALUE(is_home) AS is_home,
      SUM(minutes) AS minutes, SUM(points) AS points, SUM(fgm) AS fgm, SUM(fga) AS fga, SUM(fg3m) AS fg3m, SUM(fg3a) AS fg3a, SUM(ftm) AS ftm, SUM(fta) AS fta, SUM(oreb) AS oreb, SUM(dreb) AS dreb, SUM(reb) AS reb, SUM(ast) AS ast, SUM(stl) AS stl, SUM(blk) AS blk, SUM(tov) AS tov, SUM(pf) AS pf
    FROM nba_analytics.player_lines(first_date, last_date)
    WHERE game_id NOT IN (SELECT game_id FROM official)
    GROUP BY game_id, team
  )
  SELECT
    game_id, game_date, season, season_type, team, opponent, is_home, win,
    minutes, points, fgm, fga, fg3m, fg3a, ftm, fta, oreb, dreb, reb, ast, stl, blk, tov, pf,
    fga + 0.44 * fta + tov AS plays,
    fga + 0.44 * fta + tov - oreb AS possessions,
    'boxscore' AS lines_source
  FROM official
  UNION ALL
  SELECT
    s.game_id, s.game_date, s.season, s.season_type, s.team, s.opponent, s.is_home, s.points > o.points,
    s.minutes, s.points, s.fgm, s.fga, s.fg3m, s.fg3a, s.ftm, s.fta, s.oreb, s.dreb, s.reb, s.ast, s.stl, s.blk, s.tov, s.pf,
    s.fga + 0.44 * s.fta + s.tov,
    s.fga + 0.44 * s.fta + s.tov - s.oreb,
    'players'
  FROM summed AS s
  JOIN summed AS o ON o.game_id = s.game_id AND o.team = s.opponent
);

-- Shots of every player by zone, and of every team (player_id NULL). Beyond the arc is what counted three; the feed's
-- zone names say otherwise for a few shots with a toe on the line.
CREATE TABLE FUNCTION IF NOT EXISTS nba_analytics.shots_by_zone(first_date DATE, last_date DATE)
AS (
  SELECT
    game_id,
    team,
    player_id,
    COUNTIF(zone = 'paint') AS paint_attempts,
    COUNTIF(zone = 'paint' AND made) AS paint_makes,
    COUNTIF(zone = 'mid_range') AS mid_range_attempts,
    COUNTIF(zone = 'mid_range' AND made) AS mid_range_makes,
    COUNTIF(zone = 'three') AS three_attempts,
    COUNTIF(zone = 'three' AND made) AS three_makes
  FROM (
    SELECT
      game_id,
      team,
      player_id,
      made,
      CASE
        WHEN shot_value = 3 THEN 'three'
        WHEN zone_basic IN ('Restricted Area', 'In The Paint (Non-RA)') THEN 'paint'
        WHEN shot_value = 2 THEN 'mid_range'
      END AS zone
    FROM nba_raw.shots
    WHERE game_date BETWEEN first_date AND last_date
  )
  GROUP BY GROUPING SETS ((game_id, team, player_id), (game_id, team))
);

-- Spread (of the home side) and total of every game before tip-off: of each bookmaker the last, over bookmakers the
-- discrete median. The two sides of a spread cancel each other out, so one is read.
CREATE TABLE FUNCTION IF NOT EXISTS nba_analytics.game_lines_before_tip_off(first_date DATE, last_date DATE)
AS (
  WITH latest AS (
    SELECT q.game_id, q.market, q.point, q.snapshot_at
    FROM nba_raw.game_lines AS q
    JOIN nba_analytics.games AS g ON g.game_id = q.game_id AND g.game_date = q.game_date
    WHERE q.game_date BETWEEN first_date AND last_date
      AND (q.market = 'spreads' AND q.outcome = 'home' OR q.market = 'totals' AND q.outcome = 'over')
      AND q.point IS NOT NULL
      AND q.snapshot_at < COALESCE(g.tip_off, q.tip_off)
    QUALIFY ROW_NUMBER() OVER (
      PARTITION BY q.game_id, q.bookmaker, q.market ORDER BY q.snapshot_at DESC, q.point) = 1
  )
  SELECT DISTINCT
    game_id,
    PERCENTILE_DISC(IF(market = 'spreads', point, NULL), 0.5) OVER (PARTITION BY game_id) AS home_spread,
    PERCENTILE_DISC(IF(market = 'totals', point, NULL), 0.5) OVER (PARTITION BY game_id) AS game_total,
    MAX(snapshot_at) OVER (PARTITION BY game_id) AS snapshot_at
  FROM latest
);

-- Every team's games in [first_date, last_date] with its rest and its record before each. Rest is a matter of the
-- calendar alone, so that a game days ahead has it too; a season's first game has none. games_played_before counts from
-- a year before first_date: only differences of it mean something.
CREATE TABLE FUNCTION IF NOT EXISTS nba_analytics.team_calendar(first_date DATE, last_date DATE)
AS (
  WITH sides AS (
    SELECT g.*, side AS team, l.win
    FROM nba_analytics.games AS g
    CROSS JOIN UNNEST([g.home_team, g.away_team]) AS side
    LEFT JOIN nba_analytics.team_lines(DATE_SUB(first_date, INTERVAL 365 DAY), last_date) AS l
      ON l.game_id = g.game_id AND l.team = side
    WHERE g.game_date BETWEEN DATE_SUB(first_date, INTERVAL 365 DAY) AND last_date
  ),
  counted AS (
    SELECT
      *,
      COUNT(win) OVER (PARTITION BY team, season ORDER BY game_date, game_id ROWS UNBOUNDED PRECEDING) AS nth_result
    FROM sides
  ),
  looked_back AS (
    SELECT
      *,
      LAG(game_date) OVER (PARTITION BY team, season ORDER BY game_date, game_id) AS previous_date,
      LAG(game_id) OVER (PARTITION BY team, season ORDER BY game_date, game_id) AS previous_game_id,
      COUNT(*) OVER (
        PARTITION BY team ORDER BY UNIX_DATE(game_date) RANGE BETWEEN 7 PRECEDING AND 1 PRECEDING) AS games_last_7_days,
      COUNT(*) OVER (
        PARTITION BY team ORDER BY UNIX_DATE(game_date) RANGE BETWEEN 14 PRECEDING AND 1 PRECEDING
      ) AS games_last_14_days,
      COUNT(win) OVER (
        PARTITION BY team ORDER BY UNIX_DATE(game_date) RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
      ) AS games_played_before,
      COUNTIF(win) OVER season_before AS wins,
      COUNTIF(NOT win) OVER season_before AS losses,
      MAX(IF(win, nth_result, NULL)) OVER season_before AS last_win,
      MAX(IF(NOT win, nth_result, NULL)) OVER season_before AS last_loss
    FROM counted
    WINDOW season_before AS (
      PARTITION BY team, season ORDER BY UNIX_DATE(game_date) RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
  )
  SELECT
    game_id,
    game_date,
    season,
    season_type,
    tip_off,
    home_team,
    team,
    IF(team = home_team, away_team, home_team) AS opponent,
    team = home_team AS is_home,
    DATE_DIFF(game_date, previous_date, DAY) - 1 AS days_rest,
    previous_game_id,
    games_last_7_days,
    games_last_14_days,
    games_played_before,
    wins,
    losses,
    IF(wins + losses = 0, NULL, COALESCE(last_win, 0) - COALESCE(last_loss, 0)) AS streak
  FROM looked_back
  WHERE game_date BETWEEN first_date AND last_date
);

-- What a player's games say of him on each date with games in [first_date, last_date]: one row a date and player who
-- has appeared in the 365 days before it. The rule of the as-of windows: game_date strictly before the date, no more
-- than 365 days back, an appearance is a game with minutes on the floor. An appearance is his latest until the date of
-- his next one, so a date meets each player once, and then his last 14 games (no more fit into 14 days).
-- Sums, not means: sums of integers have the same bits in whatever order the rows come.
-- role_*: his games among the last 10 that he played for this team within 30 days.
CREATE TABLE FUNCTION IF NOT EXISTS nba_analytics.player_form_before(first_date DATE, last_date DATE)
AS (
  WITH dates AS (
    SELECT DISTINCT game_date AS as_of_date
    FROM nba_analytics.games
    WHERE game_date BETWEEN first_date AND last_date
  ),
  history AS (
    SELECT
      player_id,
      player_name,
      team,
      game_date,
      minutes,
      points,
      over_under_result,
      ROW_NUMBER() OVER (PARTITION BY player_id ORDER BY game_date, game_id) AS nth,
      COUNT(over_under_result) OVER (
        PARTITION BY player_id ORDER BY game_date, game_id ROWS UNBOUNDED PRECEDING
      ) AS nth_lined,
      LEAD(game_date) OVER (PARTITION BY player_id ORDER BY game_date, game_id) AS next_date,
      DENSE_RANK() OVER (PARTITION BY team ORDER BY game_date) AS nth_team_game
    FROM nba_analytics.player_game_summary
    WHERE game_date BETWEEN DATE_SUB(first_date, INTERVAL 365 DAY) AND DATE_SUB(last_date, INTERVAL 1 DAY)
      AND minutes > 0
  ),
  latest AS (
    SELECT
      d.as_of_date,
      h.player_id,
      h.player_name,
      h.team,
      h.game_date,
      h.nth,
      h.nth_lined,
      -- Those who played its latest game tell which that was.
      MAX(h.nth_team_game) OVER (PARTITION BY d.as_of_date, h.team) - h.nth_team_game AS team_games_missed
    FROM dates AS d
    JOIN history AS h
      ON h.game_date < d.as_of_date
      AND h.game_date >= DATE_SUB(d.as_of_date, INTERVAL 365 DAY)
      AND d.as_of_date <= COALESCE(h.next_date, last_date)
  ),
  form AS (
    SELECT
      l.as_of_date,
      l.player_id,
      l.player_name,
      l.team,
      l.game_date AS last_game_date,
      l.team_games_missed,
      COUNTIF(h.game_date >= DATE_SUB(l.as_of_date, INTERVAL 7 DAY)) AS games_last_7_days,
      COUNTIF(h.game_date >= DATE_SUB(l.as_of_date, INTERVAL 14 DAY)) AS games_last_14_days,
      SUM(IF(h.game_date >= DATE_SUB(l.as_of_date, INTERVAL 7 DAY), h.minutes, 0)) AS minutes_last_7_days,
      SUM(IF(h.game_date >= DATE_SUB(l.as_of_date, INTERVAL 14 DAY), h.minutes, 0)) AS minutes_last_14_days,
      COUNTIF(l.nth - h.nth < 5) AS games_last_5,
      COUNTIF(l.nth - h.nth < 10) AS games_last_10,
      SUM(IF(l.nth - h.nth < 5, h.points, 0)) AS points_last_5,
      SUM(IF(l.nth - h.nth < 10, h.points, 0)) AS points_last_10,
      COUNTIF(l.nth - h.nth < 10 AND h.team = l.team AND h.game_date >= DATE_SUB(l.as_of_date, INTERVAL 30 DAY)) AS role_games,
      SUM(IF(l.nth - h.nth < 10 AND h.team = l.team AND h.game_date >= DATE_SUB(l.as_of_date, INTERVAL 30 DAY), h.minutes, 0)) AS role_minutes,
      SUM(IF(l.nth - h.nth < 10 AND h.team = l.team AND h.game_date >= DATE_SUB(l.as_of_date, INTERVAL 30 DAY), h.points, 0)) AS role_points
    FROM latest AS l
    JOIN history AS h ON h.player_id = l.player_id AND h.nth BETWEEN l.nth - 13 AND l.nth
    WHERE h.game_date >= DATE_SUB(l.as_of_date, INTERVAL 365 DAY)
    GROUP BY l.as_of_date, l.player_id, l.player_name, l.team, l.game_date, l.team_games_missed
  ),
  lined AS (
    -- His last 10 games with a points line, 0 being the latest of them.
    SELECT
      l.as_of_date,
      l.player_id,
      COUNT(*) AS games,
      COUNTIF(h.over_under_result = 'OVER') AS overs,
      MIN(IF(h.over_under_result = 'OVER', NULL, l.nth_lined - h.nth_lined)) AS overs_in_a_row,
      MIN(IF(h.over_under_result = 'UNDER', NULL, l.nth_lined - h.nth_lined)) AS unders_in_a_row
    FROM latest AS l
    JOIN history AS h ON h.player_id = l.player_id AND h.nth_lined BETWEEN l.nth_lined - 9 AND l.nth_lined
    WHERE h.over_under_result IS NOT NULL
      AND h.game_date >= DATE_SUB(l.as_of_date, INTERVAL 365 DAY)
    GROUP BY l.as_of_date, l.player_id
  )
  SELECT
    f.*,
    COALESCE(n.games, 0) AS games_last_10_lines,
    COALESCE(n.overs, 0) AS overs_last_10_lines,
    -- Where none ends the row of overs, all of them are overs.
    COALESCE(n.overs_in_a_row, n.games) - COALESCE(n.unders_in_a_row, n.games) AS line_streak
  FROM form AS f
  LEFT JOIN lined AS n ON n.as_of_date = f.as_of_date AND n.player_id = f.player_id
);

-- What the last injury report before tip-off says of a team's game: a row a player listed, or one row without a
-- player where nobody is. A report in which the team has not reported yet says nothing of it. A report lists every
-- player who is not simply available, so who is not on it has no status.
CREATE TABLE FUNCTION IF NOT EXISTS nba_analytics.injury_reports_before_tip_off(first_date DATE, last_date DATE)
AS (
  WITH reports AS (
    SELECT g.game_id, g.game_date, side AS team, i.report_at
    FROM nba_analytics.games AS g
    CROSS JOIN UNNEST([g.home_team, g.away_team]) AS side
    JOIN nba_raw.injuries AS i ON i.game_date = g.game_date AND i.team IN (g.home_team, g.away_team)
    WHERE g.game_date BETWEEN first_date AND last_date
      AND i.game_date BETWEEN first_date AND last_date
      AND i.report_at < g.tip_off
    GROUP BY g.game_id, g.game_date, side, i.report_at
    HAVING COUNTIF(i.team = side AND NOT i.submitted) = 0
  ),
  latest AS (
    SELECT game_id, game_date, team, MAX(report_at) AS report_at
    FROM reports
    GROUP BY game_id, game_date, team
  ),
  listed AS (
    SELECT game_date, report_at, team, player_id, status, reason
    FROM nba_raw.injuries
    WHERE game_date BETWEEN first_date AND last_date
      AND player_id IS NOT NULL
    QUALIFY ROW_NUMBER() OVER (PARTITION BY game_date, report_at, team, player_id ORDER BY name_key) = 1
  )
  SELECT l.game_id, l.game_date, l.team, l.report_at, i.player_id, i.status, i.reason
  FROM latest AS l
  LEFT JOIN listed AS i ON i.game_date = l.game_date AND i.report_at = l.report_at AND i.team = l.team
);
