"""Phase 4 once more, from the league that `recompute.build` makes of raw responses, row by row in plain Python.

Written from the formulas in docs/features.md, not from the SQL. `context` rows are those of `recompute.contexts`.
"""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from tests.data_processors.raw_responses import BOX
from tests.data_processors.recompute_games import League, Row, back, earlier, mean, quotient, shooting, spread

ZONES = ("paint", "mid_range", "three")
WINDOWS = {"last_5": 5, "last_10": 10, "last_20": 20}


def weighted(values: Iterable[float | None], half_life: float) -> float | None:
    """Mean of at most 60 values, newest first; the weight of a value halves every `half_life` values."""
    pairs = [(0.5 ** (k / half_life), v) for k, v in enumerate(values) if k < 60 and v is not None]
    return quotient(sum(w * v for w, v in pairs), sum(w for w, _ in pairs)) if pairs else None


def pooled(games: Sequence[Row], above: Callable[[Row], float], below: Callable[[Row], float], half: float) -> Any:
    """Weighted sum over weighted sum."""
    recent = list(enumerate(games[:60]))
    total = sum(0.5 ** (k / half) * below(g) for k, g in recent)
    return quotient(sum(0.5 ** (k / half) * above(g) for k, g in recent), total)


def minus(a: float | None, b: float | None) -> float | None:
    return None if a is None or b is None else a - b


def times(a: float | None, b: float | None) -> float | None:
    return None if a is None or b is None else a * b


def plays(box: Row) -> float:
    return float(box["fga"] + 0.44 * box["fta"])


class Recomputation:
    """Phase 4's rows for any game; what several rows share is kept."""

    def __init__(self, league: League) -> None:
        self.league = league
        self.team_rows = {(t["game_id"], t["team"]): t for t in league.team_games}
        self.played: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for p in league.player_games:
            if p["minutes"]:
                self.played[p["game_id"], p["team"]].append(p)
        self._months: dict[str, Row] = {}
        self._usual: dict[tuple[str, str], tuple[list[Row], dict[int, Row]]] = {}

    # -- teams ----------------------------------------------------------------------------------------------

    def month(self, day: str) -> Row:
        """The league's level on a date."""
        if day not in self._months:
            rows = [r for r in self.league.team_games if back(day, 30) <= r["game_date"] < day]
            charted = [r for r in rows if r["paint_attempts"] is not None]
            self._months[day] = {
                "games": len(rows),
                "charted": len(charted),
                "pace": mean(r["pace"] for r in rows),
                "offensive_rating": mean(r["offensive_rating"] for r in rows),
                "through": max((r["game_date"] for r in rows), default=None),
                **{
                    z: quotient(sum(r[f"{z}_makes"] for r in charted), sum(r[f"{z}_attempts"] for r in charted))
                    for z in ZONES
                },
            }
        return self._months[day]

    def before(self, team: str | None, day: str) -> list[Row]:
        """A team's games behind it, newest first."""
        return earlier(self.league.by_team[team], day) if team else []

    def defense(self, game: Row, team: str) -> Row:
        """A row of team_defense_zone_analysis."""
        day = game["game_date"]
        own = self.before(team, day)[:15]
        allowed = [self.team_rows[g["game_id"], g["opponent"]] for g in own]
        charted = [r for r in allowed if r["paint_attempts"] is not None]
        month = self.month(day)
        row = {
            **{c: game[c] for c in ("game_id", "game_date", "season")},
            "team": team,
            "opponent": game["away_team"] if team == game["home_team"] else game["home_team"],
            "games_behind": len(own),
            "shot_chart_games": len(charted),
            "league_team_games": month["games"],
            "league_shot_chart_team_games": month["charted"],
            "points_allowed_avg": mean(r["points"] for r in allowed),
            "defensive_rating": mean(r["offensive_rating"] for r in allowed),
            "pace": mean(r["pace"] for r in own),
            "league_pace": month["pace"],
            "league_off_rating": month["offensive_rating"],
            "history_through": max([*(g["game_date"] for g in own), month["through"] or ""]) or None,
        }
        for zone in ZONES:
            attempts = sum(r[f"{zone}_attempts"] for r in charted)
            rate = quotient(sum(r[f"{zone}_makes"] for r in charted), attempts)
            row[f"{zone}_attempts_allowed"] = quotient(attempts, len(charted))
            row[f"{zone}_fg_pct_allowed"] = rate
            row[f"league_{zone}_fg_pct"] = month[zone]
            row[f"{zone}_vs_league"] = times(100, minus(rate, month[zone]))
        return row

    # -- players --------------------------------------------------------------------------------------------

    def history(self, context: Row) -> list[Row]:
        """The player's appearances before the game, newest first."""
        return earlier(self.league.by_player.get(context["player_id"], []), context["game_date"])

    def zones(self, context: Row) -> Row:
        """A row of player_shot_zone_analysis; the archive has no play-by-play."""
        games = self.history(context)[:20]
        row = identity(context) | {"history_through": games[0]["game_date"] if games else None}
        for n in (10, 20):
            charted = [g for g in games[:n] if g["paint_attempts"] is not None]
            taken = {z: sum(g[f"{z}_attempts"] for g in charted) for z in ZONES}
            total = sum(taken.values())
            row[f"games_behind_last_{n}"] = len(games[:n])
            row[f"shot_chart_games_last_{n}"] = len(charted)
            row[f"attempts_last_{n}"] = total if charted else None
            row[f"primary_zone_last_{n}"] = max(ZONES, key=lambda z: taken[z]) if total else None
            row[f"play_by_play_games_last_{n}"] = 0
            row[f"assisted_share_last_{n}"] = None
            for z in ZONES:
                row[f"{z}_share_last_{n}"] = quotient(taken[z], total)
                row[f"{z}_fg_pct_last_{n}"] = quotient(sum(g[f"{z}_makes"] for g in charted), taken[z])
        return row

    def composite(self, context: Row) -> Row:
        """A row of player_composite_factors; the archive has no injury reports."""
        games = self.history(context)
        day = context["game_date"]
        off = (date.fromisoformat(day) - date.fromisoformat(games[0]["game_date"])).days - 1 if games else None
        loads = self._loads(off, [g for g in games if g["game_date"] >= back(day, 14)], back(day, 7))
        zones = self.zones(context)
        game = self.league.games[context["game_id"]]
        defense = self.defense(game, context["opponent"]) if context["opponent"] else defaultdict(lambda: None)
        parts = {f"zone_mismatch_{z}": times(zones[f"{z}_share_last_20"], defense[f"{z}_vs_league"]) for z in ZONES}
        whole = None if None in parts.values() else sum(v for v in parts.values() if v is not None)
        through = [d for d in (zones["history_through"], defense["history_through"]) if d]
        team_games = self.before(context["team"], day)[:10]
        return {
            **identity(context),
            **{c: context[c] for c in ("games_last_7_days", "games_last_14_days")},
            "days_off": off,
            "fatigue_score": None if off is None else 100 - sum(loads.values()),
            **loads,
            "shot_zone_mismatch_score": whole,
            **parts,
            "shot_chart_games": zones["shot_chart_games_last_20"],
            "opponent_shot_chart_games": defense["shot_chart_games"],
            "pace_score": minus(defense["pace"], defense["league_pace"]),
            "opponent_pace": defense["pace"],
            "league_pace": defense["league_pace"],
            "opponent_games_behind": defense["games_behind"],
            "usage_avg_last_10": mean(g["usage_rate"] for g in games[:10]),
            "team_points_avg_last_10": mean(g["points"] for g in team_games),
            **dict.fromkeys(("usage_spike_score", "teammates_out", "teammates_out_points_avg", "injury_risk")),
            "player_status": None,
            **self.role(context["team"], day, context["player_id"]),
            "history_through": max(through, default=None),
        }

    @staticmethod
    def _loads(off: int | None, fortnight: list[Row], week_ago: str) -> Row:
        week = [g for g in fortnight if g["game_date"] >= week_ago]
        a_day = (sum(g["minutes"] for g in week) / 7, sum(g["minutes"] for g in fortnight) / 14)
        loads = {
            "rest_load": 15 * max(0.0, 1 - (off or 0) / 3),
            "back_to_back_load": 15 if off == 0 else 0,
            "games_load_7_days": min(15, 5 * max(0, len(week) - 2)),
            "games_load_14_days": min(10, 2.5 * max(0, len(fortnight) - 5)),
            "minutes_load_7_days": 20 * min(1, max(0, (a_day[0] - 10) / 12)),
            "minutes_load_14_days": 25 * min(1, max(0, (a_day[1] - 10) / 10)),
        }
        return dict.fromkeys(loads) if off is None else loads

    def role(self, team: str | None, day: str, player_id: int) -> Row:
        """What the player usually gives this team, beside the others."""
        names = ("games_for_team", "share_of_team_points", "share_of_team_minutes", "points_rank_in_team")
        more = ("minutes_rank_in_team", "played_last_team_game", "team_games_missed_last_10")
        games, usual = self._usual_of(team, day) if team else ([], {})
        if player_id not in usual:
            return dict.fromkeys((*names, *more, "teammates_out_points_last_game"))
        own = usual[player_id]
        available = [u for u in usual.values() if u["latest"] == 0]
        absent = [u for i, u in usual.items() if 0 < u["latest"] < 15 and i != player_id]
        return {
            "games_for_team": own["games"],
            "share_of_team_points": quotient(own["points"], sum(u["points"] for u in available)),
            "share_of_team_minutes": quotient(own["minutes"], sum(u["minutes"] for u in available)),
            "points_rank_in_team": sum(u["points"] > own["points"] + 1e-9 for u in available),
            "minutes_rank_in_team": sum(u["minutes"] > own["minutes"] + 1e-9 for u in available),
            "played_last_team_game": int(own["latest"] == 0),
            "team_games_missed_last_10": len(games[:10]) - own["of_last_10"],
            "teammates_out_points_last_game": sum(u["points"] for u in absent),
        }

    def _usual_of(self, team: str, day: str) -> tuple[list[Row], dict[int, Row]]:
        if (team, day) not in self._usual:
            games = self.before(team, day)
            own: dict[int, list[tuple[int, Row]]] = defaultdict(list)
            for nth, game in enumerate(games):
                for box in self.played[game["game_id"], team]:
                    own[box["player_id"]].append((nth, box))
            self._usual[team, day] = (
                games,
                {
                    player: {
                        "games": len(boxes),
                        "latest": boxes[0][0],
                        "of_last_10": sum(nth < 10 for nth, _ in boxes),
                        **{c: weighted((b[c] for _, b in boxes), 8) for c in ("points", "minutes")},
                    }
                    for player, boxes in own.items()
                },
            )
        return self._usual[team, day]

    def cache(self, context: Row) -> Row:
        """A row of player_daily_cache."""
        games = self.history(context)
        day, season, opponent = context["game_date"], context["season"], context["opponent"]
        windows = {name: games[:n] for name, n in WINDOWS.items()}
        windows["season"] = [g for g in games if g["season"] == season]
        row = identity(context)
        for name, window in windows.items():
            row[f"games_behind_{name}"] = len(window)
            for stat, column in (("points", "points"), ("minutes", "minutes"), ("usage", "usage_rate")):
                row[f"{stat}_avg_{name}"] = mean(g[column] for g in window)
                row[f"{stat}_std_{name}"] = spread(g[column] for g in window)
        for name in ("last_10", "last_20"):
            total = {c: sum(g[c] for g in windows[name]) for c in (*BOX, "minutes")}
            row |= {f"{rate}_{name}": value for rate, value in shooting(total).items()}
            row[f"fg3a_rate_{name}"] = quotient(total["fg3a"], total["fga"])
            row[f"fta_rate_{name}"] = quotient(total["fta"], total["fga"])
            row[f"ppm_avg_{name}"] = quotient(total["points"], total["minutes"])
        zones = self.zones(context)
        row["shot_chart_games_last_20"] = zones["shot_chart_games_last_20"]
        row |= {f"pct_{z}": zones[f"{z}_share_last_20"] for z in ZONES}
        last_20 = windows["last_20"]
        row["pct_free_throw"] = quotient(sum(g["ftm"] for g in last_20), sum(g["points"] for g in last_20))
        meetings = [g for g in games if g["opponent"] == opponent]
        row["avg_points_vs_opponent"] = mean(g["points"] for g in meetings)
        row["games_vs_opponent"] = None if opponent is None else len(meetings)
        ours, theirs = self.before(context["team"], day), self.before(opponent, day)
        row |= self._teams(context, ours, theirs)
        row |= self._recent(games, windows["season"])
        row["history_through"] = max((r[0]["game_date"] for r in (games, ours, theirs) if r), default=None)
        return row

    def _allowed(self, games: list[Row]) -> list[int]:
        return [self.team_rows[g["game_id"], g["opponent"]]["points"] for g in games]

    def _teams(self, context: Row, ours: list[Row], theirs: list[Row]) -> Row:
        def margin(games: list[Row]) -> float | None:
            pairs = zip(games, self._allowed(games), strict=True)
            return weighted((g["points"] - allowed for g, allowed in pairs), 15)

        season = [g for g in ours if g["season"] == context["season"]]
        return {
            "team_pace": mean(g["pace"] for g in ours[:10]),
            "team_off_rating": mean(g["offensive_rating"] for g in ours[:10]),
            "team_games_behind": len(ours[:10]) if context["team"] else None,
            "team_win_pct": mean(float(g["win"]) for g in season),
            "opponent_def_rating": mean(
                self.team_rows[g["game_id"], g["opponent"]]["offensive_rating"] for g in theirs[:15]
            ),
            "opponent_pace": mean(g["pace"] for g in theirs[:15]),
            "opponent_games_behind": len(theirs[:15]) if context["opponent"] else None,
            "team_margin": margin(ours),
            "opponent_margin": margin(theirs),
            "opponent_points_allowed": weighted(self._allowed(theirs), 15),
        }

    def _recent(self, games: list[Row], season: list[Row]) -> Row:
        teams = [self.team_rows[g["game_id"], g["team"]] for g in games]
        shares = [quotient(plays(g), plays(t)) for g, t in zip(games, teams, strict=True)]
        wanted: dict[str, tuple[tuple[int, ...], Sequence[float | None]]] = {
            "points": ((3, 8, 20), [g["points"] for g in games]),
            "minutes": ((3, 8, 20), [g["minutes"] for g in games]),
            **{c: ((8,), [g[c] for g in games]) for c in ("fga", "fta", "fg3a")},
            "plays": ((20,), [plays(g) for g in games]),
            "usage": ((8,), [g["usage_rate"] for g in games]),
            "plays_share": ((8, 20), shares),
        }
        points, minutes = (lambda g: g["points"]), (lambda g: g["minutes"])
        return {
            **{f"{n}_ewma_hl{h}": weighted(v, h) for n, (halves, v) in wanted.items() for h in halves},
            **{f"ppm_ewma_hl{h}": pooled(games, points, minutes, h) for h in (8, 20)},
            "ts_pct_ewma_hl20": pooled(games, points, lambda g: 2 * plays(g), 20),
            "minutes_last_game": games[0]["minutes"] if games else None,
            "minutes_avg_last_2": mean(g["minutes"] for g in games[:2]),
            "starter_share_last_10": None,
            "points_median_last_20": statistics.median(g["points"] for g in games[:20]) if games else None,
            "ppm_avg_season": quotient(sum(g["points"] for g in season), sum(g["minutes"] for g in season)),
        }


def identity(context: Row) -> Row:
    """The columns that every table of Phase 4 has of a player-game."""
    return {c: context[c] for c in ("game_id", "player_id", "game_date", "season", "team", "opponent")}
