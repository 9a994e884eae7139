"""Targets of the demo: what its own past suggests, so that its pages have something to pace."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from queries import Answers, Question
from queries.definition import Metric
from queries.desk import Desk
from queries.metrics import METRICS
from queries.period import floor, whole, whole_before
from queries.targets import Past, Suggestion, WorkingDays, suggest
from queries.targets.target import Aim, Edit, Level, Marks

_BY, _REASON = "manager", "Demo: quartiles of the past months"
_OF: Mapping[Level, tuple[str, ...]] = {
    "operation": ("collected", "recovery_rate", "promise_kept_rate", "right_party_rate",
                  "coverage", "untouched_7d"),
    "team": ("collected", "recovery_rate", "promise_kept_rate", "right_party_rate", "coverage",
             "untouched_7d"),
    "agent": ("collected",),
}  # fmt: skip
_MONTHS = 12


def add_demo_targets(desk: Desk, answers: Answers, calendar: WorkingDays, now: datetime) -> None:
    """Targets of the last month and the running one, where nobody has set any; and one that waits
    for approval."""
    start = floor(answers.freshness().as_of + timedelta(days=1), "month")
    for month in (floor(start - timedelta(days=1), "month"), start):
        if desk.newest_targets("month", month, month):
            continue
        edits = [
            edit
            for level, metrics in _OF.items()
            for metric in metrics
            if metric in answers.available()
            for edit in _edits(answers, calendar, METRICS[metric], level, month)
        ]
        if edits:
            desk.set_targets(edits, by=_BY, now=now)
    _propose(desk, answers, start, now)


def _edits(
    answers: Answers, calendar: WorkingDays, metric: Metric, level: Level, month: date
) -> list[Edit]:
    period = whole_before(month, "month", _MONTHS, answers.begins(metric.name))
    if period is None:
        return []
    by = ("month",) if level == "operation" else ("month", level)
    (answer,) = answers.ask(Question((metric.name,), period, by))
    given: dict[str, list[Past]] = {}
    for figure in answer.figures:
        span, unit = figure.keys[0], str(figure.keys[1] or "") if len(figure.keys) > 1 else ""
        if isinstance(span, date) and figure.value is not None:
            one = whole(span, "month")
            given.setdefault(unit, []).append(Past(one, figure.value, calendar.count(one)))
    units = answers.staff().units(level)
    return [
        Edit(Aim(metric.name, level, unit, "month", month), marks, _BY, _REASON, 0, approved=True)
        for unit, past in given.items()
        if unit in units and (marks := _marks(metric, past, calendar, month)) is not None
    ]


def _marks(metric: Metric, past: list[Past], calendar: WorkingDays, month: date) -> Marks | None:
    coming = whole(month, "month")
    made = suggest(past, coming, calendar.count(coming), quotient=metric.kind != "flow")
    if not isinstance(made, Suggestion) or made.middle <= 0:
        return None
    low, middle, high = (
        _round(metric, Decimal(value.numerator) / value.denominator)
        for value in (made.low, made.middle, made.high)
    )
    if metric.better == "lower":
        return Marks(middle, high, low)
    return Marks(middle, low, high)


def _round(metric: Metric, value: Decimal) -> Decimal:
    """Thousands of the currency for sums, whole percent and cases for the rest."""
    if metric.unit == "money":
        return round(value, -5)
    return round(value, 3 if metric.name == "recovery_rate" else 2 if metric.unit == "share" else 0)


def _propose(desk: Desk, answers: Answers, month: date, now: datetime) -> None:
    """What the lead of the first team would like, a fifth more than it has."""
    if desk.waiting_targets():
        return
    team = next(iter(answers.members("team")))
    aim = Aim("collected", "team", team, "month", month)
    version = desk.targets_in_force("month", month, month).get(aim)
    if version is None or version.marks.target is None or version.number > 1:
        return
    more = Marks(round(version.marks.target * Decimal("1.2"), -5), version.marks.floor)
    edit = Edit(aim, more, "lead", "Two agents more since Monday", version.number, approved=False)
    desk.set_targets([edit], by="lead", now=now)
