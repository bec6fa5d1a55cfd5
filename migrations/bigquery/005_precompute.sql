-- Phase 4 complete: zones, composite factors, version 2 of the features; and the one way in which phase 4 looks back.
--
-- The four functions below are that way. A feature of a game sees game dates strictly before the game's own, and no more
-- than 365 days back. Only dates are compared: of a day's games none knows another. Quotes and reports stamped before
-- tip-off come through upcoming_player_game_context alone, never from here.

-- The games that each row of the context has behind him, newest first (nth_last = 1). An appearance is a game with
-- minutes on the floor. Seasons are crossed; a window of a season asks for same_season.
CREATE TABLE FUNCTION IF NOT EXISTS nba_precompute.player_history(first_date DATE, last_date DATE)
AS (
  WITH targets AS (
    SELECT game_id, player_id, game_date, season, team, opponent
    FROM nba_analytics.upcoming_player_game_context
    WHERE game_date BETWEEN first_date AND last_date
  ),
  played AS (
    SELECT p.*, t.minutes AS team_minutes, t.fga AS team_fga, t.fta AS team_fta
    FROM nba_analytics.player_game_summary AS p
    LEFT JOIN nba_analytics.team_offense_game_summary AS t
      ON t.game_id = p.game_id AND t.team = p.team AND t.game_date = p.game_date
    WHERE p.game_date BETWEEN DATE_SUB(first_date, INTERVAL 365 DAY) AND DATE_SUB(last_date, INTERVAL 1 DAY)
      AND p.minutes > 0
  )
  SELECT
    t.game_id AS target_id,
    t.player_id,
    t.game_date AS as_of_date,
    ROW_NUMBER() OVER (PARTITION BY t.game_id, t.player_id ORDER BY h.game_date DESC, h.game_id DESC) AS nth_last,
    h.season = t.season AS same_season,
    h.opponent = t.opponent AS same_opponent,
    h.team = t.team AS same_team,
    h.game_id,
    h.game_date,
    h.is_home,
    h.starter,
    h.minutes,
    h.points,
    h.fgm,
    h.fga,
    h.fg3m,
    h.fg3a,
    h.ftm,
    h.fta,
    h.oreb,
    h.dreb,
    h.ast,
    h.tov,
    h.pf,
    h.plus_minus,
    h.usage_rate,
    h.ts_pct,
    h.paint_attempts,
    h.paint_makes,
    h.mid_range_attempts,
    h.mid_range_makes,
    h.three_attempts,
    h.three_makes,
    h.team_minutes,
    h.team_fga,
    h.team_fta
  FROM targets AS t
  JOIN played AS h
    ON h.player_id = t.player_id
    AND h.game_date < t.game_date
    AND h.game_date >= DATE_SUB(t.game_date, INTERVAL 365 DAY)
);

-- The games that every team has behind it on each date with games, newest first.
CREATE TABLE FUNCTION IF NOT EXISTS nba_precompute.team_history(first_date DATE, last_date DATE)
AS (
  WITH dates AS (
    SELECT game_date AS as_of_date, MAX(season) AS season
    FROM nba_analytics.games
    WHERE game_date BETWEEN first_date AND last_date
    GROUP BY game_date
  ),
  played AS (
    SELECT
      t.game_id, t.game_date, t.season, t.team, t.win, t.points, t.pace, t.offensive_rating,
      d.points_allowed, d.defensive_rating,
      d.opp_paint_attempts, d.opp_paint_makes,
      d.opp_mid_range_attempts, d.opp_mid_range_makes,
      d.opp_three_attempts, d.opp_three_makes
    FROM nba_analytics.team_offense_game_summary AS t
    LEFT JOIN nba_analytics.team_defense_game_summary AS d
      ON d.game_id = t.game_id AND d.team = t.team AND d.game_date = t.game_date
    WHERE t.game_date BETWEEN DATE_SUB(first_date, INTERVAL 365 DAY) AND DATE_SUB(last_date, INTERVAL 1 DAY)
  )
  SELECT
    d.as_of_date,
    ROW_NUMBER() OVER (PARTITION BY d.as_of_date, h.team ORDER BY h.game_date DESC, h.game_id DESC) AS nth_last,
    h.season = d.season AS same_season,
    h.*
  FROM dates AS d
  JOIN played AS h
    ON h.game_date < d.as_of_date
    AND h.game_date >= DATE_SUB(d.as_of_date, INTERVAL 365 DAY)
);

-- The league's level on each date with games: all team-games of the 30 days before it. Sums of rates count in units of
-- 1e-10, exactly, so that they are the same bits in whatever order the rows come.
CREATE TABLE FUNCTION IF NOT EXISTS nba_precompute.league_history(first_date DATE, last_date DATE)
AS (
  SELECT
    as_of_date,
    COUNT(*) AS team_games,
    COUNT(opp_paint_attempts) AS shot_chart_team_games,
    SAFE_DIVIDE(SUM(CAST(ROUND(pace * 1e10) AS INT64)) / 1e10, COUNT(pace)) AS pace,
    SAFE_DIVIDE(SUM(CAST(ROUND(offensive_rating * 1e10) AS INT64)) / 1e10, COUNT(offensive_rating)) AS offensive_rating,
    SAFE_DIVIDE(SUM(opp_paint_makes), SUM(opp_paint_attempts)) AS paint_fg_pct,
    SAFE_DIVIDE(SUM(opp_mid_range_makes), SUM(opp_mid_range_attempts)) AS mid_range_fg_pct,
    SAFE_DIVIDE(SUM(opp_three_makes), SUM(opp_three_attempts)) AS three_fg_pct,
    MAX(game_date) AS last_game_date
  FROM nba_precompute.team_history(first_date, last_date)
  WHERE game_date >= DATE_SUB(as_of_date, INTERVAL 30 DAY)
  GROUP BY as_of_date
);

-- The games that everybody has played for each team on each date on which it plays, newest first (nth_last = 1); with
-- the place of the game among the team's (team_nth_last). Dates are those of team_history.
CREATE TABLE FUNCTION IF NOT EXISTS nba_precompute.team_player_history(first_date DATE, last_date DATE)
AS (
  WITH slate AS (
    SELECT DISTINCT game_date AS as_of_date, team
    FROM nba_analytics.games
    CROSS JOIN UNNEST([home_team, away_team]) AS team
    WHERE game_date BETWEEN first_date AND last_date
  )
  SELECT
    t.as_of_date,
    t.team,
    p.player_id,
    ROW_NUMBER() OVER (PARTITION BY t.as_of_date, t.team, p.player_id ORDER BY t.nth_last) AS nth_last,
    t.nth_last AS team_nth_last,
    p.minutes,
    p.points
  FROM slate AS s
  JOIN nba_precompute.team_history(first_date, last_date) AS t ON t.as_of_date = s.as_of_date AND t.team = s.team
  JOIN nba_analytics.player_game_summary AS p
    ON p.game_id = t.game_id AND p.team = t.team AND p.game_date = t.game_date
  WHERE p.game_date BETWEEN DATE_SUB(first_date, INTERVAL 365 DAY) AND DATE_SUB(last_date, INTERVAL 1 DAY)
    AND p.minutes > 0
);

CREATE TABLE IF NOT EXISTS nba_precompute.team_defense_zone_analysis (
  game_id STRING NOT NULL OPTIONS (description = "NBA game id, ten digits"),
  team STRING NOT NULL OPTIONS (description = "Three-letter code of the team whose defence this is"),
  opponent STRING NOT NULL OPTIONS (description = "Three-letter code of the other team"),
  game_date DATE NOT NULL OPTIONS (description = "Eastern date of the game"),
  season STRING NOT NULL OPTIONS (description = "Season, e.g. 2024-25"),
  games_behind INT64 NOT NULL OPTIONS (description = "Games behind the numbers of its last 15 games"),
  shot_chart_games INT64 NOT NULL OPTIONS (description = "Those of them that have a shot chart: behind the zones"),
  league_team_games INT64 NOT NULL OPTIONS (description = "Team-games of the league in the 30 days before: behind league_pace and league_off_rating"),
  league_shot_chart_team_games INT64 NOT NULL OPTIONS (description = "Those of them that have a shot chart: behind the league zones"),
  paint_attempts_allowed FLOAT64 OPTIONS (description = "Shots a game allowed from the paint, last 15 games that have a shot chart"),
  mid_range_attempts_allowed FLOAT64 OPTIONS (description = "Shots a game allowed from mid-range, last 15 games that have a shot chart"),
  three_attempts_allowed FLOAT64 OPTIONS (description = "Shots a game allowed from beyond the arc, last 15 games that have a shot chart"),
  paint_fg_pct_allowed FLOAT64 OPTIONS (description = "Share of those shots that went in, pooled, 0-1"),
  mid_range_fg_pct_allowed FLOAT64 OPTIONS (description = "Share of those shots that went in, pooled, 0-1"),
  three_fg_pct_allowed FLOAT64 OPTIONS (description = "Share of those shots that went in, pooled, 0-1"),
  league_paint_fg_pct FLOAT64 OPTIONS (description = "The same of the whole league from the paint, 30 days before, 0-1"),
  league_mid_range_fg_pct FLOAT64 OPTIONS (description = "The same of the whole league from mid-range, 30 days before, 0-1"),
  league_three_fg_pct FLOAT64 OPTIONS (description = "The same of the whole league from beyond the arc, 30 days before, 0-1"),
  paint_vs_league FLOAT64 OPTIONS (description = "100 (paint_fg_pct_allowed - league_paint_fg_pct), points of percentage; positive: a weaker defence than the mean"),
  mid_range_vs_league FLOAT64 OPTIONS (description = "100 (mid_range_fg_pct_allowed - league_mid_range_fg_pct), points of percentage; positive: a weaker defence than the mean"),
  three_vs_league FLOAT64 OPTIONS (description = "100 (three_fg_pct_allowed - league_three_fg_pct), points of percentage; positive: a weaker defence than the mean"),
  points_allowed_avg FLOAT64 OPTIONS (description = "Mean points allowed, last 15 games"),
  defensive_rating FLOAT64 OPTIONS (description = "Mean defensive rating (points allowed a 100 possessions), last 15 games"),
  pace FLOAT64 OPTIONS (description = "Mean pace (possessions a 48 minutes), last 15 games"),
  league_pace FLOAT64 OPTIONS (description = "Mean pace of all team-games of the 30 days before"),
  league_off_rating FLOAT64 OPTIONS (description = "Mean offensive rating of all team-games of the 30 days before"),
  history_through DATE OPTIONS (description = "Latest game date that fed the row, always before game_date"),
  loaded_at TIMESTAMP NOT NULL OPTIONS (description = "When the row was last written")
)
PARTITION BY game_date
CLUSTER BY team
OPTIONS (description = "What a defence has allowed from each zone before a game, a row for both teams of every game; key game_id, team");

CREATE TABLE IF NOT EXISTS nba_precompute.player_shot_zone_analysis (
  game_id STRING NOT NULL OPTIONS (description = "NBA game id, ten digits"),
  player_id INT64 NOT NULL OPTIONS (description = "NBA player id"),
  game_date DATE NOT NULL OPTIONS (description = "Eastern date of the game"),
  season STRING NOT NULL OPTIONS (description = "Season, e.g. 2024-25"),
  team STRING OPTIONS (description = "Three-letter code of his team; NULL when unknown"),
  opponent STRING OPTIONS (description = "Three-letter code of the other team; NULL when unknown"),
  games_behind_last_10 INT64 NOT NULL OPTIONS (description = "Games behind the numbers of his last 10 games"),
  shot_chart_games_last_10 INT64 NOT NULL OPTIONS (description = "Those of them that have a shot chart: behind the zones"),
  attempts_last_10 INT64 OPTIONS (description = "Shots on those charts; NULL without a chart"),
  paint_share_last_10 FLOAT64 OPTIONS (description = "Share of those shots from the paint, 0-1; NULL without shots"),
  mid_range_share_last_10 FLOAT64 OPTIONS (description = "Share of those shots from mid-range, 0-1; NULL without shots"),
  three_share_last_10 FLOAT64 OPTIONS (description = "Share of those shots from beyond the arc, 0-1; NULL without shots"),
  paint_fg_pct_last_10 FLOAT64 OPTIONS (description = "Share of the shots from the paint that went in, pooled, 0-1; NULL without shots from there"),
  mid_range_fg_pct_last_10 FLOAT64 OPTIONS (description = "Share of the shots from mid-range that went in, pooled, 0-1; NULL without shots from there"),
  three_fg_pct_last_10 FLOAT64 OPTIONS (description = "Share of the shots from beyond the arc that went in, pooled, 0-1; NULL without shots from there"),
  primary_zone_last_10 STRING OPTIONS (description = "Zone of most of his shots: paint, mid_range or three; of equal ones the nearer to the rim; NULL without shots"),
  play_by_play_games_last_10 INT64 NOT NULL OPTIONS (description = "Those of his last 10 games whose plays are known: behind the assisted share"),
  assisted_share_last_10 FLOAT64 OPTIONS (description = "Share of his made field goals that a team-mate set up, 0-1; NULL without play-by-play"),
  games_behind_last_20 INT64 NOT NULL OPTIONS (description = "Games behind the numbers of his last 20 games"),
  shot_chart_games_last_20 INT64 NOT NULL OPTIONS (description = "Those of them that have a shot chart: behind the zones"),
  attempts_last_20 INT64 OPTIONS (description = "Shots on those charts; NULL without a chart"),
  paint_share_last_20 FLOAT64 OPTIONS (description = "Share of those shots from the paint, 0-1; NULL without shots"),
  mid_range_share_last_20 FLOAT64 OPTIONS (description = "Share of those shots from mid-range, 0-1; NULL without shots"),
  three_share_last_20 FLOAT64 OPTIONS (description = "Share of those shots from beyond the arc, 0-1; NULL without shots"),
  paint_fg_pct_last_20 FLOAT64 OPTIONS (description = "Share of the shots from the paint that went in, pooled, 0-1; NULL without shots from there"),
  mid_range_fg_pct_last_20 FLOAT64 OPTIONS (description = "Share of the shots from mid-range that went in, pooled, 0-1; NULL without shots from there"),
  three_fg_pct_last_20 FLOAT64 OPTIONS (description = "Share of the shots from beyond the arc that went in, pooled, 0-1; NULL without shots from there"),
  primary_zone_last_20 STRING OPTIONS (description = "Zone of most of his shots: paint, mid_range or three; of equal ones the nearer to the rim; NULL without shots"),
  play_by_play_games_last_20 INT64 NOT NULL OPTIONS (description = "Those of his last 20 games whose plays are known: behind the assisted share"),
  assisted_share_last_20 FLOAT64 OPTIONS (description = "Share of his made field goals that a team-mate set up, 0-1; NULL without play-by-play"),
  history_through DATE OPTIONS (description = "Latest game date that fed the row, always before game_date"),
  loaded_at TIMESTAMP NOT NULL OPTIONS (description = "When the row was last written")
)
PARTITION BY game_date
CLUSTER BY player_id, team
OPTIONS (description = "Where a player has taken his shots before a game and how he made them; key game_id, player_id");

CREATE TABLE IF NOT EXISTS nba_precompute.player_composite_factors (
  game_id STRING NOT NULL OPTIONS (description = "NBA game id, ten digits"),
  player_id INT64 NOT NULL OPTIONS (description = "NBA player id"),
  game_date DATE NOT NULL OPTIONS (description = "Eastern date of the game"),
  season STRING NOT NULL OPTIONS (description = "Season, e.g. 2024-25"),
  team STRING OPTIONS (description = "Three-letter code of his team; NULL when unknown"),
  opponent STRING OPTIONS (description = "Three-letter code of the other team; NULL when unknown"),
  games_last_7_days INT64 NOT NULL OPTIONS (description = "His games in the 7 days before the game date"),
  games_last_14_days INT64 NOT NULL OPTIONS (description = "His games in the 14 days before the game date"),
  days_off INT64 OPTIONS (description = "Full days between his own last game (within 365 days) and this one; NULL without one"),
  fatigue_score FLOAT64 OPTIONS (description = "0 to 100, 100 = fresh: 100 minus the six loads; NULL when he has no game within 365 days"),
  rest_load FLOAT64 OPTIONS (description = "Part of fatigue_score, points taken off: 15 (1 - days_off / 3), not below 0"),
  back_to_back_load FLOAT64 OPTIONS (description = "Part of fatigue_score, points taken off: 15 when he played yesterday, else 0"),
  games_load_7_days FLOAT64 OPTIONS (description = "Part of fatigue_score, points taken off: 5 for each game beyond 2 in the 7 days before, at most 15"),
  games_load_14_days FLOAT64 OPTIONS (description = "Part of fatigue_score, points taken off: 2.5 for each game beyond 5 in the 14 days before, at most 10"),
  minutes_load_7_days FLOAT64 OPTIONS (description = "Part of fatigue_score, points taken off: 20 at 22 minutes a day over the 7 days before, 0 at 10 and below, a straight line between"),
  minutes_load_14_days FLOAT64 OPTIONS (description = "Part of fatigue_score, points taken off: 25 at 20 minutes a day over the 14 days before, 0 at 10 and below, a straight line between"),
  shot_zone_mismatch_score FLOAT64 OPTIONS (description = "Points of field goal percentage that the defence allows beyond the mean where he shoots: sum of the three parts; positive favours the player; NULL without shot charts"),
  zone_mismatch_paint FLOAT64 OPTIONS (description = "Part of it: his share of shots from the paint (last 20 games) times the defence there against the league"),
  zone_mismatch_mid_range FLOAT64 OPTIONS (description = "Part of it: his share of shots from mid-range (last 20 games) times the defence there against the league"),
  zone_mismatch_three FLOAT64 OPTIONS (description = "Part of it: his share of shots from beyond the arc (last 20 games) times the defence there against the league"),
  shot_chart_games INT64 NOT NULL OPTIONS (description = "His games behind the shares"),
  opponent_shot_chart_games INT64 OPTIONS (description = "Games of the opponent behind its zones; NULL when the opponent is unknown"),
  pace_score FLOAT64 OPTIONS (description = "opponent_pace - league_pace, possessions a 48 minutes; positive favours the player"),
  opponent_pace FLOAT64 OPTIONS (description = "Mean pace of the last 15 games of the opponent"),
  league_pace FLOAT64 OPTIONS (description = "Mean pace of all team-games of the 30 days before"),
  opponent_games_behind INT64 OPTIONS (description = "Games behind opponent_pace; NULL when the opponent is unknown"),
  usage_spike_score FLOAT64 OPTIONS (description = "Points of usage that fall to him for team-mates reported out: usage_avg_last_10 times their points / (team points - their points); positive favours the player; NULL without a report"),
  usage_avg_last_10 FLOAT64 OPTIONS (description = "Mean usage rate of his last 10 games, percent"),
  teammates_out INT64 OPTIONS (description = "Regulars of his team reported out before tip-off; NULL without a report"),
  teammates_out_points_avg FLOAT64 OPTIONS (description = "Mean points a game of those regulars, summed; NULL without a report"),
  team_points_avg_last_10 FLOAT64 OPTIONS (description = "Mean points of the last 10 games of his team"),
  games_for_team INT64 OPTIONS (description = "His games for his present team within 365 days: behind his usual points and minutes (means, the k-th last of at most 60 weighing 0.5^((k - 1) / 8)); NULL without any"),
  share_of_team_points FLOAT64 OPTIONS (description = "His usual points over the sum of those of the available: who played in the last game of the team"),
  share_of_team_minutes FLOAT64 OPTIONS (description = "The same of minutes"),
  points_rank_in_team INT64 OPTIONS (description = "How many of the available have more usual points than he; 0: the first option"),
  minutes_rank_in_team INT64 OPTIONS (description = "The same of minutes"),
  played_last_team_game INT64 OPTIONS (description = "1 when he played in the last game of his team, else 0"),
  team_games_missed_last_10 INT64 OPTIONS (description = "Of the last 10 games of his team those that he did not play in"),
  teammates_out_points_last_game FLOAT64 OPTIONS (description = "Usual points, summed, of the others who have played in the last 15 games of the team and did not play in its last"),
  injury_risk FLOAT64 OPTIONS (description = "By the last report before tip-off: 0 Available, 0.25 Probable, 0.5 Questionable, 0.75 Doubtful, 1 Out; 0 too for who is not listed, as a report lists everybody else; NULL without a report of his team"),
  player_status STRING OPTIONS (description = "The status in that report; NULL without one"),
  history_through DATE OPTIONS (description = "Latest game date that fed the row, always before game_date"),
  loaded_at TIMESTAMP NOT NULL OPTIONS (description = "When the row was last written")
)
PARTITION BY game_date
CLUSTER BY player_id, team
OPTIONS (description = "How fresh a player is and what the match-up offers him, sums with their parts, before a game; key game_id, player_id");

ALTER TABLE nba_precompute.player_daily_cache ADD COLUMN IF NOT EXISTS points_ewma_hl3 FLOAT64;
ALTER TABLE nba_precompute.player_daily_cache ALTER COLUMN points_ewma_hl3 SET OPTIONS (description = "Weighted mean of his points over his last 60 games, the k-th last weighing 0.5^((k - 1) / 3)");
ALTER TABLE nba_precompute.player_daily_cache ADD COLUMN IF NOT EXISTS points_ewma_hl8 FLOAT64;
ALTER TABLE nba_precompute.player_daily_cache ALTER COLUMN points_ewma_hl8 SET OPTIONS (description = "Weighted mean of his points over his last 60 games, the k-th last weighing 0.5^((k - 1) / 8)");
ALTER TABLE nba_precompute.player_daily_cache ADD COLUMN IF NOT EXISTS points_ewma_hl20 FLOAT64;
ALTER TABLE nba_precompute.player_daily_cache ALTER COLUMN points_ewma_hl20 SET OPTIONS (description = "Weighted mean of his points over his last 60 games, the k-th last weighing 0.5^((k - 1) / 20)");
ALTER TABLE nba_precompute.player_daily_cache ADD COLUMN IF NOT EXISTS minutes_ewma_hl3 FLOAT64;
ALTER TABLE nba_precompute.player_daily_cache ALTER COLUMN minutes_ewma_hl3 SET OPTIONS (description = "Weighted mean of his minutes over his last 60 games, the k-th last weighing 0.5^((k - 1) / 3)");
ALTER TABLE nba_precompute.player_daily_cache ADD COLUMN IF NOT EXISTS minutes_ewma_hl8 FLOAT64;
ALTER TABLE nba_precompute.player_daily_cache ALTER COLUMN minutes_ewma_hl8 SET OPTIONS (description = "Weighted mean of his minutes over his last 60 games, the k-th last weighing 0.5^((k - 1) / 8)");
ALTER TABLE nba_precompute.player_daily_cache ADD COLUMN IF NOT EXISTS minutes_ewma_hl20 FLOAT64;
ALTER TABLE nba_precompute.player_daily_cache ALTER COLUMN minutes_ewma_hl20 SET OPTIONS (description = "Weighted mean of his minutes over his last 60 games, the k-th last weighing 0.5^((k - 1) / 20)");
ALTER TABLE nba_precompute.player_daily_cache ADD COLUMN IF NOT EXISTS fga_ewma_hl8 FLOAT64;
ALTER TABLE nba_precompute.player_daily_cache ALTER COLUMN fga_ewma_hl8 SET OPTIONS (description = "Weighted mean of his field goal attempts over his last 60 games, the k-th last weighing 0.5^((k - 1) / 8)");
ALTER TABLE nba_precompute.player_daily_cache ADD COLUMN IF NOT EXISTS fta_ewma_hl8 FLOAT64;
ALTER TABLE nba_precompute.player_daily_cache ALTER COLUMN fta_ewma_hl8 SET OPTIONS (description = "Weighted mean of his free throw attempts over his last 60 games, the k-th last weighing 0.5^((k - 1) / 8)");
ALTER TABLE nba_precompute.player_daily_cache ADD COLUMN IF NOT EXISTS fg3a_ewma_hl8 FLOAT64;
ALTER TABLE nba_precompute.player_daily_cache ALTER COLUMN fg3a_ewma_hl8 SET OPTIONS (description = "Weighted mean of his three-point attempts over his last 60 games, the k-th last weighing 0.5^((k - 1) / 8)");
ALTER TABLE nba_precompute.player_daily_cache ADD COLUMN IF NOT EXISTS plays_ewma_hl20 FLOAT64;
ALTER TABLE nba_precompute.player_daily_cache ALTER COLUMN plays_ewma_hl20 SET OPTIONS (description = "Weighted mean of his plays (FGA + 0.44 FTA) over his last 60 games, the k-th last weighing 0.5^((k - 1) / 20)");
ALTER TABLE nba_precompute.player_daily_cache ADD COLUMN IF NOT EXISTS ppm_ewma_hl8 FLOAT64;
ALTER TABLE nba_precompute.player_daily_cache ALTER COLUMN ppm_ewma_hl8 SET OPTIONS (description = "Weighted points over weighted minutes over his last 60 games, the k-th last weighing 0.5^((k - 1) / 8)");
ALTER TABLE nba_precompute.player_daily_cache ADD COLUMN IF NOT EXISTS ppm_ewma_hl20 FLOAT64;
ALTER TABLE nba_precompute.player_daily_cache ALTER COLUMN ppm_ewma_hl20 SET OPTIONS (description = "Weighted points over weighted minutes over his last 60 games, the k-th last weighing 0.5^((k - 1) / 20)");
ALTER TABLE nba_precompute.player_daily_cache ADD COLUMN IF NOT EXISTS ts_pct_ewma_hl20 FLOAT64;
ALTER TABLE nba_precompute.player_daily_cache ALTER COLUMN ts_pct_ewma_hl20 SET OPTIONS (description = "True shooting of weighted sums, 0-1, over his last 60 games, the k-th last weighing 0.5^((k - 1) / 20)");
ALTER TABLE nba_precompute.player_daily_cache ADD COLUMN IF NOT EXISTS usage_ewma_hl8 FLOAT64;
ALTER TABLE nba_precompute.player_daily_cache ALTER COLUMN usage_ewma_hl8 SET OPTIONS (description = "Weighted mean of his usage rate, percent, over his last 60 games, the k-th last weighing 0.5^((k - 1) / 8)");
ALTER TABLE nba_precompute.player_daily_cache ADD COLUMN IF NOT EXISTS plays_share_ewma_hl8 FLOAT64;
ALTER TABLE nba_precompute.player_daily_cache ALTER COLUMN plays_share_ewma_hl8 SET OPTIONS (description = "Weighted mean of his share of the plays of his team, 0-1, over his last 60 games, the k-th last weighing 0.5^((k - 1) / 8)");
ALTER TABLE nba_precompute.player_daily_cache ADD COLUMN IF NOT EXISTS plays_share_ewma_hl20 FLOAT64;
ALTER TABLE nba_precompute.player_daily_cache ALTER COLUMN plays_share_ewma_hl20 SET OPTIONS (description = "Weighted mean of his share of the plays of his team, 0-1, over his last 60 games, the k-th last weighing 0.5^((k - 1) / 20)");
ALTER TABLE nba_precompute.player_daily_cache ADD COLUMN IF NOT EXISTS minutes_last_game INT64;
ALTER TABLE nba_precompute.player_daily_cache ALTER COLUMN minutes_last_game SET OPTIONS (description = "Minutes of his latest game");
ALTER TABLE nba_precompute.player_daily_cache ADD COLUMN IF NOT EXISTS minutes_avg_last_2 FLOAT64;
ALTER TABLE nba_precompute.player_daily_cache ALTER COLUMN minutes_avg_last_2 SET OPTIONS (description = "Mean minutes, his last 2 games");
ALTER TABLE nba_precompute.player_daily_cache ADD COLUMN IF NOT EXISTS starter_share_last_10 FLOAT64;
ALTER TABLE nba_precompute.player_daily_cache ALTER COLUMN starter_share_last_10 SET OPTIONS (description = "Share of his last 10 games that he started, of those where a source says so, 0-1; NULL when none does");
ALTER TABLE nba_precompute.player_daily_cache ADD COLUMN IF NOT EXISTS points_median_last_20 FLOAT64;
ALTER TABLE nba_precompute.player_daily_cache ALTER COLUMN points_median_last_20 SET OPTIONS (description = "Median of points, his last 20 games");
ALTER TABLE nba_precompute.player_daily_cache ADD COLUMN IF NOT EXISTS ppm_avg_season FLOAT64;
ALTER TABLE nba_precompute.player_daily_cache ALTER COLUMN ppm_avg_season SET OPTIONS (description = "Points a minute pooled over his games of the season");
ALTER TABLE nba_precompute.player_daily_cache ADD COLUMN IF NOT EXISTS team_margin FLOAT64;
ALTER TABLE nba_precompute.player_daily_cache ALTER COLUMN team_margin SET OPTIONS (description = "Weighted mean of points for minus points against, the last 60 games of his team, the k-th last weighing 0.5^((k - 1) / 15)");
ALTER TABLE nba_precompute.player_daily_cache ADD COLUMN IF NOT EXISTS opponent_margin FLOAT64;
ALTER TABLE nba_precompute.player_daily_cache ALTER COLUMN opponent_margin SET OPTIONS (description = "The same of the opponent");
ALTER TABLE nba_precompute.player_daily_cache ADD COLUMN IF NOT EXISTS opponent_points_allowed FLOAT64;
ALTER TABLE nba_precompute.player_daily_cache ALTER COLUMN opponent_points_allowed SET OPTIONS (description = "Weighted mean of points allowed, the last 60 games of the opponent, the k-th last weighing 0.5^((k - 1) / 15)");

-- Version 2 has its own order of columns, which ALTER TABLE can't make. Every row is computed from phase 3, so nothing is
-- lost that the next run of phase 4 over its dates does not bring back.
DROP TABLE IF EXISTS nba_precompute.ml_feature_store;

CREATE TABLE IF NOT EXISTS nba_precompute.ml_feature_store (
  game_id STRING NOT NULL OPTIONS (description = "NBA game id, ten digits"),
  player_id INT64 NOT NULL OPTIONS (description = "NBA player id"),
  game_date DATE NOT NULL OPTIONS (description = "Eastern date of the game"),
  season STRING NOT NULL OPTIONS (description = "Season, e.g. 2024-25"),
  player_name STRING NOT NULL OPTIONS (description = "Player's name"),
  team STRING OPTIONS (description = "Three-letter code of his team; NULL when unknown"),
  opponent STRING OPTIONS (description = "Three-letter code of the other team; NULL when unknown"),
  tip_off TIMESTAMP OPTIONS (description = "Scheduled tip-off; NULL where no schedule gives it"),
  feature_version STRING NOT NULL OPTIONS (description = "Version of the list of features and of their meaning: v2"),
  points_avg_last_5 FLOAT64 OPTIONS (description = "Mean points of his last 5 games; points; NULL: no game of his within 365 days"),
  points_avg_last_10 FLOAT64 OPTIONS (description = "Mean points of his last 10 games; points; NULL: no game of his within 365 days"),
  points_avg_season FLOAT64 OPTIONS (description = "Mean points of his games of the season; points; NULL: no game of his this season"),
  points_std_last_10 FLOAT64 OPTIONS (description = "Sample standard deviation of the points of his last 10 games; points; NULL: fewer than 2 games of his within 365 days"),
  games_in_last_7_days INT64 OPTIONS (description = "His games in the 7 days before; games"),
  fatigue_score FLOAT64 OPTIONS (description = "100 minus six loads: rest, yesterday's game, games and minutes of 7 and of 14 days; 0 to 100, 100 = fresh; NULL: no game of his within 365 days"),
  shot_zone_mismatch_score FLOAT64 OPTIONS (description = "Sum over zones of his share of shots times what the opponent allows there beyond the league's mean; positive favours the player; points of percentage; NULL: no shot chart behind his shares, the opponent's defence or the league's mean"),
  pace_score FLOAT64 OPTIONS (description = "opponent_pace minus the mean pace of all team-games of the 30 days before; positive favours the player; possessions a 48 minutes; NULL: the opponent is unknown, or nobody has played in the 30 days before"),
  usage_spike_score FLOAT64 OPTIONS (description = "usage_avg_last_10 times P / (team's mean points of 10 games - P), P the mean points of the regulars reported out; positive favours the player; points of percentage; NULL: no injury report before tip-off covers the game, or his team is unknown"),
  rest_advantage INT64 OPTIONS (description = "His team's days_rest minus the opponent's; days; NULL: either team's first game of the season, or his team is unknown"),
  injury_risk FLOAT64 OPTIONS (description = "By the last report before tip-off: Available and not listed 0, Probable 0.25, Questionable 0.5, Doubtful 0.75, Out 1; 0 to 1, 1 = out; NULL: no injury report before tip-off covers his team's game"),
  recent_trend FLOAT64 OPTIONS (description = "points_avg_last_5 - points_avg_last_10; points; NULL: no game of his within 365 days"),
  minutes_change FLOAT64 OPTIONS (description = "Mean minutes of the last 5 games minus the season's; minutes; NULL: no game of his this season"),
  opponent_def_rating FLOAT64 OPTIONS (description = "Mean defensive rating of the opponent's last 15 games; points a 100 possessions; NULL: the opponent is unknown or has no game behind it"),
  opponent_pace FLOAT64 OPTIONS (description = "Mean pace of the opponent's last 15 games; possessions a 48 minutes; NULL: the opponent is unknown or has no game behind it"),
  home_away INT64 OPTIONS (description = "1 at home, 0 away; 0 or 1; NULL: his team is unknown"),
  back_to_back INT64 OPTIONS (description = "1 when his team played yesterday, else 0; 0 or 1; NULL: his team's first game of the season, or his team is unknown"),
  playoff_game INT64 OPTIONS (description = "1 in the Playoffs, else 0; 0 or 1"),
  pct_paint FLOAT64 OPTIONS (description = "Share of his shots from the paint, last 20 games that have a shot chart; share; NULL: no shot chart of his last 20 games, or no shot on them"),
  pct_mid_range FLOAT64 OPTIONS (description = "Share of his shots from mid-range, last 20 games that have a shot chart; share; NULL: no shot chart of his last 20 games, or no shot on them"),
  pct_three FLOAT64 OPTIONS (description = "Share of his shots from beyond the arc, last 20 games that have a shot chart; share; NULL: no shot chart of his last 20 games, or no shot on them"),
  pct_free_throw FLOAT64 OPTIONS (description = "Share of his points from free throws, last 20 games; share; NULL: no game of his within 365 days, or no attempts in it to divide by"),
  team_pace FLOAT64 OPTIONS (description = "Mean pace of his team's last 10 games; possessions a 48 minutes; NULL: his team is unknown or has no game behind it"),
  team_off_rating FLOAT64 OPTIONS (description = "Mean offensive rating of his team's last 10 games; points a 100 possessions; NULL: his team is unknown or has no game behind it"),
  team_win_pct FLOAT64 OPTIONS (description = "Share of games of the season that his team has won; share; NULL: his team is unknown or has not played this season"),
  vegas_points_line FLOAT64 OPTIONS (description = "Median of the bookmakers' last main points lines before tip-off; points; NULL: no bookmaker quoted his points before tip-off"),
  vegas_opening_line FLOAT64 OPTIONS (description = "Median of the bookmakers' first known main points lines; points; NULL: no bookmaker quoted his points before tip-off"),
  vegas_line_move FLOAT64 OPTIONS (description = "vegas_points_line - vegas_opening_line; points; NULL: no bookmaker quoted his points before tip-off"),
  has_vegas_line INT64 OPTIONS (description = "1 when there is a points line, else 0; 0 or 1"),
  avg_points_vs_opponent FLOAT64 OPTIONS (description = "Mean points against this opponent within 365 days; points; NULL: he has not met this opponent within 365 days"),
  games_vs_opponent INT64 OPTIONS (description = "Games against this opponent within 365 days; games; NULL: the opponent is unknown"),
  minutes_avg_last_10 FLOAT64 OPTIONS (description = "Mean minutes of his last 10 games; minutes; NULL: no game of his within 365 days"),
  ppm_avg_last_10 FLOAT64 OPTIONS (description = "Points a minute pooled over his last 10 games; points a minute; NULL: no game of his within 365 days"),
  games_played_season INT64 OPTIONS (description = "His games of the season; games"),
  games_behind_last_10 INT64 OPTIONS (description = "Games behind the last-10 numbers; games"),
  games_in_last_14_days INT64 OPTIONS (description = "His games in the 14 days before; games"),
  minutes_avg_last_5 FLOAT64 OPTIONS (description = "Mean minutes of his last 5 games; minutes; NULL: no game of his within 365 days"),
  usage_avg_last_10 FLOAT64 OPTIONS (description = "Mean usage rate of his last 10 games; percent; NULL: no game of his within 365 days"),
  ts_pct_last_10 FLOAT64 OPTIONS (description = "True shooting pooled over his last 10 games; share; NULL: no game of his within 365 days, or no attempts in it to divide by"),
  days_rest INT64 OPTIONS (description = "Full days since his team's previous game of the season; days; NULL: his team's first game of the season, or his team is unknown"),
  spread FLOAT64 OPTIONS (description = "Spread from his team's side, negative for the favourite: median of the bookmakers' last before tip-off; points; NULL: no bookmaker quoted it before tip-off, or his team is unknown"),
  game_total FLOAT64 OPTIONS (description = "Total of the game: median of the bookmakers' last before tip-off; points; NULL: no bookmaker quoted it before tip-off"),
  implied_team_total FLOAT64 OPTIONS (description = "game_total / 2 - spread / 2; points; NULL: no bookmaker quoted it before tip-off, or his team is unknown"),
  points_ewma_hl3 FLOAT64 OPTIONS (description = "Weighted mean of his points, half-life 3 games; points; NULL: no game of his within 365 days"),
  points_ewma_hl8 FLOAT64 OPTIONS (description = "Weighted mean of his points, half-life 8 games; points; NULL: no game of his within 365 days"),
  points_ewma_hl20 FLOAT64 OPTIONS (description = "Weighted mean of his points, half-life 20 games; points; NULL: no game of his within 365 days"),
  minutes_ewma_hl3 FLOAT64 OPTIONS (description = "Weighted mean of his minutes, half-life 3 games; minutes; NULL: no game of his within 365 days"),
  minutes_ewma_hl8 FLOAT64 OPTIONS (description = "Weighted mean of his minutes, half-life 8 games; minutes; NULL: no game of his within 365 days"),
  minutes_ewma_hl20 FLOAT64 OPTIONS (description = "Weighted mean of his minutes, half-life 20 games; minutes; NULL: no game of his within 365 days"),
  fga_ewma_hl8 FLOAT64 OPTIONS (description = "Weighted mean of his field goal attempts, half-life 8 games; attempts; NULL: no game of his within 365 days"),
  fta_ewma_hl8 FLOAT64 OPTIONS (description = "Weighted mean of his free throw attempts, half-life 8 games; attempts; NULL: no game of his within 365 days"),
  fg3a_ewma_hl8 FLOAT64 OPTIONS (description = "Weighted mean of his three-point attempts, half-life 8 games; attempts; NULL: no game of his within 365 days"),
  plays_ewma_hl20 FLOAT64 OPTIONS (description = "Weighted mean of his plays (FGA + 0.44 FTA), half-life 20 games; plays; NULL: no game of his within 365 days"),
  ppm_ewma_hl8 FLOAT64 OPTIONS (description = "Weighted points over weighted minutes, half-life 8 games; points a minute; NULL: no game of his within 365 days"),
  ppm_ewma_hl20 FLOAT64 OPTIONS (description = "Weighted points over weighted minutes, half-life 20 games; points a minute; NULL: no game of his within 365 days"),
  ts_pct_ewma_hl20 FLOAT64 OPTIONS (description = "Weighted points over twice the weighted plays, half-life 20 games; share; NULL: no game of his within 365 days, or no attempts in it to divide by"),
  usage_ewma_hl8 FLOAT64 OPTIONS (description = "Weighted mean of his usage rate, half-life 8 games; percent; NULL: no game of his within 365 days"),
  plays_share_ewma_hl8 FLOAT64 OPTIONS (description = "Weighted mean of his plays over his team's plays of the game, half-life 8 games; share; NULL: no game of his within 365 days"),
  plays_share_ewma_hl20 FLOAT64 OPTIONS (description = "Weighted mean of his plays over his team's plays of the game, half-life 20 games; share; NULL: no game of his within 365 days"),
  minutes_last_game INT64 OPTIONS (description = "Minutes of his latest game; minutes; NULL: no game of his within 365 days"),
  minutes_avg_last_2 FLOAT64 OPTIONS (description = "Mean minutes of his last 2 games; minutes; NULL: no game of his within 365 days"),
  minutes_std_last_10 FLOAT64 OPTIONS (description = "Sample standard deviation of the minutes of his last 10 games; minutes; NULL: fewer than 2 games of his within 365 days"),
  points_median_last_20 FLOAT64 OPTIONS (description = "Median of the points of his last 20 games; points; NULL: no game of his within 365 days"),
  minutes_last_7_days INT64 OPTIONS (description = "His minutes in the 7 days before; minutes"),
  ppm_avg_season FLOAT64 OPTIONS (description = "Points a minute pooled over his games of the season; points a minute; NULL: no game of his this season"),
  minutes_avg_season FLOAT64 OPTIONS (description = "Mean minutes of his games of the season; minutes; NULL: no game of his this season"),
  days_since_own_game INT64 OPTIONS (description = "Days from his own latest game to this one, 30 at most; 1 when he played yesterday; days; NULL: no game of his within 365 days"),
  share_of_team_points FLOAT64 OPTIONS (description = "His usual points over the sum of those of the available; share; NULL: his team is unknown, or he has played no game for it within 365 days"),
  share_of_team_minutes FLOAT64 OPTIONS (description = "His usual minutes over the sum of those of the available; share; NULL: his team is unknown, or he has played no game for it within 365 days"),
  points_rank_in_team INT64 OPTIONS (description = "How many of the available have more usual points than he; 0: the first option; players; NULL: his team is unknown, or he has played no game for it within 365 days"),
  minutes_rank_in_team INT64 OPTIONS (description = "How many of the available have more usual minutes than he; players; NULL: his team is unknown, or he has played no game for it within 365 days"),
  played_last_team_game INT64 OPTIONS (description = "1 when he played in his team's last game, else 0; 0 or 1; NULL: his team is unknown, or he has played no game for it within 365 days"),
  team_games_missed_last_10 INT64 OPTIONS (description = "Of his team's last 10 games those that he did not play in; games; NULL: his team is unknown, or he has played no game for it within 365 days"),
  teammates_out_points_last_game FLOAT64 OPTIONS (description = "Usual points, summed, of the others of the rotation who did not play in the team's last game; points; NULL: his team is unknown, or he has played no game for it within 365 days"),
  teammates_out INT64 OPTIONS (description = "Regulars of his team reported out before tip-off; players; NULL: no injury report before tip-off covers the game, or his team is unknown"),
  teammates_out_points_avg FLOAT64 OPTIONS (description = "Mean points a game of those regulars, summed; points; NULL: no injury report before tip-off covers the game, or his team is unknown"),
  starter_share_last_10 FLOAT64 OPTIONS (description = "Share of his last 10 games that he started, of those where a source says so; share; NULL: no source says who started in his last 10 games"),
  league_pace FLOAT64 OPTIONS (description = "Mean pace of all team-games of the 30 days before; possessions a 48 minutes; NULL: the opponent is unknown, or nobody has played in the 30 days before"),
  league_off_rating FLOAT64 OPTIONS (description = "Mean offensive rating of all team-games of the 30 days before; points a 100 possessions; NULL: the opponent is unknown, or nobody has played in the 30 days before"),
  expected_pace FLOAT64 OPTIONS (description = "(team_pace + opponent_pace) / 2 - league_pace; possessions a 48 minutes; NULL: either team's pace or the league's is unknown"),
  opponent_points_allowed FLOAT64 OPTIONS (description = "Weighted mean of the points that the opponent's last 60 games allowed, half-life 15 games; points; NULL: the opponent is unknown or has no game behind it"),
  team_margin FLOAT64 OPTIONS (description = "Weighted mean of points for minus points against, his team's last 60 games, half-life 15 games; points; NULL: his team is unknown or has no game behind it"),
  opponent_margin FLOAT64 OPTIONS (description = "The same of the opponent; points; NULL: the opponent is unknown or has no game behind it"),
  opponent_paint_vs_league FLOAT64 OPTIONS (description = "Field goal percentage that the opponent allows from the paint minus the league's; positive: a weaker defence; points of percentage; NULL: the opponent is unknown, or no shot chart is behind its defence or the league's mean"),
  opponent_mid_range_vs_league FLOAT64 OPTIONS (description = "Field goal percentage that the opponent allows from mid-range minus the league's; positive: a weaker defence; points of percentage; NULL: the opponent is unknown, or no shot chart is behind its defence or the league's mean"),
  opponent_three_vs_league FLOAT64 OPTIONS (description = "Field goal percentage that the opponent allows from beyond the arc minus the league's; positive: a weaker defence; points of percentage; NULL: the opponent is unknown, or no shot chart is behind its defence or the league's mean"),
  paint_fg_pct_last_20 FLOAT64 OPTIONS (description = "Share of his shots from the paint that went in, last 20 games that have a shot chart; NULL too without a shot from there; share; NULL: no shot chart of his last 20 games, or no shot on them"),
  mid_range_fg_pct_last_20 FLOAT64 OPTIONS (description = "Share of his shots from mid-range that went in, last 20 games that have a shot chart; NULL too without a shot from there; share; NULL: no shot chart of his last 20 games, or no shot on them"),
  three_fg_pct_last_20 FLOAT64 OPTIONS (description = "Share of his shots from beyond the arc that went in, last 20 games that have a shot chart; NULL too without a shot from there; share; NULL: no shot chart of his last 20 games, or no shot on them"),
  features_present INT64 NOT NULL OPTIONS (description = "Features that are not NULL"),
  quality FLOAT64 NOT NULL OPTIONS (description = "Share of the features that are not NULL, 0-1: none is ever filled with a default"),
  source_flags STRING NOT NULL OPTIONS (description = "One letter a feature, in the order of feature_catalog.position: where its value came from (feature_catalog.source_letter), - when it is NULL"),
  line_snapshot_at TIMESTAMP OPTIONS (description = "Latest snapshot behind vegas_points_line"),
  history_through DATE OPTIONS (description = "Latest game date that fed the row, always before game_date"),
  loaded_at TIMESTAMP NOT NULL OPTIONS (description = "When the row was last written")
)
PARTITION BY game_date
CLUSTER BY player_id, team
OPTIONS (description = "Features of a player-game in a fixed, named, versioned order; key game_id, player_id");
