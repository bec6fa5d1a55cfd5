-- What several statements of phases 3 and 4 share: the list of games, the lines before tip-off, and the
-- games before a date. Each rule about time stands here, once.
--
-- A statement's version is its own text. So a rule that changes gets a new name (..._v2) and the statements
-- move over to it: then their output becomes due again. It is never redefined under its old name.

CREATE VIEW IF NOT EXISTS nba_analytics.games (
  game_id OPTIONS (description = "NBA game id, ten digits"),
  game_date OPTIONS (description = "Eastern date of the game: the box score's where there is one, else the schedule's"),
  season OPTIONS (description = "Season, e.g. 2024-25"),
  season_type OPTIONS (description = "Regular Season, Playoffs, PlayIn or IST Final"),
  tip_off OPTIONS (description = "Scheduled tip-off; NULL without a schedule, or when the game was played on another date"),
  home_team OPTIONS (description = "Three-letter code of the home team"),
  away_team OPTIONS (description = "Three-letter code of the visiting team"),
  is_scheduled OPTIONS (description = "Whether the schedule lists it"),
  is_played OPTIONS (description = "Whether both teams have a box score")
)
OPTIONS (description = "Games that count, one row each: the schedule's, and those known only from box scores; postponed ones left out until played; key game_id")
AS
WITH boxes AS (
  SELECT
    game_id,
    MIN(game_date) AS game_date,
    MIN(season) AS season,
    MIN(season_type) AS season_type,
    MIN(LEAST(team, opponent)) AS one_team,
    MAX(GREATEST(team, opponent)) AS other_team,
    -- On a neutral floor the logs may call both teams visitors; then the name decides, if no schedule does.
    COALESCE(MIN(IF(is_home, team, NULL)), MAX(opponent)) AS home_team,
    COUNT(*) = 2 AS is_played
  FROM nba_raw.team_boxscores
  GROUP BY game_id
)
SELECT
  COALESCE(s.game_id, b.game_id) AS game_id,
  COALESCE(b.game_date, s.game_date) AS game_date,
  COALESCE(s.season, b.season) AS season,
  COALESCE(s.season_type, b.season_type) AS season_type,
  IF(b.game_date IS NULL OR b.game_date = s.game_date, s.tip_off, NULL) AS tip_off,
  COALESCE(s.home_team, b.home_team) AS home_team,
  COALESCE(s.away_team, IF(b.home_team = b.one_team, b.other_team, b.one_team)) AS away_team,
  s.game_id IS NOT NULL AS is_scheduled,
  COALESCE(b.is_played, FALSE) AS is_played
FROM nba_raw.schedule AS s
FULL OUTER JOIN boxes AS b ON b.game_id = s.game_id
WHERE COALESCE(s.season_type, b.season_type) IN ('Regular Season', 'Playoffs', 'PlayIn', 'IST Final')
  AND (COALESCE(b.is_played, FALSE) OR NOT COALESCE(s.postponed, FALSE));

-- The games that a player has behind him on each date with games in [first_date, last_date].
-- The rule of every as-of window: game_date strictly before the date, no more than 365 days back, newest
-- first (nth_last = 1). Seasons are crossed; a window of a season says so itself. An appearance is a game
-- with minutes on the floor. Only dates are compared: of a day's games none knows another.
CREATE TABLE FUNCTION IF NOT EXISTS nba_analytics.player_games_before(first_date DATE, last_date DATE)
AS (
  WITH dates AS (
    SELECT DISTINCT game_date AS as_of_date
    FROM nba_analytics.games
    WHERE game_date BETWEEN first_date AND last_date
  )
  SELECT
    d.as_of_date,
    ROW_NUMBER() OVER (PARTITION BY d.as_of_date, h.player_id ORDER BY h.game_date DESC, h.game_id DESC) AS nth_last,
    h.player_id,
    h.game_id,
    h.game_date,
    h.season,
    h.player_name,
    h.team,
    h.opponent,
    h.minutes,
    h.points,
    h.fgm,
    h.fga,
    h.fg3m,
    h.fg3a,
    h.ftm,
    h.fta,
    h.paint_attempts,
    h.mid_range_attempts,
    h.three_attempts,
    h.usage_rate
  FROM dates AS d
  JOIN nba_analytics.player_game_summary AS h
    ON h.game_date < d.as_of_date
    AND h.game_date >= DATE_SUB(d.as_of_date, INTERVAL 365 DAY)
  WHERE h.game_date BETWEEN DATE_SUB(first_date, INTERVAL 365 DAY) AND DATE_SUB(last_date, INTERVAL 1 DAY)
    AND h.minutes > 0
);

-- The same for teams. A defensive rating is the other team's offensive rating of that game.
CREATE TABLE FUNCTION IF NOT EXISTS nba_analytics.team_games_before(first_date DATE, last_date DATE)
AS (
  WITH dates AS (
    SELECT DISTINCT game_date AS as_of_date
    FROM nba_analytics.games
    WHERE game_date BETWEEN first_date AND last_date
  ),
  history AS (
    SELECT t.game_id, t.game_date, t.season, t.team, t.win, t.pace, t.offensive_rating, o.offensive_rating AS defensive_rating
    FROM nba_analytics.team_offense_game_summary AS t
    LEFT JOIN nba_analytics.team_offense_game_summary AS o
      ON o.game_id = t.game_id AND o.team = t.opponent AND o.game_date = t.game_date
    WHERE t.game_date BETWEEN DATE_SUB(first_date, INTERVAL 365 DAY) AND DATE_SUB(last_date, INTERVAL 1 DAY)
  )
  SELECT
    d.as_of_date,
    ROW_NUMBER() OVER (PARTITION BY d.as_of_date, h.team ORDER BY h.game_date DESC, h.game_id DESC) AS nth_last,
    h.team,
    h.game_id,
    h.game_date,
    h.season,
    h.win,
    h.pace,
    h.offensive_rating,
    h.defensive_rating
  FROM dates AS d
  JOIN history AS h
    ON h.game_date < d.as_of_date
    AND h.game_date >= DATE_SUB(d.as_of_date, INTERVAL 365 DAY)
);

-- The points lines of every player quoted before tip-off, one row a game and player. Of each bookmaker the
-- main line of its last (current) and of its first (opening) snapshot; over bookmakers the discrete median,
-- which is a line that somebody offered. A quote made for another date of a moved game does not count.
CREATE TABLE FUNCTION IF NOT EXISTS nba_analytics.points_lines_before_tip_off(first_date DATE, last_date DATE)
AS (
  WITH quotes AS (
    SELECT q.game_id, q.player_id, q.player_name, q.team, q.bookmaker, q.line, q.is_main_line, q.snapshot_at
    FROM nba_raw.player_prop_lines AS q
    JOIN nba_analytics.games AS g ON g.game_id = q.game_id AND g.game_date = q.game_date
    WHERE q.game_date BETWEEN first_date AND last_date
      AND q.market = 'player_points'
      AND q.snapshot_at < COALESCE(g.tip_off, q.tip_off)
  ),
  quoted AS (
    SELECT game_id, player_id, player_name, team
    FROM quotes
    WHERE TRUE
    QUALIFY ROW_NUMBER() OVER (
      PARTITION BY game_id, player_id ORDER BY team IS NULL, snapshot_at DESC, bookmaker, player_name, line) = 1
  ),
  main_lines AS (
    SELECT
      game_id,
      player_id,
      line,
      snapshot_at,
      ROW_NUMBER() OVER (PARTITION BY game_id, player_id, bookmaker ORDER BY snapshot_at DESC, line) = 1 AS is_current,
      ROW_NUMBER() OVER (PARTITION BY game_id, player_id, bookmaker ORDER BY snapshot_at, line) = 1 AS is_opening
    FROM quotes
    WHERE is_main_line
  ),
  medians AS (
    SELECT DISTINCT
      game_id,
      player_id,
      PERCENTILE_DISC(IF(is_current, line, NULL), 0.5) OVER (PARTITION BY game_id, player_id) AS current_line,
      PERCENTILE_DISC(IF(is_opening, line, NULL), 0.5) OVER (PARTITION BY game_id, player_id) AS opening_line,
      COUNTIF(is_current) OVER (PARTITION BY game_id, player_id) AS bookmakers,
      MAX(snapshot_at) OVER (PARTITION BY game_id, player_id) AS snapshot_at
    FROM main_lines
  )
  SELECT
    q.game_id,
    q.player_id,
    q.player_name,
    q.team,
    m.current_line,
    m.opening_line,
    COALESCE(m.bookmakers, 0) AS bookmakers,
    m.snapshot_at
  FROM quoted AS q
  LEFT JOIN medians AS m ON m.game_id = q.game_id AND m.player_id = q.player_id
);
