"""A question to the figures and its answer, as plain values. Pages, reports and `arrears figures`
speak in these."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from queries.period import Period

Key = str | int | date | None


@dataclass(frozen=True)
class Question:
    """Metrics over a period, split by dimensions and limited to slices.

    `by` may hold one grain of time (day, week, month, quarter, year) and any dimensions that all
    metrics know; `where` maps a dimension to the values that count.
    """

    metrics: tuple[str, ...]
    period: Period
    by: tuple[str, ...] = ()
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Figure:
    """One value with what it is made of.

    `keys` follow the order of the question's `by` (a grain gives the first day of the span).
    Money is in minor units. `value` is None when nothing is divided by nothing; a quotient's value
    is numerator ÷ denominator, any other metric's is its numerator. `n` is how many rows or cases
    stand behind it. `provisional` says that the source has not delivered the whole period yet.
    """

    metric: str
    keys: tuple[Key, ...]
    numerator: int | None
    denominator: int | None
    n: int | None
    provisional: bool

    @property
    def value(self) -> int | Decimal | None:
        if self.denominator is None:
            return self.numerator
        if not self.denominator or self.numerator is None:
            return None
        return Decimal(self.numerator) / Decimal(self.denominator)


@dataclass(frozen=True)
class Freshness:
    """How current the figures are: printed on every page and in every report.

    `as_of` is the last whole business day covered, `watermark` the newest change seen in the
    source (source time), `stale` whether it is older than allowed at `refreshed_at`. `known_until`
    is when the newest of the payments became known (business time), which tells those that came
    later from those that were known; None where the source does not say.
    """

    generation: int
    refreshed_at: datetime
    as_of: date
    watermark: datetime | None
    stale: bool
    counted: int
    set_aside: int
    known_until: datetime | None = None


@dataclass(frozen=True)
class Answer:
    """All figures of one question, in a stable order, from one generation."""

    question: Question
    figures: Sequence[Figure]
    freshness: Freshness

    def one(self, metric: str, *keys: Key) -> Figure:
        """The figure of `metric` for `keys`; an empty figure where nothing was counted."""
        for figure in self.figures:
            if figure.metric == metric and figure.keys == keys:
                return figure
        return Figure(metric, keys, None, None, None, provisional=False)

    def of(self, metric: str) -> list[Figure]:
        """All figures of one metric, in order of their keys."""
        return [figure for figure in self.figures if figure.metric == metric]


@dataclass(frozen=True)
class Kept:
    """What a generation holds: rows of each stored fact, rows of the sums by (fact, projection),
    and the size of its file in bytes."""

    generation: int
    facts: Mapping[str, int]
    sums: Mapping[tuple[str, str], int]
    size: int
