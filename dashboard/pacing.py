"""Which targets belong to a look at a page, and how far they are on their way.

A look has one unit (the operation, a department, a team, an agent) or none: the target of a team
says nothing about its cases of one product.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from charts.language import Value
from dashboard.view import View
from queries.figures import Answer, Question
from queries.period import floor, whole
from queries.targets.lines import Lines, reach
from queries.targets.progress import Progress, progress, questions
from queries.targets.target import GRAINS, Aim, Grain, Level, Version
from queries.targets.words import landing, needed

__all__ = ["asked", "in_force", "landing", "line_of", "needed", "spans_of", "stood", "unit_of"]

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
    desk, wanted = view.source.desk, tuple(metrics)
    unit = unit_of(view) if desk else None
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
    desk = view.source.desk
    unit = unit_of(view) if desk else None
    if desk is None or unit is None:
        return ()
    trend, known = view.trend_period, dict[Aim, Version]()
    for grain in GRAINS:
        known |= desk.targets_in_force(grain, *reach(trend))
    lines = Lines(known, view.source.rules.calendar, view.source.profile)
    return lines.line(metric, unit, trend, view.grain)
