-- Where a player has taken his shots before a game and how he made them, a row for every row of the context.
WITH players AS (
  SELECT game_id, player_id, game_date, season, team, opponent
  FROM nba_analytics.upcoming_player_game_context
  WHERE game_date BETWEEN @start_date AND @end_date
),
plays AS (
  -- Which of his made shots a team-mate set up. Where two sources tell a game's plays, one is enough.
  SELECT game_id, player_id, COUNT(*) AS makes, COUNTIF(assist_player_id IS NOT NULL OR assist_player_name IS NOT NULL) AS assisted
  FROM nba_raw.play_by_play
  WHERE game_date BETWEEN DATE_SUB(@start_date, INTERVAL 365 DAY) AND DATE_SUB(@end_date, INTERVAL 1 DAY)
    AND shot_made
    AND shot_value > 1
    AND player_id IS NOT NULL
  GROUP BY game_id, player_id, source
  QUALIFY ROW_NUMBER() OVER (PARTITION BY game_id, player_id ORDER BY source DESC) = 1
),
told AS (
  SELECT DISTINCT game_id FROM plays
),
windowed AS (
  SELECT h.*, w AS last_games
  FROM nba_precompute.player_history(@start_date, @end_date) AS h
  CROSS JOIN UNNEST([10, 20]) AS w
  WHERE h.nth_last <= w
),
sums AS (
  -- Games without a shot chart have NULL zones and stay out of their sums.
  SELECT
    h.target_id,
    h.player_id,
    h.last_games,
    COUNT(*) AS games,
    COUNT(h.paint_attempts) AS charted,
    SUM(h.paint_attempts) AS paint_attempts,
    SUM(h.mid_range_attempts) AS mid_range_attempts,
    SUM(h.three_attempts) AS three_attempts,
    SUM(h.paint_attempts + h.mid_range_attempts + h.three_attempts) AS attempts,
    SUM(h.paint_makes) AS paint_makes,
    SUM(h.mid_range_makes) AS mid_range_makes,
    SUM(h.three_makes) AS three_makes,
    COUNT(t.game_id) AS told,
    SUM(p.makes) AS makes,
    SUM(p.assisted) AS assisted,
    MAX(h.game_date) AS last_game_date
  FROM windowed AS h
  LEFT JOIN told AS t ON t.game_id = h.game_id
  LEFT JOIN plays AS p ON p.game_id = h.game_id AND p.player_id = h.player_id
  GROUP BY h.target_id, h.player_id, h.last_games
),
rates AS (
  SELECT
    target_id,
    player_id,
    last_games,
    games,
    charted,
    attempts,
    SAFE_DIVIDE(paint_attempts, attempts) AS paint_share,
    SAFE_DIVIDE(mid_range_attempts, attempts) AS mid_range_share,
    SAFE_DIVIDE(three_attempts, attempts) AS three_share,
    SAFE_DIVIDE(paint_makes, paint_attempts) AS paint_fg_pct,
    SAFE_DIVIDE(mid_range_makes, mid_range_attempts) AS mid_range_fg_pct,
    SAFE_DIVIDE(three_makes, three_attempts) AS three_fg_pct,
    -- Two zones alike: the one nearer to the rim.
    CASE
      WHEN COALESCE(attempts, 0) = 0 THEN NULL
      WHEN paint_attempts >= GREATEST(mid_range_attempts, three_attempts) THEN 'paint'
      WHEN mid_range_attempts >= three_attempts THEN 'mid_range'
      ELSE 'three'
    END AS primary_zone,
    told,
    SAFE_DIVIDE(assisted, makes) AS assisted_share,
    last_game_date
  FROM sums
)
SELECT
  p.game_id,
  p.player_id,
  p.game_date,
  p.season,
  p.team,
  p.opponent,
  COALESCE(a.games, 0) AS games_behind_last_10,
  COALESCE(a.charted, 0) AS shot_chart_games_last_10,
  a.attempts AS attempts_last_10,
  a.paint_share AS paint_share_last_10,
  a.mid_range_share AS mid_range_share_last_10,
  a.three_share AS three_share_last_10,
  a.paint_fg_pct AS paint_fg_pct_last_10,
  a.mid_range_fg_pct AS mid_range_fg_pct_last_10,
  a.three_fg_pct AS three_fg_pct_last_10,
  a.primary_zone AS primary_zone_last_10,
  COALESCE(a.told, 0) AS play_by_play_games_last_10,
  a.assisted_share AS assisted_share_last_10,
  COALESCE(b.games, 0) AS games_behind_last_20,
  COALESCE(b.charted, 0) AS shot_chart_games_last_20,
  b.attempts AS attempts_last_20,
  b.paint_share AS paint_share_last_20,
  b.mid_range_share AS mid_range_share_last_20,
  b.three_share AS three_share_last_20,
  b.paint_fg_pct AS paint_fg_pct_last_20,
  b.mid_range_fg_pct AS mid_range_fg_pct_last_20,
  b.three_fg_pct AS three_fg_pct_last_20,
  b.primary_zone AS primary_zone_last_20,
  COALESCE(b.told, 0) AS play_by_play_games_last_20,
  b.assisted_share AS assisted_share_last_20,
  b.last_game_date AS history_through
FROM players AS p
LEFT JOIN rates AS a ON a.target_id = p.game_id AND a.player_id = p.player_id AND a.last_games = 10
LEFT JOIN rates AS b ON b.target_id = p.game_id AND b.player_id = p.player_id AND b.last_games = 20
