"""The target of each span of a trend, as the line that is drawn through it.

Targets are set for weeks, months and quarters, and trends run by day, week or month: what falls to
a span follows from the targets of periods that it lies in or is made of.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from queries.metrics import METRICS
from queries.period import Period, floor
from queries.targets.calendar import WorkingDays
from queries.targets.pace import paced
from queries.targets.progress import ProfileOf
from queries.targets.target import GRAINS, Aim, Grain, Level, Version
from queries.targets.targetable import grows

Goal = int | Decimal | None


@dataclass(frozen=True)
class Lines:
    """Draws the lines of targets: `known` are the versions that count, of whatever unit and period,
    those of `reach` at least."""

    known: Mapping[Aim, Version]
    calendar: WorkingDays
    profile_of: ProfileOf

    def line(
        self, metric: str, unit: tuple[Level, str], trend: Period, grain: str
    ) -> tuple[Goal, ...]:
        """The target of each span of the trend, None where there is none; empty where there is
        none at all. A sum takes its part of a longer period's target, a rate all of it; of what
        grows with its period only targets of equally long ones count."""
        found = tuple(self._of_span(metric, unit, span, grain) for span in trend.split(grain))
        return found if any(value is not None for value in found) else ()

    def _of_span(self, metric: str, unit: tuple[Level, str], span: Period, by: str) -> Goal:
        """From the targets of periods as long as the span, else from longer ones, else shorter
        ones."""
        order: Sequence[Grain] = ("month", "quarter", "week") if by == "month" else GRAINS
        if grows(METRICS[metric]):
            order = [grain for grain in order if grain == by]
        summed = METRICS[metric].kind == "flow"
        for grain in order:
            # A rate is meant for the period in which the span ends; a sum has a part in each.
            pieces = list(span.split(grain)) if summed else [Period(span.last, span.end)]
            aims = [Aim(metric, *unit, grain, floor(piece.start, grain)) for piece in pieces]
            versions = [self.known[aim] for aim in aims if aim in self.known]
            if len(versions) < len(aims):
                continue
            if not summed:
                return versions[0].marks.target
            return sum(self._part(one, piece) for one, piece in zip(versions, pieces, strict=True))
        return None

    def _part(self, version: Version, piece: Period) -> int:
        """What falls to some days of the period of a target."""
        profile = self.profile_of(version.aim.metric, version.aim.starts_on)
        target = int(version.marks.target or 0)
        pace = paced(target, version.aim.period, piece.last, {}, self.calendar, profile)
        before = piece.start - timedelta(days=1)
        earlier = pace.expected_on(before) if before >= version.aim.starts_on else 0
        return pace.expected_on(piece.last) - earlier


def reach(trend: Period) -> tuple[date, date]:
    """The first and the last day on which a period starts whose target can say something of the
    trend."""
    return floor(trend.start, "quarter") - timedelta(days=7), trend.last
