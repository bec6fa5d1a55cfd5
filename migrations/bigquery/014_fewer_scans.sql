-- Table functions in another shape, with the same rows. BigQuery works a WITH query out at every place that names it, and
-- a function at every call: a statement that reads a table a hundred times over is slow to plan and may be refused as too
-- complex. Here a table is read once and compared with itself by windows.

-- Box score lines of players: the league's; of a game for which it has none, BallDontLie's, once they are those of a
-- finished game. Lines of players who are not resolved have a NULL player_id: they count for their team.
CREATE OR REPLACE TABLE FUNCTION nba_analytics.player_lines(first_date DATE, last_date DATE)
AS (
  WITH lines AS (
    SELECT
      game_id, game_date, season, season_type, player_id, player_name, team, opponent, is_home, win, plus_minus,
      minutes, points, fgm, fga, fg3m, fg3a, ftm, fta, oreb, dreb, reb, ast, stl, blk, tov, pf,
      'boxscore' AS lines_source, CAST(NULL AS STRING) AS source, CAST(NULL AS STRING) AS source_player_id
    FROM nba_raw.player_boxscores
    WHERE game_date BETWEEN first_date AND last_date
      AND season_type IN ('Regular Season', 'Playoffs', 'PlayIn', 'IST Final')
    UNION ALL
    SELECT
      game_id, game_date, CAST(NULL AS STRING), CAST(NULL AS STRING), player_id, player_name, team, opponent, is_home,
      CAST(NULL AS BOOL), plus_minus,
      minutes, points, fgm, fga, fg3m, fg3a, ftm, fta, oreb, dreb, reb, ast, stl, blk, tov, pf,
      'balldontlie', source, CAST(source_player_id AS STRING)
    FROM nba_raw.source_player_boxscores
    WHERE game_date BETWEEN first_date AND last_date
      AND source IN ('bdl_box_scores', 'bdl_player_box_scores')
      AND played AND minutes > 0
      AND game_id IS NOT NULL
  ),
  chosen AS (
    -- One answer lists the games of a day, another the lines of players page by page: the first is the whole game.
    SELECT *
    FROM lines
    WHERE TRUE
    QUALIFY lines_source = 'boxscore'
      OR (
        COUNTIF(lines_source = 'boxscore') OVER (PARTITION BY game_id) = 0
        AND ROW_NUMBER() OVER (PARTITION BY game_id, lines_source, source_player_id ORDER BY source) = 1
      )
  ),
  summed AS (
    SELECT
      *,
      SUM(minutes) OVER (PARTITION BY game_id, team) AS team_minutes,
      SUM(points) OVER (PARTITION BY game_id, team) AS team_points
    FROM chosen
  ),
  compared AS (
    -- Rounded minutes of both teams make a whole game, and one of them is ahead.
    SELECT
      *,
      COUNT(DISTINCT COALESCE(team, '')) OVER (PARTITION BY game_id) = 2
      AND MIN(team_minutes) OVER (PARTITION BY game_id) >= 238
      AND MIN(team_points) OVER (PARTITION BY game_id) < MAX(team_points) OVER (PARTITION BY game_id) AS is_finished
    FROM summed
  )
  SELECT
    l.game_id, l.game_date, COALESCE(l.season, g.season) AS season, COALESCE(l.season_type, g.season_type) AS season_type,
    l.player_id, l.player_name, l.team, l.opponent, l.is_home, l.win, l.plus_minus,
    l.minutes, l.points, l.fgm, l.fga, l.fg3m, l.fg3a, l.ftm, l.fta, l.oreb, l.dreb, l.reb, l.ast, l.stl, l.blk, l.tov, l.pf,
    l.lines_source
  FROM compared AS l
  LEFT JOIN nba_analytics.games AS g
    ON g.game_id = l.game_id AND g.game_date = l.game_date AND l.lines_source = 'balldontlie'
  WHERE l.lines_source = 'boxscore' OR (l.is_finished AND g.game_id IS NOT NULL)
);

-- Box score lines of teams: the league's; of a game for which it has none, the sums of the players' lines.
CREATE OR REPLACE TABLE FUNCTION nba_analytics.team_lines(first_date DATE, last_date DATE)
AS (
  WITH lines AS (
    SELECT
      game_id, game_date, season, season_type, team, opponent, is_home, win,
      minutes, points, fgm, fga, fg3m, fg3a, ftm, fta, oreb, dreb, reb, ast, stl, blk, tov, pf,
      'boxscore' AS lines_source
    FROM nba_raw.team_boxscores
    WHERE game_date BETWEEN first_date AND last_date
      AND season_type IN ('Regular Season', 'Playoffs', 'PlayIn', 'IST Final')
    UNION ALL
    SELECT
      game_id, ANY_VALUE(game_date), ANY_VALUE(season), ANY_VALUE(season_type), team, ANY_VALUE(opponent),
      ANY_VALUE(is_home), CAST(NULL AS BOOL),
      SUM(minutes), SUM(points), SUM(fgm), SUM(fga), SUM(fg3m), SUM(fg3a), SUM(ftm), SUM(fta), SUM(oreb), SUM(dreb),
      SUM(reb), SUM(ast), SUM(stl), SUM(blk), SUM(tov), SUM(pf),
      'players'
    FROM nba_analytics.player_lines(first_date, last_date)
    GROUP BY game_id, team
  ),
  compared AS (
    SELECT
      *,
      COUNTIF(lines_source = 'boxscore') OVER (PARTITION BY game_id) > 0 AS has_boxscore,
      COALESCE(LAG(team) OVER sides, LEAD(team) OVER sides) AS other_team,
      IF(LAG(team) OVER sides IS NULL, LEAD(points) OVER sides, LAG(points) OVER sides) AS other_points
    FROM lines
    WINDOW sides AS (PARTITION BY game_id, lines_source ORDER BY team)
  )
  SELECT
    game_id, game_date, season, season_type, team, opponent, is_home,
    IF(lines_source = 'boxscore', win, points > other_points) AS win,
    minutes, points, fgm, fga, fg3m, fg3a, ftm, fta, oreb, dreb, reb, ast, stl, blk, tov, pf,
    fga + 0.44 * fta + tov AS plays,
    fga + 0.44 * fta + tov - oreb AS possessions,
    lines_source
  FROM compared
  WHERE lines_source = 'boxscore' OR (NOT has_boxscore AND other_team = opponent)
);

-- What a player's games say of him on each date with games in [first_date, last_date]: one row a date and player who
-- has appeared in the 365 days before it. The rule of the as-of windows: game_date strictly before the date, no more
-- than 365 days back, an appearance is a game with minutes on the floor. An appearance is his latest until the date of
-- his next one, so a date meets each player once, and then his last 14 games (no more fit into 14 days) and his last 10
-- with a points line.
-- Sums, not means: sums of integers have the same bits in whatever order the rows come.
-- role_*: his games among the last 10 that he played for this team within 30 days.
CREATE OR REPLACE TABLE FUNCTION nba_analytics.player_form_before(first_date DATE, last_date DATE)
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
  met AS (
    -- Each with the games that count for something: `ago` 0 is the latest, `lined_ago` 0 the latest with a line.
    SELECT
      l.as_of_date,
      l.player_id,
      l.player_name,
      l.team,
      l.game_date AS last_game_date,
      l.team_games_missed,
      h.game_date,
      h.minutes,
      h.points,
      h.over_under_result,
      l.nth - h.nth AS ago,
      IF(h.over_under_result IS NOT NULL AND l.nth_lined - h.nth_lined BETWEEN 0 AND 9, l.nth_lined - h.nth_lined, NULL)
        AS lined_ago,
      l.nth - h.nth < 10 AND h.team = l.team AND h.game_date >= DATE_SUB(l.as_of_date, INTERVAL 30 DAY) AS is_role
    FROM latest AS l
    JOIN history AS h
      ON h.player_id = l.player_id
      AND h.nth <= l.nth
      AND (h.nth >= l.nth - 13 OR (h.over_under_result IS NOT NULL AND h.nth_lined >= l.nth_lined - 9))
    WHERE h.game_date >= DATE_SUB(l.as_of_date, INTERVAL 365 DAY)
  ),
  form AS (
    SELECT
      as_of_date,
      player_id,
      player_name,
      team,
      last_game_date,
      team_games_missed,
      COUNTIF(game_date >= DATE_SUB(as_of_date, INTERVAL 7 DAY)) AS games_last_7_days,
      COUNTIF(game_date >= DATE_SUB(as_of_date, INTERVAL 14 DAY)) AS games_last_14_days,
      SUM(IF(game_date >= DATE_SUB(as_of_date, INTERVAL 7 DAY), minutes, 0)) AS minutes_last_7_days,
      SUM(IF(game_date >= DATE_SUB(as_of_date, INTERVAL 14 DAY), minutes, 0)) AS minutes_last_14_days,
      COUNTIF(ago < 5) AS games_last_5,
      COUNTIF(ago < 10) AS games_last_10,
      SUM(IF(ago < 5, points, 0)) AS points_last_5,
      SUM(IF(ago < 10, points, 0)) AS points_last_10,
      COUNTIF(is_role) AS role_games,
      SUM(IF(is_role, minutes, 0)) AS role_minutes,
      SUM(IF(is_role, points, 0)) AS role_points,
      COUNT(lined_ago) AS games_last_10_lines,
      COUNTIF(lined_ago IS NOT NULL AND over_under_result = 'OVER') AS overs_last_10_lines,
      MIN(IF(over_under_result = 'OVER', NULL, lined_ago)) AS overs_in_a_row,
      MIN(IF(over_under_result = 'UNDER', NULL, lined_ago)) AS unders_in_a_row
    FROM met
    GROUP BY as_of_date, player_id, player_name, team, last_game_date, team_games_missed
  )
  SELECT
    * EXCEPT (overs_in_a_row, unders_in_a_row),
    -- Where none ends the row of overs, all of them are overs; without a line there is no streak.
    IF(
      games_last_10_lines = 0,
      NULL,
      COALESCE(overs_in_a_row, games_last_10_lines) - COALESCE(unders_in_a_row, games_last_10_lines)
    ) AS line_streak
  FROM form
);
