"""The targets of a report and where they stood, kept with its figures as plain values.

An edition that is rendered again keeps the targets, the working days and the rhythm of then: all
that follows from them is worked out from what is kept here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from queries import Figure, Period
from queries.metrics import METRICS
from queries.targets import Pace
from queries.targets.lines import Goal
from queries.targets.progress import Progress
from queries.targets.target import Aim, Grain, Level, Marks, Version

Unit = tuple[Level, str]
OPERATION: Unit = ("operation", "")
# Which target is told with a headline figure: the one nearest to the days that it counts.
NEAREST: tuple[Grain, ...] = ("week", "month", "quarter")


@dataclass(frozen=True)
class Span:
    """A period of targets: how many days of it are worked in `country`, how many of them are over
    by the end of `as_of`, and whether all are known already."""

    grain: Grain
    starts_on: date
    as_of: date
    country: str
    days: int
    over: int
    announced: bool


@dataclass(frozen=True)
class Standings:
    """`stood` are the targets in their order, `spans` their periods; `whole` is the unit that the
    report is of, None where that is several, and `lines` hold, by metric, its target in each of the
    spans that trends show."""

    stood: tuple[Progress, ...] = ()
    spans: tuple[Span, ...] = ()
    lines: Mapping[str, tuple[Goal, ...]] = field(default_factory=dict)
    whole: Unit | None = OPERATION

    def of(self, grain: str, starts_on: date) -> list[Progress]:
        """The targets of one period."""
        return [one for one in self.stood if (one.aim.grain, one.aim.starts_on) ==
                (grain, starts_on)]  # fmt: skip

    def of_whole(self, one: Progress) -> bool:
        """Whether it is a target of all that the report is of."""
        return (one.aim.level, one.aim.unit) == self.whole

    def headline(self, metric: str) -> Progress | None:
        """The target of the whole that is told with a headline figure."""
        found = {
            one.aim.grain: one
            for one in self.stood
            if one.aim.metric == metric and self.of_whole(one)
        }
        return next((found[grain] for grain in NEAREST if grain in found), None)


def bare(one: Progress) -> Progress:
    """Without the names of people, which no report needs."""
    seen = one.version
    version = Version(
        seen.id, seen.aim, seen.number, seen.marks, "", "", "", seen.at, seen.verdict, "",
        seen.decided_at,
    )  # fmt: skip
    return Progress(version, one.metric, one.figure, one.pace, one.standing, one.begun)


def plain(standings: Standings) -> dict[str, Any]:
    """What JSON can hold; nothing where there are no targets, so that the code of an edition of
    before there were any stays the same."""
    if not (standings.stood or standings.lines):
        return {}
    return {
        "stood": [_plain(one) for one in standings.stood],
        "spans": [
            [one.grain, one.starts_on, one.as_of, one.country, one.days, one.over, one.announced]
            for one in standings.spans
        ],
        "lines": {
            metric: [_text(value) for value in line] for metric, line in standings.lines.items()
        },
        "whole": standings.whole,
    }


def kept(data: Mapping[str, Any]) -> Standings:
    """The inverse of `plain`."""
    if not data:
        return Standings()
    return Standings(
        tuple(_progress(one) for one in data["stood"]),
        tuple(
            Span(grain, date.fromisoformat(starts_on), date.fromisoformat(as_of), *rest)
            for grain, starts_on, as_of, *rest in data["spans"]
        ),
        {
            metric: tuple(_goal(metric, value) for value in line)
            for metric, line in data["lines"].items()
        },
        # Editions of before this was kept are of the operation.
        _unit(data.get("whole", OPERATION)),
    )


def _unit(pair: Sequence[Any] | None) -> Unit | None:
    return (pair[0], pair[1]) if pair else None


def _plain(one: Progress) -> dict[str, Any]:
    version, aim, marks, figure = one.version, one.aim, one.version.marks, one.figure
    pace = one.pace
    return {
        "version": [version.id, version.number, version.at, version.verdict, version.decided_at],
        "aim": [aim.metric, aim.level, aim.unit, aim.grain, aim.starts_on],
        "marks": [_text(mark) for mark in (marks.target, marks.floor, marks.stretch)],
        "figure": [
            list(figure.keys), figure.numerator, figure.denominator, figure.n, figure.provisional,
        ],
        "pace": None if pace is None else {
            "target": pace.target, "as_of": pace.as_of, "actual": pace.actual,
            "working_days": pace.working_days, "running": pace.running,
        },
        "standing": one.standing,
        "begun": one.begun,
    }  # fmt: skip


def _progress(data: Mapping[str, Any]) -> Progress:
    metric, level, unit, grain, starts_on = data["aim"]
    aim = Aim(metric, level, unit, grain, date.fromisoformat(starts_on))
    number, version, at, verdict, decided_at = data["version"]
    target, floor, stretch = (None if one is None else Decimal(one) for one in data["marks"])
    keys, *figure = data["figure"]
    return Progress(
        Version(
            number, aim, version, Marks(target, floor, stretch), "", "", "",
            datetime.fromisoformat(at), verdict, "", moment(decided_at),
        ),
        METRICS[metric],
        Figure(metric, tuple(keys), *figure),
        _pace(data["pace"], aim.period),
        data["standing"],
        data["begun"],
    )  # fmt: skip


def _pace(data: Mapping[str, Any] | None, period: Period) -> Pace | None:
    if data is None:
        return None
    days = tuple(date.fromisoformat(day) for day in data["working_days"])
    as_of = date.fromisoformat(data["as_of"])
    return Pace(data["target"], period, as_of, data["actual"], days, tuple(data["running"]))


def moment(text: str | None) -> datetime | None:
    """A moment as JSON holds it."""
    return datetime.fromisoformat(text) if text else None


def _text(value: Goal) -> str | None:
    return None if value is None else str(value)


def _goal(metric: str, text: str | None) -> Goal:
    """A sum is a whole number, whatever else may be a fraction."""
    if text is None:
        return None
    return int(text) if METRICS[metric].kind == "flow" else Decimal(text)
