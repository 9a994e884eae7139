"""Where the targets of a report come from: those that were in force at the moment for which it is
made, whatever was set later."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol

from queries import Answer, Answers, Period, Question
from queries.metrics import METRICS
from queries.period import floor, whole
from queries.rights import EVERYTHING, Scope
from queries.targets import TargetRules
from queries.targets.lines import Goal, Lines, reach
from queries.targets.progress import ProfileOf, profile_of, progress, questions
from queries.targets.target import GRAINS, LEVELS, Aim, Grain, Level, Version
from reports.spans import Covered
from reports.standings import OPERATION, Span, Standings, Unit, bare

# The month is what most people mean by a target.
ORDER: tuple[Grain, ...] = ("month", "week", "quarter")
_LEVELS: Mapping[str, Level] = {"department": "department", "team": "team", "agent": "agent"}


class TargetDesk(Protocol):
    """What of queries.desk is needed here."""

    def targets_in_force(
        self, grain: Grain, first: date, last: date, *, at: datetime | None = None
    ) -> Mapping[Aim, Version]: ...


@dataclass(frozen=True)
class Valid:
    """The targets that count for one report. `told` are those of its chapter, `known` all that can
    say something of its trend; they stand as at the end of `until`. `whole` is the unit that the
    report is of, None where that is several."""

    rules: TargetRules
    known: Mapping[Aim, Version]
    told: Sequence[Version]
    covered: Covered
    until: date
    whole: Unit | None

    def questions(self) -> dict[str, Question]:
        """What has to be asked to tell where they stand."""
        return questions(self.told, self.until)

    def standings(
        self, given: Mapping[str, Answer], drawn: Sequence[str], answers: Answers
    ) -> Standings:
        """Where they stand, from the answers to `questions`; lines for the metrics `drawn`."""
        rhythm = profile_of(answers, self.rules)
        stood = progress(self.told, given, self.until, self.rules.calendar, rhythm)
        aims = [version.aim for version in self.told]
        return Standings(
            tuple(bare(stood[aim]) for aim in aims),
            tuple(self._spans(aims)),
            self._lines(drawn, rhythm),
            self.whole,
        )

    def _spans(self, aims: Sequence[Aim]) -> list[Span]:
        calendar = self.rules.calendar
        found = []
        for grain, starts_on in dict.fromkeys((aim.grain, aim.starts_on) for aim in aims):
            period = whole(starts_on, grain)
            days = calendar.days(period)
            known = all(map(calendar.announced, {period.start.year, period.last.year}))
            over = sum(day <= self.until for day in days)
            country = calendar.country
            found.append(Span(grain, starts_on, self.until, country, len(days), over, known))
        return found

    def _lines(self, drawn: Sequence[str], rhythm: ProfileOf) -> Mapping[str, tuple[Goal, ...]]:
        if self.whole is None:
            return {}
        lines = Lines(self.known, self.rules.calendar, rhythm)
        trend, grain = self.covered.trend, self.covered.grain
        found = {metric: lines.line(metric, self.whole, trend, grain) for metric in drawn}
        return {metric: line for metric, line in found.items() if line}


@dataclass(frozen=True)
class TargetSource:
    """The desk that holds targets and the rules of the house. `due` is the moment (aware) at which
    the report of a period leaves by its schedule. Targets are those of `scope` and its parts."""

    desk: TargetDesk
    rules: TargetRules
    due: Callable[[Period], datetime]
    scope: Scope = EVERYTHING

    def within(self, scope: Scope) -> "TargetSource":
        """The same for who may see nothing but `scope`: figures of a team say nothing of the target
        of the operation."""
        return replace(self, scope=scope)

    def valid(
        self, covered: Covered, grains: Sequence[Grain], as_of: date, answers: Answers
    ) -> Valid:
        """The targets as they were when the report was due: of the whole and of the units next
        below it, for the periods of `grains` in which what is covered ends. `answers` are within
        the same scope."""
        period, known = covered.period, dict[Aim, Version]()
        for grain in GRAINS:
            known |= self.desk.targets_in_force(grain, *reach(covered.trend), at=self.due(period))
        units, available = self._units(answers), answers.available()
        told = [
            version
            for aim, version in known.items()
            if aim.grain in grains
            and aim.starts_on == floor(period.last, aim.grain)
            and (aim.level, aim.unit) in units
            and aim.metric in available
        ]
        until = min(as_of, period.last)
        return Valid(self.rules, known, sorted(told, key=_place), covered, until, self._whole())

    def _whole(self) -> Unit | None:
        """The unit that all of the scope is."""
        if self.scope.dimension is None:
            return OPERATION
        keys = self.scope.keys
        return (_LEVELS[self.scope.dimension], keys[0]) if len(keys) == 1 else None

    def _units(self, answers: Answers) -> frozenset[Unit]:
        """Those whose targets are told: all of the scope, and the teams in it, or the agents where
        it is one team."""
        whole_ = self._whole()
        below: Level = "agent" if whole_ and whole_[0] in ("team", "agent") else "team"
        inside: set[Unit] = {(below, key) for key in answers.staff().units(below)}
        return frozenset(inside | ({whole_} if whole_ else set()))


def _place(version: Version) -> tuple[int, int, int, str]:
    """By period, then metric by metric, the whole before its parts."""
    aim = version.aim
    metric = list(METRICS).index(aim.metric)
    return ORDER.index(aim.grain), metric, LEVELS.index(aim.level), aim.unit
