"""Suggestions: what a target could be, by what comparable periods brought; how new staff grow into
it; whether the targets below add up to the one above.

People set targets; this gives them numbers to start from, with all that they were made of.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from statistics import median, quantiles
from typing import Literal

from queries.period import Period
from queries.targets.pace import Number

Basis = Literal["mix", "working_days", "value"]
Rates = Sequence[tuple[Period, Fraction]]

FEWEST = 3
# The part of a full target in the month of joining and in each month after it; then all of it.
RAMP = (Fraction(30, 100), Fraction(60, 100), Fraction(80, 100))


@dataclass(frozen=True)
class Past:
    """What a past period brought, on how many working days, and what its mix of cases let expect
    (in the unit of `value`; None where nobody worked it out)."""

    period: Period
    value: Number
    working_days: int
    expected: Number | None = None


@dataclass(frozen=True)
class Season:
    """How the same period a year ago (`period`) compares with the median of the year before it:
    `factor` times as much per working day (or as the basis says). `n` periods made that median."""

    period: Period
    factor: Fraction
    n: int


@dataclass(frozen=True)
class Suggestion:
    """The quartiles of `periods`, scaled to the coming period.

    Per `basis` every past value was divided by its working days, by what its mix let expect, or by
    nothing; the quartiles were multiplied by `scale`, the coming period's own, and by the factor of
    the season where there is one. Exact; round them to what people like to read.
    """

    low: Fraction
    middle: Fraction
    high: Fraction
    basis: Basis
    scale: Fraction
    season: Season | None
    periods: tuple[Period, ...]

    @property
    def n(self) -> int:
        """How many past periods it was made of."""
        return len(self.periods)


@dataclass(frozen=True)
class NoSuggestion:
    """Why there is none: `n` usable periods where `needed` are."""

    n: int
    needed: int = FEWEST
    reason: Literal["too_few_periods"] = "too_few_periods"


def suggest(
    past: Iterable[Past],
    coming: Period,
    working_days: int,
    expected: Number | None = None,
    *,
    quotient: bool = False,
) -> Suggestion | NoSuggestion:
    """Low, middle and high for the period `coming`, which has so many working days and whose mix
    of cases lets expect `expected`.

    Used are the periods of the last year, all of them where those are fewer than FEWEST. A mix
    counts if it is known for all periods and the coming one; a quotient does not grow with working
    days. Left out are periods that are not over when the coming one begins and those that had no
    working day.
    """
    given = sorted(
        (one for one in past if one.period.end <= coming.start), key=lambda one: one.period
    )
    basis = _basis(given, expected, quotient)
    rates = [(one.period, rate) for one in given if (rate := _rate(one, basis)) is not None]
    last_year = _between(rates, _a_year_before(coming).start, coming.start)
    enough = len(last_year) >= FEWEST
    used = last_year if enough else rates
    if len(used) < FEWEST:
        return NoSuggestion(len(used))
    scale = _divisor(Past(coming, 0, working_days, expected), basis)
    season = _season(rates, coming) if enough else None
    factor = scale * (season.factor if season else 1)
    low, middle, high = quantiles([rate * factor for _, rate in used], n=4, method="inclusive")
    return Suggestion(low, middle, high, basis, scale, season, tuple(period for period, _ in used))


def _basis(given: Sequence[Past], expected: Number | None, quotient: bool) -> Basis:
    mixes = [expected, *(one.expected for one in given)]
    if all(mix is not None and mix > 0 for mix in mixes):
        return "mix"
    return "value" if quotient else "working_days"


def _divisor(one: Past, basis: Basis) -> Fraction:
    if basis == "mix":
        return Fraction(one.expected or 0)
    return Fraction(one.working_days if basis == "working_days" else 1)


def _rate(one: Past, basis: Basis) -> Fraction | None:
    divisor = _divisor(one, basis)
    return Fraction(one.value) / divisor if divisor and one.working_days else None


def _season(rates: Rates, coming: Period) -> Season | None:
    """Measured as it is used: against the median of the year up to the period."""
    then = _a_year_before(coming)
    first = _a_year_before(then).start
    before = _between(rates, first, then.start)
    rate = dict(rates).get(then)
    if rate is None or rates[0][0].start > first or len(before) < FEWEST:
        return None
    usual = median(rate for _, rate in before)
    return Season(then, rate / usual, len(before)) if rate > 0 and usual > 0 else None


def _between(rates: Rates, first: date, end: date) -> Rates:
    return [(period, rate) for period, rate in rates if first <= period.start < end]


def _a_year_before(period: Period) -> Period:
    """Whole months by the calendar, everything else by weekdays."""
    start, end = period.start, period.end
    if start.day == end.day == 1:
        return Period(start.replace(year=start.year - 1), end.replace(year=end.year - 1))
    return period.year_ago()


def ramp(months_since_joining: int, table: Sequence[Fraction] = RAMP) -> Fraction:
    """What part of a full target somebody carries: the first of `table` in the month of joining
    (0), all of it after the table ends, nothing before joining."""
    if months_since_joining < 0:
        return Fraction(0)
    return table[months_since_joining] if months_since_joining < len(table) else Fraction(1)


@dataclass(frozen=True)
class Cascade:
    """A target and the `total` of those below it. `difference` is total less parent: above zero
    more was handed on than is needed, below zero something is handed to nobody."""

    parent: int
    total: int
    difference: int


def cascade(parent: int, children: Iterable[int]) -> Cascade:
    """Whether the targets of the children (sums in the parent's unit, not rates) make the
    parent's."""
    total = sum(children)
    return Cascade(parent, total, total - parent)
