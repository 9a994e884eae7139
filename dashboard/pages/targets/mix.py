"""What the mix of cases lets expect of each unit: in the past, to measure what it brought, and in
the period that a target is set for. Only money depends on it so directly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from dashboard.pages.targets.look import Look, Unit
from dashboard.view import View
from queries.figures import Answer, Question
from queries.period import Period, floor, whole
from queries.targets import mix

METRICS = ("collected", "collected_restated", "recovery_rate")
# Beyond this many units of a level, buckets of each in each period are too much to ask at once.
MOST_UNITS = 80
# New cases are taken to come as in the last periods.
_RECENT = 3

Key = tuple[str, str]


@dataclass(frozen=True)
class Expected:
    """What a mix lets expect of a unit in past periods, by their first day, and in the one to come;
    in minor units, or as a part of the balances where the metric is a rate."""

    past: Mapping[date, Fraction]
    coming: Fraction | None


def asked(view: View, look: Look, units: Sequence[Unit], past: Period) -> dict[str, Question]:
    """Balances and payments of past periods by bucket, and what is known of the coming one."""
    if look.metric.name not in METRICS or not {"recovery_rate", "placed_amount"} <= view.available:
        return {}
    found: dict[str, Question] = {}
    for level in dict.fromkeys(unit.level for unit in units):
        keys = tuple(unit.key for unit in units if unit.level == level)
        if len(keys) > MOST_UNITS:
            continue
        by: tuple[str, ...] = () if level == "operation" else (level,)
        where: dict[str, tuple[str, ...]] = {} if level == "operation" else {level: keys}
        opening, day = _opening(view, look)
        found[f"mix {level}"] = Question(
            ("recovery_rate",), past, (look.grain, "bucket", *by), where
        )
        found[f"mixopen {level}"] = Question((opening,), day, ("bucket", *by), where)
        found[f"mixnew {level}"] = Question(
            ("placed_amount",), _recent(past, look), ("bucket", *by), where
        )
    return found


def _opening(view: View, look: Look) -> tuple[str, Period]:
    """The metric and the days that say what is open when the period begins: known if it has begun,
    else what is open now."""
    today = view.choices.as_of + timedelta(days=1)
    if look.start < today:
        return "opening_balance", Period(look.start, today)
    return "open_balance", Period(view.choices.as_of, today)


def _recent(past: Period, look: Look) -> Period:
    first = past.end
    for _ in range(_RECENT):
        first = floor(first - timedelta(days=1), look.grain)
    return Period(max(first, past.start), past.end)


def expectations(
    view: View, look: Look, answers: Mapping[str, Answer], past: Period
) -> dict[Key, Expected]:
    """By level and key of each unit."""
    calendar = view.source.rules.calendar
    spans = [whole(span.start, look.grain) for span in past.split(look.grain)]
    days = {span.start: calendar.count(span) for span in spans}
    coming_days = calendar.count(look.period)
    found: dict[Key, Expected] = {}
    for name, answer in answers.items():
        kind, _, level = name.partition(" ")
        if kind != "mix":
            continue
        cells = _cells(answer, level)
        by_bucket = mix.rates(cells, days)
        recent = _recent(past, look)
        spans_of_new = len(list(recent.split(look.grain)))
        coming = _coming(answers, level, spans_of_new)
        for unit in {cell.unit for cell in cells}:
            held = _held([cell for cell in cells if cell.unit == unit])
            before = {
                start: value
                for start, balances in held.items()
                if (value := _value(look, balances, by_bucket, days[start])) is not None
            }
            ahead = _value(look, coming.get(unit, {}), by_bucket, coming_days)
            found[unit] = Expected(before, ahead)
    return found


def _value(
    look: Look, balances: Mapping[str, int], by_bucket: Mapping[str, Fraction], days: int
) -> Fraction | None:
    """Nothing is told where it would be nothing: no value could be measured by it."""
    if look.metric.unit == "share":
        rate = mix.expected_rate(balances, by_bucket, days)
        return rate or None
    return mix.expected(balances, by_bucket, days) or None


def _cells(answer: Answer, level: str) -> list[mix.Cell]:
    cells = []
    for figure in answer.of("recovery_rate"):
        start, bucket = figure.keys[0], str(figure.keys[1] or "")
        unit = (level, str(figure.keys[2] or "") if len(figure.keys) > 2 else "")
        assert isinstance(start, date)
        cells.append(mix.Cell(unit, start, bucket, figure.numerator or 0, figure.denominator or 0))
    return cells


def _held(cells: Sequence[mix.Cell]) -> dict[date, dict[str, int]]:
    """Balances of one unit by period and bucket."""
    held: dict[date, dict[str, int]] = {}
    for cell in cells:
        held.setdefault(cell.start, {})[cell.bucket] = cell.balance
    return held


def _coming(
    answers: Mapping[str, Answer], level: str, spans_of_new: int
) -> dict[Key, dict[str, int]]:
    """What is open when the period begins and what is likely to be placed in it, by unit and
    bucket."""
    found: dict[Key, dict[str, int]] = {}
    for name, parts in ((f"mixopen {level}", 1), (f"mixnew {level}", spans_of_new)):
        answer = answers.get(name)
        for figure in answer.figures if answer else ():
            bucket = str(figure.keys[0] or "")
            unit = (level, str(figure.keys[1] or "") if len(figure.keys) > 1 else "")
            held = found.setdefault(unit, {})
            held[bucket] = held.get(bucket, 0) + (figure.numerator or 0) // parts
    return found
