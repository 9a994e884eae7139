"""A score of a unit in a period: how far it is with each of its targets, weighted. Pure.

Half the facts make no score: where a target or a value is missing there is none, and it is said
what is missing. Scores rank nobody.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from queries.targets.progress import Progress, better_of
from queries.targets.targetable import grows
from queries.targets.weighting import WHOLE, Weighting

Missing = Literal["target", "value"]

# More of one thing than a fifth beyond its target does not make up for another.
MOST = Fraction(120, 100)
# A rate of fewer cases or promises says little: the usual floor of league tables.
FEW = 30


@dataclass(frozen=True)
class Part:
    """One metric of a score. `attained` is the part of its target that was attained, from 0 to
    MOST, None where the target or the value is missing. `few` says that a rate stands on fewer
    than FEW rows, `early` that it still grows with the days of the period."""

    metric: str
    weight: int
    attained: Fraction | None = None
    missing: Missing | None = None
    few: bool = False
    early: bool = False


@dataclass(frozen=True)
class Score:
    """The parts of a score, in the order of the weighting."""

    parts: tuple[Part, ...]

    @property
    def value(self) -> Fraction | None:
        """The weighted sum, 1 where all is as it should be; None where anything is missing."""
        found = [part.weight * part.attained for part in self.parts if part.attained is not None]
        return sum(found, Fraction(0)) / WHOLE if len(found) == len(self.parts) else None

    @property
    def uncertain(self) -> bool:
        """Whether it can be chance, or will be higher by the end of the period."""
        return any(part.few or part.early for part in self.parts)

    def lacking(self, what: Missing) -> tuple[str, ...]:
        """The metrics without a target, or without a value."""
        return tuple(part.metric for part in self.parts if part.missing == what)


def score(weighting: Weighting, stood: Mapping[str, Progress], as_of: date) -> Score:
    """The score of one unit in one period, from where its targets stand by metric."""
    return Score(
        tuple(_part(metric, weight, stood.get(metric), as_of) for metric, weight in weighting.parts)
    )


def _part(metric: str, weight: int, one: Progress | None, as_of: date) -> Part:
    if one is None:
        return Part(metric, weight, missing="target")
    attained = attainment(one)
    figure = one.figure
    return Part(
        metric, weight, attained, None if attained is not None else "value",
        few=figure.denominator is not None and (figure.n or 0) < FEW,
        early=grows(one.metric) and as_of < one.aim.period.last,
    )  # fmt: skip


def attainment(one: Progress) -> Fraction | None:
    """What was reached as a part of what should be: of a sum by now, of anything else in the whole
    period; where less is better the other way round. From 0 to MOST; None while nothing is due or
    nothing can be said."""
    if one.value is None or not one.begun:
        return None
    value = Fraction(one.value)
    if one.figure.denominator and one.figure.numerator is not None:
        # The quotient itself is cut off after 28 digits.
        value = Fraction(one.figure.numerator, one.figure.denominator)
    wanted = Fraction(one.pace.expected_today if one.pace else one.target)
    if better_of(one.metric) == "lower":
        return _lower(value, wanted)
    if wanted <= 0:
        return None
    return min(MOST, max(Fraction(0), value / wanted))


def _lower(value: Fraction, wanted: Fraction) -> Fraction:
    """Nothing where nothing was wanted is as it should be; nothing where something was allowed is
    the most."""
    if value <= 0:
        return Fraction(1) if wanted <= 0 else MOST
    return min(MOST, max(Fraction(0), wanted / value))
