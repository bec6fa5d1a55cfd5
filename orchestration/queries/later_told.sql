-- Whether the tables have been told of a date what nobody could know at @moment: quotes or reports of a later one.
SELECT
  EXISTS (SELECT 1 FROM nba_raw.player_prop_lines WHERE game_date = @game_date AND snapshot_at > @moment)
  OR EXISTS (SELECT 1 FROM nba_raw.game_lines WHERE game_date = @game_date AND snapshot_at > @moment)
  OR EXISTS (SELECT 1 FROM nba_raw.injuries WHERE game_date = @game_date AND report_at > @moment) AS told
