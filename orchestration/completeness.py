"""Complete means counted: what each date should have, what it has, what is missing and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from common import clock
from common.context import Context
from orchestration.evidence import Evidence, Reason
from orchestration.sql_files import query_text

_UPCOMING = "upcoming_player_game_context"
# From tip-off until the box score is asked for: a game with overtimes, and the source's own delay.
_GAME_HOURS = timedelta(hours=4)
# Of a game that is over there always is one, whatever the source says.
_BOX_SCORES = frozenset({"nba_raw.team_boxscores", "nba_raw.player_boxscores"})
# From so many postponed games on, most of a date's is a finding.
_SEVERAL = 2
# One prediction in so many without features is more than late names account for.
_BARE_SHARE = 10


@dataclass(frozen=True)
class Gap:
    """Something that a date lacks: in which phase and table, how much, which games, and why.

    With `offered` False the source never had it, or only contradicts itself: told, but the date is complete without.
    """

    phase: str
    table: str
    missing: int
    what: str
    reason: Reason
    games: tuple[str, ...] = ()

    @property
    def offered(self) -> bool:
        """Whether it should be there."""
        told_only = self.reason.kind in {"source_has_nothing", "source_contradicts"}
        return not told_only or self.table in _BOX_SCORES

    @property
    def words(self) -> str:
        """The gap for people."""
        named = f" ({', '.join(self.games)})" if self.games else ""
        return f"{self.missing} {self.what}{named}: {self.reason.words}"

    def as_json(self) -> dict[str, Any]:
        """All of it."""
        more = {"words": self.words, "reason": self.reason.words, "reason_kind": self.reason.kind}
        return {**asdict(self), "games": list(self.games), "offered": self.offered, **more}


@dataclass(frozen=True)
class DaySummary:
    """The counts of one game date.

    `listed_games` counts the schedule's, postponed ones included, `flagged_games` those that the feed's flag alone
    calls postponed, `season_...` those of the season of the date's games (`season`, None without any).
    `predictions` counts versions, `current_predictions` those not replaced, `without_features` those of them that were
    made without any feature; `gradable` those made before tip-off on a line quoted before it. `..._games` are games
    that have such rows.
    """

    game_date: date
    listed_games: int
    postponed_games: int
    flagged_games: int
    season: str | None
    season_games: int
    season_postponed: int
    games: int
    played: int
    players: int
    shot_games: int
    quotes: int
    quoted_games: int
    quoted_players: int
    unresolved_names: int
    player_summaries: int
    team_summaries: int
    context_players: int
    feature_rows: int
    predictions: int
    current_predictions: int
    without_features: int
    gradable: int
    predicted_players: int
    graded: int
    void: int


@dataclass
class DayReport:
    """A date: its counts, what it lacks, and what its sources never offered."""

    summary: DaySummary
    lacking: list[Gap] = field(default_factory=list)

    @property
    def game_date(self) -> date:
        """The date."""
        return self.summary.game_date

    @property
    def gaps(self) -> list[str]:
        """What is missing and should be there, in words; empty when the date is complete."""
        return [g.words for g in self.lacking if g.offered]

    @property
    def notes(self) -> list[str]:
        """What the sources never had, or contradict themselves in, in words."""
        return [g.words for g in self.lacking if not g.offered]

    def as_json(self) -> dict[str, Any]:
        """Counts, gaps and notes in words, and every gap with its reason."""
        counts = {**asdict(self.summary), "game_date": str(self.game_date)}
        details = [g.as_json() for g in self.lacking]
        return {**counts, "gaps": self.gaps, "notes": self.notes, "details": details}


@dataclass
class Completeness:
    """A range of dates, one report each, and what concerns no single date."""

    days: list[DayReport]
    quarantine: list[dict[str, Any]]
    failed_audits: list[dict[str, Any]]
    # The latest run of every processor over every span that touches the range (`runs_of_range.sql`).
    runs: list[dict[str, Any]] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether nothing is missing, nothing waits in quarantine, and no blocking audit has failed."""
        sound = not any(a["blocking"] for a in self.failed_audits)
        return sound and not self.quarantine and not any(d.gaps for d in self.days)


def completeness(context: Context, first: date, last: date, as_of: datetime | None = None) -> Completeness:
    """What the dates have and lack as of a moment (default: now), by five statements whatever the range.

    A game whose tip-off was less than four hours before that moment owes no box score yet.
    """
    span = {"first": first, "last": last}
    rows = context.warehouse.query(query_text("day_summary"), span).rows
    games = context.warehouse.query(query_text("incomplete_games"), span).rows
    evidence = Evidence.read(context, first, last)
    moment = as_of or clock.now()
    days = []
    for row in rows:
        summary = DaySummary(**row)
        mine = [g for g in games if g["game_date"] == summary.game_date]
        computed = _computed_gaps(summary, mine, evidence)
        days.append(DayReport(summary, [*_off(summary), *_raw_gaps(mine, evidence, moment), *computed]))
    return Completeness(days, evidence.quarantine, evidence.failed_audits, evidence.runs)


def _off(day: DaySummary) -> list[Gap]:
    """Most games of a date or a season off: then nothing else is missed of them, and nobody would be told."""
    reason = Reason("source_says", "the schedule's status text says postponed: compare it with the league's own site")

    def most(
        off: int,
        listed: int,
        what: str,
        table: str = "nba_raw.schedule",
        says: str = "are postponed",
        why: Reason = reason,
    ) -> list[Gap]:
        # One game that is off is news of the league; more than half of several is news of the feed.
        mostly = off >= _SEVERAL and 2 * off > listed
        return [Gap("phase2", table, off, f"of {listed} games {what} {says}", why)] if mostly else []

    whole = f"of the season {day.season}", f"nba_raw.schedule {day.season}"
    flagged = "are flagged as postponed", Reason("source_contradicts", "their status texts say otherwise, and count")
    return [
        *most(day.postponed_games, day.listed_games, "of the date"),
        *most(day.season_postponed, day.season_games, *whole),
        *most(day.flagged_games, day.listed_games, "of the date", "nba_raw.schedule flags", *flagged),
    ]


def _raw_gaps(games: list[dict[str, Any]], evidence: Evidence, moment: datetime) -> list[Gap]:
    """What is missing by game: box scores, player rows, shots, quotes."""

    def gap(table: str, feed: str, what: str, lacks: Callable[[dict[str, Any]], bool]) -> list[Gap]:
        found = [g for g in games if lacks(g)]
        if not found:
            return []
        names = tuple(f"{g['away_team']} at {g['home_team']} {g['game_id']}" for g in found)
        words = f"game{'s' if len(found) > 1 else ''} {what}"
        return [Gap("phase2", table, len(found), words, evidence.of_feed(feed, found[0]["game_date"]), names)]

    return [
        *gap(
            "nba_raw.team_boxscores",
            "nbac_team_boxscore",
            "without a box score",
            lambda g: not g["is_played"] and _is_over(g, moment),
        ),
        *gap(
            "nba_raw.player_boxscores",
            "nbac_player_boxscore",
            "without all player rows",
            lambda g: g["is_played"] and not g["has_players"],
        ),
        *gap("nba_raw.shots", "nbac_shot_chart", "without shots", lambda g: g["is_played"] and not g["has_shots"]),
        *gap(
            "nba_raw.player_prop_lines",
            "oddsa_player_props",
            "without quotes",
            lambda g: g["is_scheduled"] and not g["has_quotes"] and _is_over(g, moment),
        ),
    ]


def _computed_gaps(day: DaySummary, games: list[dict[str, Any]], evidence: Evidence) -> list[Gap]:
    """What phases 3 to 5 and grading owe for the rows that are there."""
    gaps: list[Gap] = []

    def owe(phase: str, processor: str, table: str, missing: int, what: str, waits_for: str | None = None) -> None:
        if missing > 0:
            reason = evidence.of_processor(processor, day.game_date, waits_for)
            gaps.append(Gap(phase, table, missing, what, reason))

    summaries = day.players - day.player_summaries
    owe("phase3", "player_game_summary", "nba_analytics.player_game_summary", summaries, "player summaries missing")
    teams = 2 * day.played - day.team_summaries
    owe(
        "phase3",
        "team_offense_game_summary",
        "nba_analytics.team_offense_game_summary",
        teams,
        "team summaries missing",
    )
    bare = sum(not g["has_context"] for g in games) if day.players or day.quotes else 0
    if bare:
        reason = evidence.of_processor(_UPCOMING, day.game_date)
        if reason.kind == "waiting":
            # It ran: the first games of a season without history, which nobody is known to play in.
            reason = Reason("source_has_nothing", "no earlier games and no quotes say who may play")
        gaps.append(Gap("phase3", f"nba_analytics.{_UPCOMING}", bare, "games without player contexts", reason))
    features = day.context_players - day.feature_rows
    owe("phase4", "ml_feature_store", "nba_precompute.ml_feature_store", features, "feature rows missing")
    unpredicted = day.quoted_players - day.predicted_players
    owe(
        *("phase5", "prediction_coordinator", "nba_predictions.player_prop_predictions", unpredicted),
        "quoted players without a prediction",
        "their features" if day.feature_rows == 0 else None,
    )
    if day.without_features * _BARE_SHARE > day.current_predictions:
        reason = evidence.of_processor("ml_feature_store", day.game_date)
        words = f"of {day.current_predictions} predictions made without features"
        gaps.append(Gap("phase5", "nba_precompute.ml_feature_store", day.without_features, words, reason))
    if day.played == day.games:
        ungraded = day.gradable - day.graded - day.void
        unknown = any(g["is_played"] and not g["has_players"] for g in games)
        owe(
            *("grading", "prediction_accuracy", "nba_predictions.prediction_accuracy", ungraded),
            "predictions not graded",
            "every player's line of the box score" if unknown else None,
        )
    return gaps


def _is_over(game: dict[str, Any], moment: datetime) -> bool:
    """Whether a game's box score is due; one without a known tip-off is when its date is over."""
    if game["tip_off"] is None:
        return bool(clock.eastern_date(moment) > game["game_date"])
    return bool(game["tip_off"] + _GAME_HOURS <= moment)
