"""What a metric is: sums divided last, each sum with the rule of when it counts.

A metric is data. Its numerator and denominator are terms; a term names a fact (a table of daily
sums, see queries/facts), a measure of it and how days are taken. From the declaration follow
the planner, `arrears figures`, pages, reports, docs/metrics.md and the property tests.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Literal

from queries.definitions import MEANING

When = Literal["during", "matured", "pending", "opening", "closing", "distinct", "open_during"]
Unit = Literal["money", "count", "share", "ratio", "days"]
Better = Literal["higher", "lower", "neither"]
Area = Literal["recovery", "promises", "contacts", "aging"]


@dataclass(frozen=True)
class Words:
    """One text in the two languages of the product."""

    en: str
    zh: str


@dataclass(frozen=True)
class Term:
    """One sum.

    `when`: `during` adds the days of the period; `matured` and `pending` split promises by whether
    their window has closed by the as-of day; `opening` and `closing` add all movements before the
    period starts or ends (a level); `distinct` counts cases once in the period; `open_during`
    counts cases open at any time in it. `only` are fixed filters. `across` are dimensions that this
    term is never split by, so that the rows of a matrix share one denominator.
    """

    fact: str
    measure: str = "n"
    when: When = "during"
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    across: tuple[str, ...] = ()
    sign: int = 1

    def __hash__(self) -> int:
        return hash(self.settled)

    @property
    def settled(self) -> tuple[object, ...]:
        """All that it says, the same for equal terms."""
        only = tuple(sorted(self.only.items()))
        return self.fact, self.measure, self.when, only, self.across, self.sign

    @property
    def additive(self) -> bool:
        """Whether values of separate periods and slices may be added."""
        return self.when in ("during", "matured", "pending")


@dataclass(frozen=True)
class Metric:
    """One figure of the house, declared once. Money is counted in minor units, days in whole days.

    `counted_on` says which date puts a row into a period. `needs` are tables of the contract
    without which the metric is hidden. `curve` marks the vintage curve, whose numerator is
    cumulated over the months since placement.
    """

    name: str
    title: Words
    explain: Words
    area: Area
    unit: Unit
    better: Better
    owner: str
    counted_on: Words
    numerator: tuple[Term, ...]
    denominator: tuple[Term, ...] = ()
    n: tuple[Term, ...] = ()
    needs: tuple[str, ...] = ()
    curve: bool = False

    @property
    def kind(self) -> str:
        """flow, level, distinct, quotient or curve: what may be added is said by the kind."""
        if self.curve:
            return "curve"
        if self.denominator:
            return "quotient"
        whens = {term.when for term in self.numerator}
        if whens & {"distinct", "open_during"}:
            return "distinct"
        return "level" if whens & {"opening", "closing"} else "flow"

    @property
    def fingerprint(self) -> str:
        """A short hash that differs whenever the metric is counted by another rule."""
        parts = [[t.settled for t in terms] for terms in (self.numerator, self.denominator)]
        return sha256(f"{MEANING} {parts} {self.curve}".encode()).hexdigest()[:8]

    @property
    def terms(self) -> tuple[Term, ...]:
        return (*self.numerator, *self.denominator, *self.n)
