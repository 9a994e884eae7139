"""Where the targets of a report come from: those that were in force at the moment for which it is
made, whatever was set later."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from queries import Answer, Answers, Period, Question
from queries.metrics import METRICS
from queries.period import floor, whole
from queries.targets import TargetRules
from queries.targets.lines import Goal, Lines, reach
from queries.targets.progress import ProfileOf, profile_of, progress, questions
from queries.targets.target import GRAINS, Aim, Grain, Version
from reports.standings import OPERATION, Span, Standings, bare

# The month is what most people mean by a target.
ORDER: tuple[Grain, ...] = ("month", "week", "quarter")
TOLD = ("operation", "team")


class TargetDesk(Protocol):
    """What of queries.desk is needed here."""

    def targets_in_force(
        self, grain: Grain, first: date, last: date, *, at: datetime | None = None
    ) -> Mapping[Aim, Version]: ...


@dataclass(frozen=True)
class Valid:
    """The targets that count for one report. `told` are those of its chapter, `known` all that can
    say something of its `trend`; they stand as at the end of `until`."""

    rules: TargetRules
    known: Mapping[Aim, Version]
    told: Sequence[Version]
    trend: Period
    until: date

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
        lines = Lines(self.known, self.rules.calendar, rhythm)
        found = {metric: lines.line(metric, OPERATION, self.trend, "week") for metric in drawn}
        return {metric: line for metric, line in found.items() if line}


@dataclass(frozen=True)
class TargetSource:
    """The desk that holds targets and the rules of the house. `due` is the moment (aware) at which
    the report of a period leaves by its schedule."""

    desk: TargetDesk
    rules: TargetRules
    due: Callable[[Period], datetime]

    def valid(
        self, period: Period, trend: Period, as_of: date, available: Collection[str]
    ) -> Valid:
        """The targets as they were when the report of `period` was due: of the operation and of
        teams, for the month, the week and the quarter in which the period ends."""
        known: dict[Aim, Version] = {}
        for grain in GRAINS:
            known |= self.desk.targets_in_force(grain, *reach(trend), at=self.due(period))
        starts = {grain: floor(period.last, grain) for grain in GRAINS}
        told = [
            version
            for aim, version in known.items()
            if aim.level in TOLD and aim.metric in available and aim.starts_on == starts[aim.grain]
        ]
        return Valid(self.rules, known, sorted(told, key=_place), trend, min(as_of, period.last))


def _place(version: Version) -> tuple[int, int, int, str]:
    """By period, then metric by metric, the operation before its teams."""
    aim = version.aim
    metric = list(METRICS).index(aim.metric)
    return ORDER.index(aim.grain), metric, TOLD.index(aim.level), aim.unit
