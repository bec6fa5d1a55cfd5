-- One row: what must hold after the night of @day, a line each, "ok|name|figures", joined by newlines.
WITH runs AS (
  SELECT
    *,
    CASE WHEN processor = 'prediction_accuracy' THEN 'grading' ELSE phase END AS stage
  FROM nba_orchestration.processor_runs
  WHERE DATE(started_at) >= DATE_SUB(CURRENT_DATE(), INTERVAL 30 DAY)
    AND start_date <= @day AND end_date >= @day
    AND phase != 'backfill'
),
latest AS (
  SELECT * FROM runs
  QUALIFY ROW_NUMBER() OVER (PARTITION BY stage, processor ORDER BY started_at DESC) = 1
),
stages AS (
  SELECT stage FROM UNNEST(['phase1', 'phase2', 'phase3', 'phase4', 'phase5', 'grading']) AS stage
),
by_stage AS (
  SELECT
    s.stage,
    COUNT(l.processor) AS processors,
    -- Named, but no failure of the phase: a source without a key (what it should have brought is counted below), and a
    -- payload in quarantine (which has a line of its own).
    COUNTIF(
      l.status NOT IN ('success', 'unchanged')
      AND CONCAT(s.stage, ' ', l.status) NOT IN ('phase1 not_ready', 'phase2 quarantined')
    ) AS bad,
    STRING_AGG(
      IF(l.status NOT IN ('success', 'unchanged'), CONCAT(l.processor, ' ', l.status), NULL), ', ' ORDER BY l.processor
    ) AS words
  FROM stages AS s
  LEFT JOIN latest AS l ON l.stage = s.stage
  GROUP BY s.stage
),
fired AS (
  SELECT COUNT(*) AS calls, MIN(started_at) AS first_call, MAX(started_at) AS last_call
  FROM runs
  WHERE phase IN ('phase1', 'workflow') AND trigger = 'scheduler'
),
analytics AS (
  SELECT
    a.processor,
    COUNT(DISTINCT b.processor) AS beside
  FROM runs AS a
  LEFT JOIN runs AS b
    ON b.phase = a.phase AND b.processor != a.processor
    AND b.started_at < a.finished_at AND b.finished_at > a.started_at
  WHERE a.phase = 'phase3'
  GROUP BY a.processor
),
cascades AS (
  SELECT correlation_id, TIMESTAMP_DIFF(MAX(finished_at), MIN(started_at), MILLISECOND) / 1000 AS seconds
  FROM runs
  WHERE correlation_id IS NOT NULL AND phase LIKE 'phase%'
  GROUP BY correlation_id
),
owed AS (
  SELECT
    (SELECT COUNT(*) FROM nba_analytics.games WHERE game_date = @day) AS games,
    (SELECT COUNTIF(is_played) FROM nba_analytics.games WHERE game_date = @day) AS played,
    (SELECT COUNT(DISTINCT game_id) FROM nba_raw.player_boxscores WHERE game_date = @day) AS box_scores,
    (SELECT COUNT(*) FROM nba_raw.player_boxscores WHERE game_date = @day) AS players,
    (SELECT COUNT(*) FROM nba_analytics.player_game_summary WHERE game_date = @day) AS summaries,
    (SELECT COUNT(*) FROM nba_analytics.upcoming_player_game_context WHERE game_date = @day) AS contexts,
    (SELECT COUNT(*) FROM nba_precompute.ml_feature_store WHERE game_date = @day) AS features,
    (
      SELECT COUNT(DISTINCT CONCAT(game_id, '|', CAST(player_id AS STRING)))
      FROM nba_raw.player_prop_lines
      WHERE game_date = @day AND is_main_line AND snapshot_at < tip_off
    ) AS quoted,
    (
      SELECT COUNT(DISTINCT CONCAT(game_id, '|', CAST(player_id AS STRING)))
      FROM nba_predictions.player_prop_predictions
      WHERE game_date = @day AND bookmaker IS NOT NULL
    ) AS predicted,
    (SELECT COUNTIF(is_current) FROM nba_predictions.player_prop_predictions WHERE game_date = @day) AS standing,
    (
      SELECT COUNTIF(is_current AND reason = 'no_features')
      FROM nba_predictions.player_prop_predictions
      WHERE game_date = @day
    ) AS without_features,
    (SELECT COUNT(*) FROM nba_raw.schedule WHERE game_date = @day) AS listed,
    (SELECT COUNTIF(postponed) FROM nba_raw.schedule WHERE game_date = @day) AS postponed,
    (
      SELECT COUNT(*) FROM nba_raw.schedule
      WHERE game_date BETWEEN DATE_SUB(@day, INTERVAL 366 DAY) AND DATE_ADD(@day, INTERVAL 366 DAY)
        AND season IN (SELECT season FROM nba_raw.schedule WHERE game_date = @day)
    ) AS season_listed,
    (
      SELECT COUNTIF(postponed) FROM nba_raw.schedule
      WHERE game_date BETWEEN DATE_SUB(@day, INTERVAL 366 DAY) AND DATE_ADD(@day, INTERVAL 366 DAY)
        AND season IN (SELECT season FROM nba_raw.schedule WHERE game_date = @day)
    ) AS season_postponed,
    (SELECT COUNT(*) FROM nba_analytics.whole_box_scores(@day, @day)) AS whole_box_scores,
    (
      SELECT COUNTIF(created_at < tip_off AND (line IS NULL OR line_snapshot_at < tip_off))
      FROM nba_predictions.player_prop_predictions
      WHERE game_date = @day
    ) AS gradable,
    (SELECT COUNT(*) FROM nba_predictions.prediction_accuracy WHERE game_date = @day) AS graded,
    (SELECT COUNT(*) FROM nba_orchestration.quarantine
      WHERE quarantined_date >= '2000-01-01' AND status = 'waiting') AS waiting,
    (SELECT COALESCE(STRING_AGG(item_id, ', ' LIMIT 3), '-') FROM nba_orchestration.quarantine
      WHERE quarantined_date >= '2000-01-01' AND status = 'waiting') AS waiting_items
),
audits AS (
  SELECT
    COUNT(*) AS checked,
    COUNTIF(blocking AND failures > 0) AS failed,
    COUNTIF(NOT blocking AND failures > 0) AS warned,
    STRING_AGG(IF(blocking AND failures > 0, CONCAT(table_name, ' ', audit), NULL), ', ') AS words
  FROM (
    SELECT *
    FROM nba_orchestration.audit_results
    WHERE DATE(checked_at) >= DATE_SUB(CURRENT_DATE(), INTERVAL 30 DAY)
      AND start_date <= @day AND end_date >= @day
    QUALIFY ROW_NUMBER() OVER (PARTITION BY table_name, audit ORDER BY checked_at DESC) = 1
  )
),
lines AS (
  SELECT 1 AS place, calls > 0 AS ok, 'schedulers' AS name,
    CONCAT(CAST(calls AS STRING), ' calls, ', COALESCE(FORMAT_TIMESTAMP('%F %T', first_call), '-'), ' to ',
      COALESCE(FORMAT_TIMESTAMP('%F %T', last_call), '-'), ' UTC') AS figures
  FROM fired
  UNION ALL
  SELECT 2, processors > 0 AND bad = 0, CONCAT('finished: ', stage),
    CONCAT(CAST(processors AS STRING), ' processors', COALESCE(CONCAT('; ', words), ''))
  FROM by_stage
  UNION ALL
  SELECT 3, COUNT(*) >= 5 AND MAX(beside) >= 1, 'analytics in parallel',
    CONCAT(CAST(COUNT(*) AS STRING), ' processors, up to ', CAST(COALESCE(MAX(beside), -1) + 1 AS STRING), ' at once')
  FROM analytics
  UNION ALL
  SELECT 4, COUNT(*) > 0 AND MAX(seconds) < 3600, 'cascade timing',
    CONCAT(CAST(COUNT(*) AS STRING), ' cascades, the longest ', CAST(ROUND(COALESCE(MAX(seconds), 0), 1) AS STRING), ' s')
  FROM cascades
  UNION ALL
  SELECT 6, checked > 0 AND failed = 0, 'audits',
    CONCAT(CAST(checked AS STRING), ' checked, ', CAST(failed AS STRING), ' failed, ', CAST(warned AS STRING), ' warn',
      COALESCE(CONCAT('; ', words), ''))
  FROM audits
  UNION ALL
  SELECT 8, COUNT(*) = 0, 'dead letters', CONCAT(CAST(COUNT(*) AS STRING), ' failed on the fifth delivery')
  FROM runs AS r
  WHERE attempt >= 5 AND status IN ('failed', 'timed_out', 'not_ready')
    -- What was lost so has been made up for by a later run that went well.
    AND NOT EXISTS (
      SELECT 1
      FROM runs AS later
      WHERE later.processor = r.processor AND later.started_at > r.started_at
        AND later.status IN ('success', 'unchanged')
    )
  UNION ALL
  -- All that is told of `owed` by one look at it: it counts a dozen tables, once for each place that names it.
  SELECT told.place, told.ok, told.name, told.figures
  FROM owed
  CROSS JOIN UNNEST([
    -- More than half of several games off is news of the feed, not of the league.
    STRUCT(
      5 AS place,
      (postponed < 2 OR 2 * postponed <= listed)
        AND (season_postponed < 2 OR 2 * season_postponed <= season_listed) AS ok,
      'schedule' AS name,
      CONCAT(CAST(postponed AS STRING), ' of ', CAST(listed AS STRING), ' games postponed, ',
        CAST(season_postponed AS STRING), ' of ', CAST(season_listed AS STRING), ' in the season') AS figures
    ),
    STRUCT(
      5 AS place,
      games = played AND played = box_scores AND box_scores = whole_box_scores AND players = summaries
        AND contexts = features AS ok,
      'completeness' AS name,
      CONCAT(CAST(games AS STRING), ' games, ', CAST(whole_box_scores AS STRING), ' of ', CAST(box_scores AS STRING),
        ' box scores whole, ', CAST(players AS STRING), ' players, ', CAST(summaries AS STRING), ' summaries, ',
        CAST(features AS STRING), ' of ', CAST(contexts AS STRING), ' feature rows') AS figures
    ),
    STRUCT(
      7 AS place, waiting = 0 AS ok, 'quarantine' AS name,
      CONCAT(CAST(waiting AS STRING), ' waiting: ', waiting_items) AS figures
    ),
    STRUCT(
      9 AS place,
      predicted >= quoted AND (quoted > 0 OR games = 0) AND without_features * 10 <= standing AS ok,
      'predictions' AS name,
      CONCAT(CAST(predicted AS STRING), ' of ', CAST(quoted AS STRING), ' quoted players, ',
        CAST(without_features AS STRING), ' of ', CAST(standing AS STRING), ' predictions without features') AS figures
    ),
    STRUCT(
      10 AS place, graded >= gradable AS ok, 'grades' AS name,
      CONCAT(CAST(graded AS STRING), ' of ', CAST(gradable AS STRING), ' predictions') AS figures
    )
  ]) AS told
)
SELECT STRING_AGG(CONCAT(IF(ok, 'ok', 'no'), '|', name, '|', figures), '\n' ORDER BY place, name) AS told
FROM lines
