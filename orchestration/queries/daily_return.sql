-- Per system and date: bets, and units won on one unit staked a bet.
{graded_rows}
SELECT system_id, game_date, COUNT(*) AS bets, SUM(profit) AS profit
FROM bets
GROUP BY system_id, game_date
ORDER BY system_id, game_date
