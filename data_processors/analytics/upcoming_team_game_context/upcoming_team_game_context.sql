-- What is known of a team before tip-off: rest, record, travel, and what the bookmakers expect.
WITH calendar AS (
  SELECT * FROM nba_analytics.team_calendar(@start_date, @end_date)
),
cities AS (
  -- Several teams may have played in one arena: the place is the same.
  SELECT city, MIN(latitude) AS latitude, MIN(longitude) AS longitude
  FROM nba_reference.arenas
  GROUP BY city
),
places AS (
  -- Where the schedule names a city, that one or none; else at the home team's, unless the floor is neutral.
  SELECT
    g.game_id,
    IF(s.arena_city IS NULL, home.latitude, c.latitude) * ACOS(-1) / 180 AS latitude,
    IF(s.arena_city IS NULL, home.longitude, c.longitude) * ACOS(-1) / 180 AS longitude
  FROM nba_analytics.games AS g
  LEFT JOIN nba_raw.schedule AS s ON s.game_id = g.game_id
  LEFT JOIN cities AS c ON c.city = s.arena_city
  LEFT JOIN nba_reference.arenas AS home
    ON home.team = g.home_team
    AND NOT COALESCE(s.is_neutral, FALSE)
    AND g.season >= COALESCE(home.first_season, g.season)
    AND g.season <= COALESCE(home.last_season, g.season)
  WHERE g.game_date BETWEEN DATE_SUB(@start_date, INTERVAL 365 DAY) AND @end_date
)
SELECT
  t.game_id,
  t.team,
  t.game_date,
  t.season,
  t.season_type,
  t.tip_off,
  t.opponent,
  t.is_home,
  t.days_rest,
  o.days_rest AS opponent_days_rest,
  t.days_rest = 0 AS back_to_back,
  t.games_last_7_days,
  t.games_last_14_days,
  t.wins,
  t.losses,
  t.streak,
  -- Great circle by the haversine; 3958.8 miles is the earth's mean radius. Rounded: the last bits of a sine differ from one
  -- machine to another, and a row that differs in them alone would be written again.
  ROUND(2 * 3958.8 * ASIN(SQRT(
    POW(SIN((here.latitude - there.latitude) / 2), 2)
    + COS(there.latitude) * COS(here.latitude) * POW(SIN((here.longitude - there.longitude) / 2), 2)
  )), 3) AS travel_miles,
  IF(t.is_home, l.home_spread, 0 - l.home_spread) AS spread,
  l.game_total,
  l.game_total / 2 - IF(t.is_home, l.home_spread, 0 - l.home_spread) / 2 AS implied_team_total,
  l.snapshot_at AS game_lines_snapshot_at
FROM calendar AS t
JOIN calendar AS o ON o.game_id = t.game_id AND o.team = t.opponent
LEFT JOIN places AS here ON here.game_id = t.game_id
LEFT JOIN places AS there ON there.game_id = t.previous_game_id
LEFT JOIN nba_analytics.game_lines_before_tip_off(@start_date, @end_date) AS l ON l.game_id = t.game_id
