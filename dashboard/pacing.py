"""Which targets belong to a look at a page, and how far they are on their way.

A look has one unit (the operation, a department, a team, an agent) or none: the target of a team
says nothing about its cases of one product.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction

from charts.language import Value
from dashboard.view import View
from queries.figures import Answer, Question
from queries.metrics import METRICS
from queries.period import Period, floor, whole
from queries.targets.pace import paced
from queries.targets.progress import Progress, progress, questions
from queries.targets.target import GRAINS, Aim, Grain, Level, Version

_LEVELS: Mapping[str, Level] = {"department": "department", "team": "team", "agent": "agent"}


def unit_of(view: View) -> tuple[Level, str] | None:
    """Whose targets they are: the one that was chosen, else the whole of what its reader sees."""
    if set(view.where) - {"team", "agent"}:
        return None
    for level in ("agent", "team"):
        if chosen := view.where.get(level):
            return _one(view, level, chosen)
    scope = view.person.scope
    if scope.dimension is None:
        return "operation", ""
    return _one(view, scope.dimension, scope.keys)


def _one(view: View, level: str, chosen: Sequence[str]) -> tuple[Level, str] | None:
    """The unit, if it is the only one and all of it is within the scope."""
    if len(chosen) != 1 or chosen[0] not in view.source.staff().units(level):
        return None
    return _LEVELS[level], chosen[0]


def spans_of(view: View) -> list[tuple[Grain, date]]:
    """The periods whose target is told with a look, the fittest first: the week, month or quarter
    that was chosen, whole or so far; else the month in which the chosen period ends."""
    period, as_of = view.period, view.choices.as_of
    found: list[tuple[Grain, date]] = []
    for grain in GRAINS:
        span = whole(period.start, grain)
        so_far = min(span.last, as_of)
        if period.start == span.start and so_far <= period.last <= span.last:
            found.append((grain, span.start))
    month: tuple[Grain, date] = ("month", floor(period.last, "month"))
    return found if month in found else [*found, month]


def in_force(view: View, metrics: Iterable[str]) -> dict[str, Version]:
    """By metric the target that is told with this look."""
    desk, unit, wanted = view.source.desk, unit_of(view), tuple(metrics)
    if desk is None or unit is None:
        return {}
    found: dict[str, Version] = {}
    for grain, start in spans_of(view):
        known = desk.targets_in_force(grain, start, start)
        for metric in wanted:
            version = known.get(Aim(metric, *unit, grain, start))
            if version is not None:
                found.setdefault(metric, version)
    return found


def asked(view: View, metrics: Iterable[str]) -> dict[str, Question]:
    """What a page has to ask to tell where the targets of these metrics stand."""
    return questions(in_force(view, metrics).values(), view.choices.as_of)


def stood(view: View, metrics: Iterable[str], answers: Mapping[str, Answer]) -> dict[str, Progress]:
    """By metric where its target stands, from the answers to what was asked."""
    return {
        aim.metric: one
        for aim, one in progress(
            in_force(view, metrics).values(), answers, view.choices.as_of,
            view.source.rules.calendar, view.source.profile,
        ).items()
    }  # fmt: skip


def line_of(view: View, metric: str) -> tuple[Value, ...]:
    """The target of each span of the trend, None where there is none; empty where there is none at
    all. A sum takes its part of a longer period's target, a rate all of it."""
    desk, unit = view.source.desk, unit_of(view)
    if desk is None or unit is None:
        return ()
    trend = view.trend_period
    first, last = floor(trend.start, "quarter") - timedelta(days=7), trend.last
    known = {grain: desk.targets_in_force(grain, first, last) for grain in GRAINS}
    found = tuple(_of_span(view, metric, unit, span, known) for span in trend.split(view.grain))
    return found if any(value is not None for value in found) else ()


def _of_span(
    view: View,
    metric: str,
    unit: tuple[Level, str],
    span: Period,
    known: Mapping[Grain, Mapping[Aim, Version]],
) -> Value:
    """From the targets of periods as long as the span, else from longer ones, else shorter ones."""
    order: Sequence[Grain] = ("month", "quarter", "week") if view.grain == "month" else GRAINS
    summed = METRICS[metric].kind == "flow"
    for grain in order:
        # A rate is meant for the period in which the span ends; a sum has a part in each.
        pieces = list(span.split(grain)) if summed else [Period(span.last, span.end)]
        aims = [Aim(metric, *unit, grain, floor(piece.start, grain)) for piece in pieces]
        found = [known[grain].get(aim) for aim in aims]
        versions = [version for version in found if version is not None]
        if len(versions) < len(found):
            continue
        if not summed:
            return versions[0].marks.target
        return sum(_part(view, one, piece) for one, piece in zip(versions, pieces, strict=True))
    return None


def _part(view: View, version: Version, piece: Period) -> int:
    """What falls to some days of the period of a target."""
    profile = view.source.profile(version.aim.metric, version.aim.starts_on)
    calendar, target = view.source.rules.calendar, int(version.marks.target or 0)
    pace = paced(target, version.aim.period, piece.last, {}, calendar, profile)
    before = piece.start - timedelta(days=1)
    earlier = pace.expected_on(before) if before >= version.aim.starts_on else 0
    return pace.expected_on(piece.last) - earlier


def needed(one: Progress) -> int | None:
    """What each working day left has to bring; None where there is nothing to be brought."""
    return one.pace.needed_per_day if one.pace and one.begun else None


def landing(one: Progress) -> int | None:
    """Where the period lands if the rest goes as it went so far; None before there is a rhythm, or
    where nothing adds up. In the first days it would be noise."""
    if one.pace is None or not one.begun or one.pace.share_elapsed < FIRST_SHARE:
        return None
    return one.pace.projected


# Below a tenth of the period a landing is mostly chance.
FIRST_SHARE = Fraction(1, 10)
