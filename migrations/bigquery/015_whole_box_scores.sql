-- The games of which every player's line is there: only they can be graded. Without it a missing line looks like a player
-- who did not play, and his bets like void ones.
--
-- A team's lines are whole when their points make the team's, and their minutes, too, or they are at least eight (in two
-- seasons of game logs both sums always agree; another source rounds minutes in its own way). The league's own lines are
-- held against its team box score; another source's against that, or else among themselves (`player_lines`), and only if
-- each line has an id: whose name waits may be who is asked for.
CREATE TABLE FUNCTION IF NOT EXISTS nba_analytics.whole_box_scores(first_date DATE, last_date DATE)
AS (
  WITH lines AS (
    SELECT
      game_id, team, COUNT(*) AS players, COUNTIF(player_id IS NULL) AS unnamed, SUM(points) AS points,
      SUM(minutes) AS minutes, LOGICAL_OR(lines_source = 'boxscore') AS official
    FROM nba_analytics.player_lines(first_date, last_date)
    GROUP BY game_id, team
  )
  SELECT t.game_id, t.game_date, MAX(t.season) AS season
  FROM nba_analytics.team_lines(first_date, last_date) AS t
  JOIN lines AS p ON p.game_id = t.game_id AND p.team = t.team
  WHERE p.points = t.points
    AND (p.minutes = t.minutes OR p.players >= 8)
    AND p.unnamed = 0
    AND (t.lines_source = 'boxscore' OR NOT p.official)
  GROUP BY t.game_id, t.game_date
  HAVING COUNT(*) = 2
);
