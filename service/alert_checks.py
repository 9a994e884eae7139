"""What the rules of alerts say now: figures within the scope of each rule's owner, the age of the
figures, how the jobs ended. Nothing is written here."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal
from zoneinfo import ZoneInfo

from queries import Answers
from queries.alerts.control import Chart, Point, chart
from queries.alerts.rules import (
    WATCHED,
    WHOLE,
    Grain,
    JobFailed,
    PaceMissed,
    ReportLate,
    Rule,
    Stale,
    Threshold,
    Unusual,
)
from queries.alerts.state import Move, at_limit, behind, out_of_the_ordinary, so_or_not
from queries.desk import Desk, JobRun
from queries.figures import Answer, Figure, Freshness, Question
from queries.metrics import METRICS
from queries.period import Period, floor, last_whole
from queries.rights import Person
from queries.targets import TargetRules, WorkingDays
from queries.targets.progress import profile_of, progress, questions
from queries.targets.target import Aim, Version
from service.deadlines import ITSELF, Promise, late

# Past periods that the limits of a control chart are made of, at most.
HISTORY = 25
# So many days hold HISTORY working days and the longest holidays of a year.
_DAYS = 70

# A job that runs once a month has run within this time.
_BACK = timedelta(days=40)

# Why a rule says nothing of a unit.
Why = Literal[
    "", "owner", "right", "scope", "unreadable", "no_data", "history", "few", "provisional",
    "early", "no_target",
]  # fmt: skip
Open = Mapping[tuple[int, str], Mapping[str, Any]]


@dataclass(frozen=True)
class Found:
    """What a rule says of a unit: what becomes of its alert, the facts where it fires, or why it
    says nothing."""

    rule: Rule
    unit: str
    move: Move
    facts: Mapping[str, Any]
    why: Why = ""


@dataclass(frozen=True)
class Now:
    """What the rules are looked at with. `open` are the facts of what is open, by rule and unit;
    `answers` is None while there are no figures; `promises` are the reports whose deadline is over.
    """

    desk: Desk
    answers: Answers | None
    targets: TargetRules
    open: Open
    moment: datetime
    promises: Sequence[Promise] = ()

    def of(self, rule: Rule, unit: str) -> Mapping[str, Any] | None:
        """The facts of the alert that the rule has open for the unit."""
        return self.open.get((rule.id, unit))


def look(rules: Sequence[Rule], now: Now) -> Iterator[Found]:
    """What each rule says of each of its units."""
    accounts = {account.person.name: account for account in now.desk.accounts()}
    by_owner: dict[str, list[Rule]] = {}
    for rule in rules:
        account = accounts.get(rule.owner)
        if rule.check is None:
            yield _silent(rule, "unreadable")
        elif isinstance(rule.check, ReportLate) and rule.owner == ITSELF:
            yield from _of_reports(rule, rule.check, now)
        elif account is None or not account.active:
            yield _silent(rule, "owner")
        elif not account.person.may("set alerts"):
            yield _silent(rule, "right")
        elif isinstance(rule.check, ReportLate):
            yield from _of_reports(rule, rule.check, now)
        elif isinstance(rule.check, (Stale, JobFailed)):
            yield from _of_service(rule, now)
        else:
            by_owner.setdefault(rule.owner, []).append(rule)
    for owner, own in by_owner.items():
        if now.answers is not None:
            yield from _Figures(accounts[owner].person, own, now.answers, now).found()


def _silent(rule: Rule, why: Why, unit: str = "") -> Found:
    return Found(rule, unit, "hold", {}, why)


# ---- the service itself


def _of_service(rule: Rule, now: Now) -> Iterator[Found]:
    if isinstance(rule.check, Stale):
        fresh = now.answers.freshness(now.moment) if now.answers else None
        is_open = now.of(rule, WHOLE) is not None
        move = so_or_not(fresh.stale if fresh else None, is_open=is_open)
        facts = {"kind": "stale"}
        if fresh:
            facts |= {"as_of": fresh.as_of.isoformat()}
            facts |= _watermark(fresh, now)
        yield Found(rule, WHOLE, move, facts, "" if fresh else "no_data")
        return
    assert isinstance(rule.check, JobFailed)
    for job, run in sorted(now.desk.last_ends(now.moment - _BACK).items()):
        if not rule.check.jobs or job in rule.check.jobs:
            is_open = now.of(rule, job) is not None
            wrong = run.outcome != "done"
            yield Found(rule, job, so_or_not(wrong, is_open=is_open), _job_facts(run))


def _of_reports(rule: Rule, check: ReportLate, now: Now) -> Iterator[Found]:
    opened = {unit: facts for (rule_id, unit), facts in now.open.items() if rule_id == rule.id}
    known = [one for one in now.promises if not check.reports or one.report in check.reports]
    for unit, move, facts in late(now.desk, known, opened):
        yield Found(rule, unit, move, facts)


def _watermark(fresh: Freshness, now: Now) -> Mapping[str, str]:
    """The newest change of the source, which writes it in its own zone."""
    if fresh.watermark is None or now.answers is None:
        return {}
    zone = ZoneInfo(now.answers.definitions.source_zone)
    return {"watermark": fresh.watermark.replace(tzinfo=zone).isoformat()}


def _job_facts(run: JobRun) -> Mapping[str, Any]:
    ended = run.finished_at or run.started_at
    return {"kind": "job", "job": run.job, "outcome": run.outcome, "at": ended.isoformat()}


# ---- figures


class _Figures:
    """The rules of one owner, with all their questions asked at once within the owner's scope."""

    def __init__(self, owner: Person, rules: Sequence[Rule], answers: Answers, now: Now) -> None:
        self.answers, self.now = answers.within(owner.scope), now
        self.as_of = answers.freshness().as_of
        self.available = self.answers.available()
        staff = self.answers.staff()
        self.covered = {*staff.units("operation"), *staff.units("team")}
        self.rules = rules
        self.rhythm = profile_of(self.answers, now.targets)
        self.versions = self._versions()
        self.asked = self._ask()

    def found(self) -> Iterator[Found]:
        for rule in self.rules:
            check = rule.check
            assert isinstance(check, (Threshold, PaceMissed, Unusual))
            for unit in check.units:
                if unit not in self.covered:
                    yield _silent(rule, "scope", unit)
                elif check.metric not in self.available:
                    yield _silent(rule, "no_data", unit)
                elif isinstance(check, PaceMissed):
                    yield self._pace(rule, check, unit)
                else:
                    yield self._watched(rule, check, unit)

    # ---- questions

    def _ask(self) -> dict[str, Answer]:
        asked = dict(questions(self.versions.values(), self.as_of))
        for rule in self.rules:
            check = rule.check
            if isinstance(check, (Threshold, Unusual)) and check.metric in self.available:
                for unit in self.covered.intersection(check.units):
                    asked[_name(check, unit)] = self._question(check, unit)
        return dict(zip(asked, self.answers.ask(*asked.values()), strict=True))

    def _question(self, check: Threshold | Unusual, unit: str) -> Question:
        """All teams of the scope at once, so that all rules share one statement."""
        spans = self._spans(check.grain)
        period = Period(spans[0].start, spans[-1].end)
        by = (check.grain,) if unit == WHOLE else (check.grain, "team")
        return Question((check.metric,), period, by)

    def _spans(self, grain: Grain) -> list[Period]:
        """The newest whole periods, oldest first; days are working days."""
        return spans_of(grain, self.as_of, self.now.targets.calendar)

    # ---- thresholds and control charts

    def _figures(self, check: Threshold | Unusual, unit: str) -> list[Figure | None]:
        """The figures of the spans; None where the data had not begun."""
        answer = self.asked[_name(check, unit)]
        tail = () if unit == WHOLE else (unit,)
        known = {figure.keys: figure for figure in answer.figures}
        begins = self.answers.begins(check.metric)
        return [
            known.get((span.start, *tail)) or _nothing(check.metric, span, self.as_of)
            if begins is not None and begins <= span.start
            else None
            for span in self._spans(check.grain)
        ]

    def _watched(self, rule: Rule, check: Threshold | Unusual, unit: str) -> Found:
        spans, figures = self._spans(check.grain), self._figures(check, unit)
        newest = figures[-1]
        if newest is None or newest.provisional:
            return _silent(rule, "provisional" if newest else "no_data", unit)
        is_open = self.now.of(rule, unit) is not None
        facts = _facts(rule, check.metric, spans[-1], self.as_of, newest)
        if isinstance(check, Threshold):
            values = [_value(figure, check.least) for figure in figures]
            move = at_limit(
                values, check.side, Fraction(check.limit), Fraction(check.clear), check.periods,
                is_open=is_open,
            )  # fmt: skip
            facts |= {"side": check.side, "limit": str(check.limit), "periods": check.periods}
            return Found(rule, unit, move, facts, "few" if values[-1] is None else "")
        return self._unusual(rule, check, unit, (spans, figures), facts)

    def _unusual(
        self,
        rule: Rule,
        check: Unusual,
        unit: str,
        past: tuple[Sequence[Period], Sequence[Figure | None]],
        facts: dict[str, Any],
    ) -> Found:
        calendar = self.now.targets.calendar
        points = [_point(figure, span, calendar) for span, figure in zip(*past, strict=True)]
        before, newest = [p for p in points[:-1] if p is not None], points[-1]
        if newest is None or _few([f for f in past[1] if f], check.least):
            return _silent(rule, "few", unit)
        charted = chart(before, newest)
        is_open = self.now.of(rule, unit) is not None
        move = out_of_the_ordinary(charted, worse=check.worse, is_open=is_open)
        if charted is None:
            return _silent(rule, "history", unit)
        return Found(rule, unit, move, facts | _limits(check.metric, charted, newest, len(before)))

    # ---- pace

    def _aim(self, check: PaceMissed, unit: str) -> Aim:
        level: Literal["operation", "team"] = "operation" if unit == WHOLE else "team"
        return Aim(check.metric, level, unit, check.grain, floor(self.as_of, check.grain))

    def _versions(self) -> dict[Aim, Version]:
        """The targets in force that the rules are about."""
        found: dict[Aim, Version] = {}
        for rule in self.rules:
            check = rule.check
            if isinstance(check, PaceMissed) and check.metric in self.available:
                start = floor(self.as_of, check.grain)
                known = self.now.desk.targets_in_force(check.grain, start, start)
                aims = (self._aim(check, unit) for unit in self.covered.intersection(check.units))
                found |= {
                    aim: known[aim]
                    for aim in aims
                    if aim in known and known[aim].marks.target is not None
                }
        return found

    def _pace(self, rule: Rule, check: PaceMissed, unit: str) -> Found:
        aim, before = self._aim(check, unit), self.now.of(rule, unit)
        version = self.versions.get(aim)
        if before is not None and before.get("start") != aim.starts_on.isoformat():
            # The period that it was about is over.
            return Found(rule, unit, "clear", {})
        if version is None:
            return Found(rule, unit, "clear" if before is not None else "hold", {}, "no_target")
        calendar = self.now.targets.calendar
        stood = progress([version], self.asked, self.as_of, calendar, self.rhythm)[aim]
        pace = stood.pace
        assert pace is not None, "a rule of pace is made of sums only"
        if before is None and pace.share_elapsed < Fraction(check.elapsed):
            return _silent(rule, "early", unit)
        move = behind(
            pace.actual, pace.expected_today, Fraction(check.share), Fraction(check.clear),
            is_open=before is not None,
        )  # fmt: skip
        facts = _facts(rule, check.metric, aim.period, self.as_of, stood.figure)
        facts |= {"expected": str(pace.expected_today), "target": str(pace.target)}
        return Found(rule, unit, move, facts | {"share": str(check.share)})


def spans_of(grain: Grain, as_of: date, calendar: WorkingDays) -> list[Period]:
    """The newest HISTORY + 1 whole periods up to the as-of day, oldest first. Days off are no
    periods: nobody works there, so every weekend would be out of the ordinary."""
    if grain == "day":
        reach = Period(as_of - timedelta(days=_DAYS), as_of + timedelta(days=1))
        days = calendar.days(reach)[-HISTORY - 1 :] or (as_of,)
        return [Period(day, day + timedelta(days=1)) for day in days]
    found = [last_whole(as_of, grain)]
    while len(found) <= HISTORY:
        found.append(last_whole(found[-1].start - timedelta(days=1), grain))
    return found[::-1]


def _name(check: Threshold | Unusual, unit: str) -> str:
    return f"alert {check.metric} {check.grain} {'whole' if unit == WHOLE else 'teams'}"


def _nothing(metric: str, span: Period, as_of: date) -> Figure | None:
    """Of what is counted nothing is zero; a quotient of nothing is unknown."""
    if METRICS[metric].kind == "quotient":
        return None
    return Figure(metric, (), 0, None, 0, provisional=span.last > as_of)


def _value(figure: Figure | None, least: int) -> Fraction | None:
    """The exact value; None for a quotient of too little, and for what is not final."""
    if figure is None or figure.provisional or figure.numerator is None:
        return None
    if figure.denominator is None:
        return Fraction(figure.numerator)
    behind_it = figure.n if figure.n is not None else figure.denominator
    if not figure.denominator or behind_it < least:
        return None
    return Fraction(figure.numerator, figure.denominator)


def _point(figure: Figure | None, span: Period, calendar: WorkingDays) -> Point | None:
    """A figure as a point of a control chart: sums per working day, quotients by what stands behind
    them."""
    if figure is None or figure.provisional or figure.numerator is None:
        return None
    if figure.denominator is not None:
        weight = figure.n if figure.n is not None else figure.denominator
        if figure.denominator <= 0 or weight <= 0:
            return None
        return Point(Fraction(figure.numerator, figure.denominator), weight)
    if WATCHED[figure.metric].kind != "flow":
        return Point(Fraction(figure.numerator))
    days = calendar.count(span)
    return Point(Fraction(figure.numerator, days), days) if days else None


def _few(figures: Sequence[Figure], least: int) -> bool:
    """Whether too little stands behind the newest quotient, or behind a sum on average: a sum that
    falls to nothing is a signal, not a small number."""
    newest = figures[-1]
    if newest.denominator is not None:
        return _value(newest, least) is None
    counts = [f.n if f.n is not None else f.numerator or 0 for f in figures]
    return sum(counts) < least * len(counts)


def _facts(rule: Rule, metric: str, period: Period, as_of: date, figure: Figure) -> dict[str, Any]:
    value = figure.value
    return {
        "kind": rule.kind,
        "metric": metric,
        "start": period.start.isoformat(),
        "end": period.end.isoformat(),
        "as_of": as_of.isoformat(),
        "value": None if value is None else str(value),
        "n": figure.n,
    }


def _limits(metric: str, charted: Chart, newest: Point, points: int) -> dict[str, Any]:
    """The limits of the chart in the unit of the figure."""
    times = newest.weight if METRICS[metric].kind == "flow" else 1
    whole = METRICS[metric].unit in ("money", "count")

    def text(value: Fraction) -> str:
        scaled = value * times
        return str(round(scaled)) if whole else str(Decimal(scaled.numerator) / scaled.denominator)

    return {
        "signals": list(charted.signals),
        "above": charted.above,
        "centre": text(charted.centre),
        "low": text(max(charted.low, Fraction(0))),
        "high": text(charted.high),
        "points": points,
    }
