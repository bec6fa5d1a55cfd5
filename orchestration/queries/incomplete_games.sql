-- The games of a range that lack something that is counted by game, and what it is.
WITH players AS (
  -- All of them: with some of its lines a game cannot be graded.
  SELECT game_id FROM nba_analytics.whole_box_scores(@first, @last)
),
shots AS (
  SELECT DISTINCT game_id FROM nba_raw.shots WHERE game_date BETWEEN @first AND @last
),
quotes AS (
  SELECT DISTINCT game_id FROM nba_raw.player_prop_lines WHERE game_date BETWEEN @first AND @last
),
contexts AS (
  SELECT DISTINCT game_id FROM nba_analytics.upcoming_player_game_context WHERE game_date BETWEEN @first AND @last
)
SELECT
  g.game_date,
  g.game_id,
  g.away_team,
  g.home_team,
  g.tip_off,
  g.is_scheduled,
  g.is_played,
  players.game_id IS NOT NULL AS has_players,
  shots.game_id IS NOT NULL AS has_shots,
  quotes.game_id IS NOT NULL AS has_quotes,
  contexts.game_id IS NOT NULL AS has_context
FROM nba_analytics.games AS g
LEFT JOIN players ON players.game_id = g.game_id
LEFT JOIN shots ON shots.game_id = g.game_id
LEFT JOIN quotes ON quotes.game_id = g.game_id
LEFT JOIN contexts ON contexts.game_id = g.game_id
WHERE g.game_date BETWEEN @first AND @last
  AND NOT (
    g.is_played AND players.game_id IS NOT NULL AND shots.game_id IS NOT NULL AND quotes.game_id IS NOT NULL
    AND contexts.game_id IS NOT NULL
  )
ORDER BY g.game_date, g.game_id
